/**
 * A guard that can be taken out while everything stays green is guarded by no test. Each is taken
 * out of a running server, and the matrix must notice.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Guard, guards } from './guard.ts';
import { runMatrix } from './matrix.ts';
import { runUnsignedHeaders } from './twin.ts';
import { openWorld } from './world.ts';

const removal = join(import.meta.dirname, 'remove-guard.ts');
/** One route of each kind: a form, an upload in chunks, a document, a read. */
const routes = ['GetUser', 'PutObject', 'PutBucketPolicy', 'GetObject', 'UploadPart'];

/** What a server without this guard does that it must not. */
async function failuresWithout(guard: Guard): Promise<readonly string[]> {
  const world = await openWorld({
    NODE_OPTIONS: `--import=${removal} --disable-warning=ExperimentalWarning`,
    REMOVED_GUARD: JSON.stringify(guard),
  });
  try {
    if (guard.isOfHeaders) {
      await world.furnish();
      return await runUnsignedHeaders(world);
    }
    const found = await runMatrix(world, { places: 'each', only: routes, enough: 20 });
    return found.failures;
  } finally {
    await world.close();
  }
}

describe('the matrix notices', () => {
  for (const guard of guards) {
    const name = `${guard.file.split('/').at(-1)} without ${guard.guard.trim().split('\n')[0]}`;
    it(name, async (context) => {
      const failures = await failuresWithout(guard);
      assert.notEqual(failures.length, 0, `nothing notices: ${guard.guard}`);
      context.diagnostic(failures[0]?.split('\n')[0] ?? '');
    });
  }
});
