import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Listing, list, type ReadRows, successor } from './listing.ts';

/** Rows of an ordered array, counting the queries. */
function source(keys: readonly string[]): {
  readonly read: ReadRows<{ readonly key: string }>;
  queries: number;
  rows: number;
} {
  const sorted = keys.toSorted(byUtf8).map((key) => ({ key }));
  const counted = {
    queries: 0,
    rows: 0,
    async read(
      ...[start, end, limit]: Parameters<ReadRows<{ readonly key: string }>>
    ): Promise<readonly { readonly key: string }[]> {
      const found = sorted
        .filter(({ key }) =>
          start.kind === 'from' ? byUtf8(key, start.key) >= 0 : byUtf8(key, start.row.key) > 0,
        )
        .filter(({ key }) => end === undefined || byUtf8(key, end) < 0)
        .slice(0, limit);
      counted.queries += 1;
      counted.rows += found.length;
      return found;
    },
  };
  return counted;
}

function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

interface Asked {
  readonly prefix?: string;
  readonly delimiter?: string;
  readonly after?: string;
  readonly limit?: number;
}

/** What a listing must be, computed the slow way from all keys. */
function expected(keys: readonly string[], asked: Asked): { entries: string[]; more: boolean } {
  const { prefix = '', delimiter = '', after, limit = 1000 } = asked;
  const entries = new Set<string>();
  for (const key of keys.toSorted(byUtf8)) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = at < 0 ? key : key.slice(0, at + delimiter.length);
    if (after === undefined || byUtf8(entry, after) > 0) entries.add(entry);
  }
  const all = [...entries];
  return { entries: all.slice(0, limit), more: limit > 0 && all.length > limit };
}

function entriesOf(listing: Listing<{ readonly key: string }>): string[] {
  return [...listing.rows.map((row) => row.key), ...listing.commonPrefixes].toSorted(byUtf8);
}

async function check(keys: readonly string[], asked: Asked): Promise<void> {
  const request = {
    prefix: asked.prefix ?? '',
    delimiter: asked.delimiter,
    after: asked.after === undefined ? undefined : { key: asked.after },
    limit: asked.limit ?? 1000,
  };
  const listing = await list(request, source(keys).read);
  const { entries, more } = expected(keys, asked);
  const message = JSON.stringify(asked);
  assert.deepEqual(entriesOf(listing), entries, message);
  assert.equal(listing.next !== undefined, more, message);
  if (more) assert.equal(listing.next?.key, entries.at(-1), message);
}

const odd = [
  'a',
  'a/',
  'a/1',
  'a/1/x',
  'a/2',
  'a//',
  'a0',
  'b/c/d',
  'b/c/e',
  'c',
  '/',
  '//',
  '/x',
  'ä/ö',
  '\uff5e/x',
  '\u{1f600}/x',
  '\u{10ffff}/x',
  '\u{10ffff}\u{10ffff}',
  '\ud7ff/x',
  '\ue000/x',
  ' ',
  '\u0001',
  '%',
  '_',
];

test('a listing is what the keys say, for odd keys, prefixes, delimiters and markers', async () => {
  const texts = ['', 'a', 'a/', 'a/1', 'b/c/', '/', 'x', '\u{10ffff}', '\uff5e', 'zz'];
  for (const prefix of texts) {
    for (const delimiter of [undefined, '/', '//', '1', '\u{10ffff}', 'x']) {
      for (const after of [undefined, ...odd, 'a/1/y', 'b/c', '\u{10ffff}\u{10ffff}\u{10ffff}']) {
        for (const limit of [0, 1, 2, 1000]) {
          await check(odd, {
            prefix,
            limit,
            ...(delimiter && { delimiter }),
            ...(after && { after }),
          });
        }
      }
    }
  }
});

test('page after page gives everything once and in order', async () => {
  const keys = Array.from({ length: 3000 }, (_, index) => `${index % 50}/${index}`);
  const { entries } = expected([...keys, ...odd], { delimiter: '/', limit: 10_000 });
  for (const limit of [1, 7, 20]) {
    const seen: string[] = [];
    let after: { key: string } | undefined;
    do {
      const request = { prefix: '', delimiter: '/', after, limit };
      const page = await list<{ key: string }>(request, source([...keys, ...odd]).read);
      seen.push(...entriesOf(page));
      after = page.next;
    } while (after);
    assert.deepEqual(seen, entries);
  }
});

test('a common prefix is leapt over, however many keys it holds', async () => {
  const keys = ['a', 'b', 'c'].flatMap((folder) =>
    Array.from({ length: 20_000 }, (_, index) => `${folder}/${index}`),
  );
  const counted = source(keys);
  const request = { prefix: '', delimiter: '/', after: undefined, limit: 1000 };
  const listing = await list(request, counted.read);
  assert.deepEqual(listing.commonPrefixes, ['a/', 'b/', 'c/']);
  assert.ok(counted.queries <= 4, `${counted.queries} queries`);
  assert.ok(counted.rows < 3000, `${counted.rows} rows`);
});

test('the successor of a prefix', () => {
  assert.equal(successor('a/'), 'a0');
  assert.equal(successor('\ud7ff'), '\ue000');
  assert.equal(successor('\uffff'), '\u{10000}');
  assert.equal(successor('a\u{10ffff}'), 'b');
  assert.equal(successor('\u{10ffff}'), undefined);
  assert.equal(successor(''), undefined);
});
