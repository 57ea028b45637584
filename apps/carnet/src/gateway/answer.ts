import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError } from '@carnet/wire';
import type { Exchange } from './exchange.ts';

/** An answer as it goes to the socket. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text, bytes, a stream with a `content-length` among the headers, or nothing. */
  readonly body?: string | Uint8Array | Readable | undefined;
}

/** Milliseconds without progress after which a client that does not read is cut off. */
const stallLimit = 60_000;
/** What is read of a body that nobody wants, so that the client comes to read the answer. */
const drainLimit = { bytes: 64 * 1024 * 1024, milliseconds: 10_000, heldBackMilliseconds: 1000 };

/**
 * Sends an answer; resolves when it is on its way and the connection is fit for the next request, or
 * closed. A stream is destroyed when the client goes away. Throws only before anything was sent.
 */
export async function sendAnswer(exchange: Exchange, answer: Answer): Promise<void> {
  const { request, response } = exchange;
  if (response.headersSent || response.destroyed) return abandon(exchange, answer);
  const { headers, isAscii } = wireHeaders(answer.headers);
  const { body } = answer;
  const bodiless = request.method === 'HEAD' || answer.status === 204 || answer.status === 304;
  if (typeof body === 'string' || body instanceof Uint8Array || body === undefined) {
    // A text goes out in one piece with its head, which is then written as UTF-8 too.
    const whole = typeof body === 'string' && !isAscii ? Buffer.from(body) : body;
    if (!bodiless) headers['content-length'] = String(Buffer.byteLength(whole ?? ''));
    await sendBytes(exchange, answer.status, headers, bodiless ? undefined : whole);
  } else {
    await sendStream(exchange, answer.status, headers, body, bodiless);
  }
}

async function sendBytes(
  exchange: Exchange,
  status: number,
  headers: Record<string, string>,
  bytes: string | Uint8Array | undefined,
): Promise<void> {
  const { response, body } = exchange;
  const unread = body.isUnread();
  // The rest of a body that was not read would be taken for the next request.
  if (unread) response.shouldKeepAlive = false;
  response.writeHead(status, headers);
  if (!unread) {
    response.end(bytes);
    // Most answers fit into the socket whole; who does not read the rest is not waited for.
    if (response.writableLength > 0) response.setTimeout(stallLimit);
    return;
  }
  response.setTimeout(stallLimit);
  if (bytes?.length) response.write(bytes);
  else response.flushHeaders();
  await drain(exchange);
  response.end();
}

async function sendStream(
  exchange: Exchange,
  status: number,
  headers: Record<string, string>,
  stream: Readable,
  bodiless: boolean,
): Promise<void> {
  const { response, body } = exchange;
  if (bodiless) {
    stream.destroy();
    return sendBytes(exchange, status, headers, undefined);
  }
  if (body.isUnread()) response.shouldKeepAlive = false;
  response.setTimeout(stallLimit);
  // A file that is shorter than was announced would leave the client waiting for the rest.
  response.strictContentLength = true;
  response.writeHead(status, headers);
  await pipeline(stream, response);
}

/** Too late for an answer: the client must not take what it has for the whole. */
function abandon({ response }: Exchange, { body }: Answer): void {
  if (typeof body === 'object' && 'destroy' in body) body.destroy();
  response.destroy();
}

/**
 * Reads on for a while after an early answer: a connection closed over unread bytes is reset, and
 * the client loses the answer that it has not read yet.
 */
async function drain({ request, body }: Exchange): Promise<void> {
  if (request.destroyed) return;
  const limit = body.isHeldBack() ? drainLimit.heldBackMilliseconds : drainLimit.milliseconds;
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), limit);
  let length = 0;
  request.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length > drainLimit.bytes) aborter.abort();
  });
  request.on('error', () => aborter.abort());
  request.resume();
  await once(request, 'close', { signal: aborter.signal }).catch(() => undefined);
  clearTimeout(timer);
}

interface WireHeaders {
  readonly headers: Record<string, string>;
  readonly isAscii: boolean;
}

/** Values as Node's writer takes them: bytes in the guise of Latin-1, and no control characters. */
function wireHeaders(headers: Readonly<Record<string, string>>): WireHeaders {
  const written: Record<string, string> = {};
  let isAscii = true;
  for (const name in headers) {
    const value = headers[name] as string;
    if (plain.test(value)) {
      written[name] = value;
      continue;
    }
    isAscii = false;
    if (controlCharacter.test(value)) {
      const message = `The value of the header ${name} would hold control characters.`;
      throw new ApiError('InvalidArgument', 400, message);
    }
    written[name] = beyondLatin1.test(value) ? Buffer.from(value).toString('latin1') : value;
  }
  return { headers: written, isAscii };
}

const plain = /^[ -~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const controlCharacter = /[\0-\x08\x0a-\x1f\x7f]/;
const beyondLatin1 = /[^\0-\xff]/;
