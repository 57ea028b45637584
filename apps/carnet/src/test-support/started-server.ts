import { connect, type Socket } from 'node:net';
import { type RawRequest, type SigningCredentials, signRequest } from '@carnet/wire';
import { resolveConfiguration } from '../configuration/configuration.ts';
import { createLog } from '../log.ts';
import { callOperator } from '../operator/operator-client.ts';
import type { CredentialsAnswer } from '../operator/protocol.ts';
import { type Server, startServer } from '../server/server.ts';
import { temporaryFolder } from './started-program.ts';

/** For tests: a server in this process, and a client that sends exactly the bytes it is given. */
export interface StartedServer {
  readonly server: Server;
  readonly port: number;
  readonly dataDirectory: string;
  /** `Administrator` of the first account. */
  readonly credentials: SigningCredentials;
  /** What was logged as error or worse. */
  readonly errors: readonly string[];
  stop(): Promise<void>;
}

export async function startEphemeralServer(
  flags: Readonly<Record<string, unknown>> = {},
): Promise<StartedServer> {
  const folder = temporaryFolder();
  const errors: string[] = [];
  const log = createLog('error', { write: (line) => errors.push(line) });
  const configuration = resolveConfiguration({
    flags: { port: '0', ephemeral: true, dataDirectory: folder.path, ...flags },
    environment: {},
  });
  const server = await startServer(configuration, log);
  const { accessKeyId, secretAccessKey, sessionToken } = await callOperator<CredentialsAnswer>(
    folder.path,
    { method: 'POST', path: '/credentials' },
  );
  return {
    server,
    port: Number(new URL(server.endpoint).port),
    dataDirectory: folder.path,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    errors,
    async stop() {
      await server.stop(0);
      folder.remove();
    },
  };
}

/** An answer as it stands on the wire. */
export interface Reply {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The code of an error's document. */
  readonly code: string | undefined;
}

/** Sends bytes over a connection of its own and reads until the server closes it. */
export async function exchange(port: number, ...pieces: (string | Uint8Array)[]): Promise<Reply[]> {
  const { socket, received } = open(port);
  for (const piece of pieces) socket.write(piece);
  return readReplies(await received);
}

/** A connection whose pieces a test sends one by one. */
export function open(port: number): { socket: Socket; received: Promise<string> } {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.setTimeout(8000, () => socket.destroy(new Error(`no end after: ${text}`)));
  // A reset after the answer is how a server says that it wants no more.
  socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
  socket.on('close', () => resolve(text));
  promise.catch(() => undefined);
  return { socket, received: promise };
}

/** Takes a connection's bytes apart; every answer but those to HEAD has a content-length. */
export function readReplies(text: string): Reply[] {
  const replies: Reply[] = [];
  let rest = text;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no whole head: ${rest}`);
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const length = Number(headers.get('content-length') ?? 0);
    const body = rest.slice(end + 4, end + 4 + length);
    const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
    replies.push({ status: Number(first.split(' ')[1]), headers, body, code });
    rest = rest.slice(end + 4 + body.length);
  }
  return replies;
}

/** A request to sign and send. */
export interface SignedCall {
  readonly method: string;
  readonly target: string;
  readonly service?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly payloadHash?: string;
  readonly host?: string;
}

/** The head of a signed request; the connection is to be closed after it. */
export function signedHead(credentials: SigningCredentials, call: SignedCall): string {
  const request = signRequest({
    method: call.method,
    target: call.target,
    headers: [['Host', call.host ?? '127.0.0.1'], ['Connection', 'close'], ...(call.headers ?? [])],
    credentials,
    region: 'us-east-1',
    service: call.service ?? 's3',
    now: Date.now(),
    payloadHash: call.payloadHash ?? 'UNSIGNED-PAYLOAD',
  });
  return formatHead(request);
}

function formatHead({ method, target, rawHeaders }: RawRequest): string {
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    head += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  }
  return `${head}\r\n`;
}
