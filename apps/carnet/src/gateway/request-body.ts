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
   * when the client goes away, stops sending or sends too slowly.
   */
  read(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Makes a reading that is under way throw. */
  interrupt(error: ApiError): void;
}

/** Milliseconds that a client may take for each `leastBytes` of a body, and for what is left of it. */
const patience = 30_000;
const leastBytes = 16_384;

/** Takes hold of a request's body; `expectsContinue` when the request came by `checkContinue`. */
export function requestBody(
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): RequestBody {
  const declaredLength = contentLength(request.rawHeaders);
  let heldBack = expectsContinue;
  let taken = false;
  const reading: Reading = { interruption: undefined, wake: () => undefined };
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
      yield* readChunks(request, reading);
    },
    interrupt(error) {
      reading.interruption = error;
      reading.wake();
    },
  };
}

/** A reading as its owner may end it. */
interface Reading {
  interruption: ApiError | undefined;
  /** Ends the wait for the next bytes. */
  wake: () => void;
}

/** Waits by hand: an iterator of Node's can be given up only together with the socket. */
async function* readChunks(
  request: IncomingMessage,
  reading: Reading,
): AsyncGenerator<Uint8Array, void, undefined> {
  let isLate = false;
  let isOver = request.readableEnded || request.destroyed;
  const readable = () => reading.wake();
  const end = () => {
    isOver = true;
    readable();
  };
  request.on('readable', readable).on('end', end).on('close', end);
  const timer = setTimeout(() => {
    isLate = true;
    readable();
  }, patience);
  let arrived = 0;
  try {
    while (!isOver) {
      if (reading.interruption !== undefined) throw reading.interruption;
      const chunk: Uint8Array | null = request.read();
      if (chunk !== null) {
        yield chunk;
        arrived += chunk.length;
        if (arrived < leastBytes) continue;
        arrived = 0;
        isLate = false;
        timer.refresh();
      } else if (isLate) {
        throw tooSlow();
      } else {
        await new Promise<void>((resolve) => {
          reading.wake = resolve;
        });
      }
    }
  } finally {
    clearTimeout(timer);
    request.off('readable', readable).off('end', end).off('close', end);
  }
  // Closed over bytes that nobody has read, it may be complete and is not whole.
  if (!request.readableEnded || !request.complete) throw interrupted();
}

/** S3: "Error responses". A client that is told so tries again. */
function tooSlow(): ApiError {
  const message =
    'Your socket connection to the server was not read from or written to within the timeout ' +
    'period. Idle connections will be closed.';
  return new ApiError('RequestTimeout', 400, message);
}

function interrupted(): ApiError {
  return new ApiError('IncompleteBody', 400, 'The client went away before the end of the body.');
}

/** Node's parser has refused several lengths that differ, and one beside a transfer encoding. */
function contentLength(rawHeaders: readonly string[]): number | undefined {
  const length = rawHeader(rawHeaders, 'content-length');
  if (length !== undefined) return Number(length);
  return rawHeader(rawHeaders, 'transfer-encoding') === undefined ? 0 : undefined;
}
