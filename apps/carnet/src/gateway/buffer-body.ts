import type { ApiError } from '@carnet/wire';
import type { RequestBody } from './request-body.ts';

/** How much of a body is taken into memory, and what is said to more. */
export interface BufferLimit {
  readonly bytes: number;
  readonly tooLarge: () => ApiError;
  /** Said when the gateway holds as many unchecked bytes as it may, or the client takes too long. */
  readonly overloaded: () => ApiError;
}

/** Milliseconds in which a body of this kind has to arrive: a slow client costs no more. */
const deadline = 30_000;
/** Bytes of all bodies being buffered at once, so that many clients cannot fill the memory. */
const sharedBudget = 256 * 1024 * 1024;

/** A body of which not all has come. Nobody knows yet who sends it. */
interface PartialBody {
  bytes: number;
  readonly cutOff: () => void;
}

/** Oldest first. */
const partialBodies = new Set<PartialBody>();
let sharedBytes = 0;

/** The whole body. Refuses by its declared length before reading any of it. */
export async function bufferBody(body: RequestBody, limit: BufferLimit): Promise<Uint8Array> {
  const { declaredLength } = body;
  if (declaredLength === 0) return new Uint8Array(0);
  if (declaredLength !== undefined && declaredLength > limit.bytes) throw limit.tooLarge();
  // Node's parser hands over what came with the head before any promise goes on.
  await undefined;
  const arrived = body.takeArrived();
  if (arrived !== undefined) return arrived;
  const end = performance.now() + deadline;
  const chunks: Uint8Array[] = [];
  const partial: PartialBody = { bytes: 0, cutOff: () => body.interrupt(limit.overloaded()) };
  partialBodies.add(partial);
  try {
    for await (const chunk of body.read()) {
      hold(partial, chunk.length);
      if (partial.bytes > limit.bytes) throw limit.tooLarge();
      if (performance.now() > end) throw limit.overloaded();
      chunks.push(chunk);
    }
  } finally {
    letGo(partial);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/**
 * Makes room by cutting off whoever has kept theirs the longest: bodies that never end would
 * otherwise keep everybody else out.
 */
function hold(partial: PartialBody, bytes: number): void {
  // Cut off already, with a piece on its way.
  if (!partialBodies.has(partial)) return;
  partial.bytes += bytes;
  sharedBytes += bytes;
  for (const oldest of partialBodies) {
    if (sharedBytes <= sharedBudget) return;
    letGo(oldest);
    oldest.cutOff();
  }
}

function letGo(partial: PartialBody): void {
  if (partialBodies.delete(partial)) sharedBytes -= partial.bytes;
}
