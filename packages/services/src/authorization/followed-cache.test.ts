import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FollowedCache } from './followed-cache.ts';

const committed = () => undefined;

/** A cache over a table whose reads end when the test says so. */
function slowCache(limit = 10) {
  const rows = new Map([['a', 1]]);
  const reads: (() => void)[] = [];
  const cache = new FollowedCache<number>(
    limit,
    async (id) => {
      const value = rows.get(id);
      await new Promise<void>((resolve) => reads.push(resolve));
      return value;
    },
    committed,
  );
  return { rows, reads, cache };
}

const turn = () => new Promise(setImmediate);

describe('FollowedCache', () => {
  it('reads a value once for all who ask together', async () => {
    const { reads, cache } = slowCache();
    const asked = [cache.get('a'), cache.get('a')];
    assert.equal(reads.length, 1);
    reads[0]?.();
    assert.deepEqual(await Promise.all(asked), [1, 1]);
    assert.equal(cache.peek('a'), 1);
  });

  it('reads again what changed while it was being read', async () => {
    const { rows, reads, cache } = slowCache();
    const asked = cache.get('a');
    rows.set('a', 2);
    cache.forget('a');
    const askedAfterTheChange = cache.get('a');
    reads[0]?.();
    await turn();
    assert.equal(reads.length, 2);
    reads[1]?.();
    assert.equal(await askedAfterTheChange, 2);
    assert.equal(await asked, 2);
    assert.equal(cache.peek('a'), 2);
  });

  it('forgets everything, what is being read too', async () => {
    const { rows, reads, cache } = slowCache();
    const asked = cache.get('a');
    rows.delete('a');
    cache.forgetAll();
    reads[0]?.();
    await turn();
    reads[1]?.();
    assert.equal(await asked, undefined);
  });

  it('keeps no more than its limit, and nothing that is not there', async () => {
    const load = async (id: string) => (id === 'none' ? undefined : id);
    const cache = new FollowedCache<string>(2, load, committed);
    for (const id of ['a', 'b', 'none', 'c']) await cache.get(id);
    assert.deepEqual(
      ['a', 'b', 'none', 'c'].map((id) => cache.peek(id)),
      [undefined, 'b', undefined, 'c'],
    );
  });

  it('lets the next one try after a read that failed', async () => {
    let fails = true;
    const load = async (id: string) => {
      if (fails) throw new Error('gone');
      return id;
    };
    const cache = new FollowedCache<string>(2, load, committed);
    await assert.rejects(cache.get('a'), /gone/);
    fails = false;
    assert.equal(await cache.get('a'), 'a');
  });

  it('gives nothing of what is not committed', async () => {
    const uncommitted = new Set<string>();
    const cache = new FollowedCache<string>(
      2,
      async (id) => id,
      (id) => {
        if (uncommitted.has(id)) throw new Error('wait');
      },
    );
    await cache.get('a');
    uncommitted.add('a');
    assert.throws(() => cache.peek('a'), /wait/);
    await assert.rejects(cache.get('a'), /wait/);
    assert.equal(await cache.get('b'), 'b');
  });
});
