import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '@carnet/wire';
import { rawHeader } from './raw-header.ts';

/** The bytes of a request's body as they come, before any of them is believed. */
export interface RequestBody {
  /** Content-Length; undefined when the body is chunked or there is none. */
  readonly declaredLength: number | undefined;
  /** False once the body was read to its end, or when there never was one. */
  readonly isUnread: () => boolean;
  /** True while a client waits for `100 Continue` before it sends anything. */
  readonly isHeldBack: () => boolean;
  /**
   * Takes the whole body when all of it has come already, as a small one does with its head:
   * without a listener, a timer or a wait. Undefined otherwise, and nothing is taken then.
   */
  takeArrived(): Uint8Array | undefined;
  /**
   * Reads the body, once. Asks for it with `100 Continue` when the client waits for that. Throws
   * when the client goes away or stops sending for `idleLimit` milliseconds.
   */
  read(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Milliseconds without a byte after which a client is hung. */
const idleLimit = 30_000;

/** Takes hold of a request's body; `expectsContinue` when the request came by `checkContinue`. */
export function requestBody(
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): RequestBody {
  const declaredLength = contentLength(request.rawHeaders);
  let heldBack = expectsContinue;
  let taken = false;
  return {
    declaredLength,
    isUnread: () => !taken && !request.complete && declaredLength !== 0,
    isHeldBack: () => heldBack,
    takeArrived() {
      if (heldBack || declaredLength === undefined) return undefined;
      if (request.readableLength < declaredLength) return undefined;
      // Node's parser ends a body at its declared length: no more of it can come.
      taken = true;
      return request.read();
    },
    async *read() {
      if (heldBack) {
        heldBack = false;
        response.writeContinue();
      }
      yield* readChunks(request);
    },
  };
}

async function* readChunks(request: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting = true;
  const timer = setTimeout(() => {
    if (waiting) request.destroy(interrupted('stopped sending'));
  }, idleLimit);
  try {
    // Leaving the loop early must not destroy the socket: the answer still has to go out.
    const chunks: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) {
      waiting = false;
      yield chunk;
      waiting = true;
      timer.refresh();
    }
  } catch (error) {
    throw error instanceof ApiError ? error : interrupted('went away');
  } finally {
    clearTimeout(timer);
  }
  if (!request.complete) throw interrupted('went away');
}

function interrupted(how: string): ApiError {
  return new ApiError('IncompleteBody', 400, `The client ${how} before the end of the body.`);
}

/** Node's parser has refused several lengths that differ, and one beside a transfer encoding. */
function contentLength(rawHeaders: readonly string[]): number | undefined {
  const length = rawHeader(rawHeaders, 'content-length');
  if (length !== undefined) return Number(length);
  return rawHeader(rawHeaders, 'transfer-encoding') === undefined ? 0 : undefined;
}
