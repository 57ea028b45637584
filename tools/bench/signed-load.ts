/**
 * The load: a process that sends signed requests over kept-alive connections and counts the answers:
 * one again and again, signed anew each second, or each of a list once. Started by `fork`; a message
 * asks for a round, a message answers with what happened.
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
  /** Sent again and again for `milliseconds`; GetCallerIdentity when absent. */
  readonly form?: string;
  /** Instead of that: forms to send, each once. */
  readonly calls?: { readonly service: string; readonly forms: readonly string[] };
}

export interface RoundResult {
  readonly requests: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From the first request to the last answer. */
  readonly elapsedMilliseconds: number;
}

export const getCallerIdentity = 'Action=GetCallerIdentity&Version=2011-06-15';

/** The bytes of a call of a query service as the SDK sends it. */
export async function signedRequest(
  round: Round,
  service = 'sts',
  body = getCallerIdentity,
): Promise<Buffer> {
  const signer = new SignatureV4({
    credentials: round,
    region: 'us-east-1',
    service,
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

/** What the connections send next; undefined when the round is over. */
type NextRequest = () => Buffer | undefined;

async function runRound(round: Round): Promise<RoundResult> {
  const ends = { at: Number.POSITIVE_INFINITY };
  const { next, stop } = await (round.calls ? eachOnce(round) : sameAgain(round, ends));
  const sockets = await Promise.all(
    Array.from({ length: round.connections }, () => openConnection(round.port)),
  );
  const started = performance.now();
  ends.at = started + round.milliseconds;
  let open = true;
  // Never sleeps: else each answer of a slow server pays for waking this process, a fast one's not.
  const spin = () => {
    if (open) setImmediate(spin);
  };
  spin();
  const statuses: Record<string, number> = {};
  const count = (status: string) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  await Promise.all(sockets.map((socket) => runConnection(socket, next, count)));
  open = false;
  stop();
  const requests = Object.values(statuses).reduce((sum, one) => sum + one, 0);
  return { requests, statuses, elapsedMilliseconds: performance.now() - started };
}

interface Requests {
  readonly next: NextRequest;
  readonly stop: () => void;
}

async function sameAgain(round: Round, ends: { readonly at: number }): Promise<Requests> {
  let request = await signedRequest(round, 'sts', round.form);
  const renewal = setInterval(async () => {
    request = await signedRequest(round, 'sts', round.form);
  }, 1000);
  return {
    next: () => (performance.now() < ends.at ? request : undefined),
    stop: () => clearInterval(renewal),
  };
}

/** Signed before the round begins; a form that stands in the list again is not signed again. */
async function eachOnce(round: Round): Promise<Requests> {
  const { service = '', forms = [] } = round.calls ?? {};
  const signed = new Map<string, Buffer>();
  for (const form of forms) {
    if (!signed.has(form)) signed.set(form, await signedRequest(round, service, form));
  }
  const waiting = forms.values();
  return { next: () => signed.get(waiting.next().value ?? ''), stop: () => undefined };
}

function openConnection(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends the next request when the answer to the last has come in whole, until there is none. */
function runConnection(
  socket: Socket,
  next: NextRequest,
  count: (status: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    const send = () => {
      const request = next();
      if (request === undefined) socket.destroy();
      else socket.write(request);
    };
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: string) => {
      received += chunk;
      const length = answerLength(received);
      if (length === undefined || received.length < length) return;
      count(received.slice(9, 12));
      received = received.slice(length);
      send();
    });
    send();
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
