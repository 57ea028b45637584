/**
 * The load: a process that sends one signed request again and again over a few kept-alive
 * connections, signed anew each second, and counts the answers. Started by `fork`; a message asks for
 * a round, a message answers with what happened.
 */
import { connect, type Socket } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Round {
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly connections: number;
  readonly milliseconds: number;
}

export interface RoundResult {
  readonly requests: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<string, number>>;
}

const body = 'Action=GetCallerIdentity&Version=2011-06-15';

/** The bytes of a GetCallerIdentity as the SDK sends it. */
export async function signedRequest(round: Round): Promise<Buffer> {
  const signer = new SignatureV4({
    credentials: round,
    region: 'us-east-1',
    service: 'sts',
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: round.port,
    path: '/',
    headers: {
      host: `127.0.0.1:${round.port}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      'user-agent': 'aws-sdk-js/3.1173.0 os/linux lang/js md/nodejs#24.21.0 api/sts#3.1173.0',
      'amz-sdk-invocation-id': '3f2c9d0e-6f0c-4b53-9f0a-2f6c1a8e7b11',
      'amz-sdk-request': 'attempt=1; max=3',
    },
    body,
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`, 'latin1');
}

async function runRound(round: Round): Promise<RoundResult> {
  const state = { request: await signedRequest(round), ends: Date.now() + round.milliseconds };
  const renewal = setInterval(async () => {
    state.request = await signedRequest(round);
  }, 1000);
  // Never sleeps: else each answer of a slow server pays for waking this process, a fast one's not.
  const spin = () => {
    if (Date.now() < state.ends) setImmediate(spin);
  };
  spin();
  const statuses: Record<string, number> = {};
  const count = (status: string) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const connections = Array.from({ length: round.connections }, () =>
    runConnection(connect({ port: round.port, host: '127.0.0.1', noDelay: true }), state, count),
  );
  await Promise.all(connections);
  clearInterval(renewal);
  return { requests: Object.values(statuses).reduce((sum, one) => sum + one, 0), statuses };
}

/** Sends the next request when the answer to the last has come in whole, until time is up. */
function runConnection(
  socket: Socket,
  state: { readonly request: Buffer; readonly ends: number },
  count: (status: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(state.request));
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: string) => {
      received += chunk;
      const length = answerLength(received);
      if (length === undefined || received.length < length) return;
      count(received.slice(9, 12));
      received = received.slice(length);
      if (Date.now() < state.ends) socket.write(state.request);
      else socket.destroy();
    });
  });
}

/** The length of an answer with its head; undefined while the head is not complete. */
function answerLength(received: string): number | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const length = /^content-length: *(\d+)\r$/im.exec(received.slice(0, headEnd + 1));
  if (length === null) throw new Error('an answer without Content-Length');
  return headEnd + 4 + Number(length[1]);
}

if (import.meta.main) {
  process.on('message', async (round: Round) => {
    process.send?.(await runRound(round));
  });
}
