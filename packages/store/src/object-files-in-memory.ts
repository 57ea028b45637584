import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ObjectFiles } from './object-files.ts';

/** Object files of an ephemeral store: the chunks as they came, never copied. */
export interface ObjectFilesInMemory extends ObjectFiles {
  clear(): void;
}

export function createObjectFilesInMemory(): ObjectFilesInMemory {
  const files = new Map<string, readonly Uint8Array[]>();
  return {
    async write(source) {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of source) {
        // A stream ends at an empty chunk.
        if (chunk.length > 0) chunks.push(chunk);
        size += chunk.length;
      }
      const file = randomBytes(16).toString('hex');
      files.set(file, chunks);
      return { file, size };
    },
    read(file, range) {
      const chunks = files.get(file);
      const bytes = chunks === undefined ? missing() : slices(chunks, range);
      return Readable.from(bytes, { objectMode: false });
    },
    async remove(names) {
      for (const name of names) files.delete(name);
    },
    // No crash outlives the memory.
    async sweep() {
      return 0;
    },
    clear() {
      files.clear();
    },
  };
}

// biome-ignore lint/correctness/useYield: it is a stream that fails.
async function* missing(): AsyncGenerator<Uint8Array> {
  throw new Error('there is no such object file');
}

function* slices(
  chunks: readonly Uint8Array[],
  range: { readonly start: number; readonly end: number } | undefined,
): Generator<Uint8Array> {
  const start = range?.start ?? 0;
  const end = (range?.end ?? Number.MAX_SAFE_INTEGER - 1) + 1;
  let position = 0;
  for (const chunk of chunks) {
    const slice = chunk.subarray(
      Math.min(chunk.length, Math.max(0, start - position)),
      Math.max(0, Math.min(chunk.length, end - position)),
    );
    if (slice.length > 0) yield slice;
    position += chunk.length;
    if (position >= end) return;
  }
}
