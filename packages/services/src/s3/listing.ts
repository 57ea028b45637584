/** Where a listing begins to read. */
export type Start<Row> =
  /** At this key or the first one after it. */
  | { readonly kind: 'from'; readonly key: string }
  /** Behind this row. */
  | { readonly kind: 'after'; readonly row: Row };

export interface ListingRequest<Row> {
  readonly prefix: string;
  /** Undefined or empty: nothing is rolled up. */
  readonly delimiter: string | undefined;
  /** What a marker names; the listing begins behind it. */
  readonly after: Row | undefined;
  /** The most entries, keys and common prefixes together. */
  readonly limit: number;
}

export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  /** What the last entry is: the marker of the next page. Undefined when nothing follows. */
  readonly next: { readonly key: string; readonly row: Row | undefined } | undefined;
}

/**
 * Reads up to `limit` rows in order, beginning at `start`, with keys below `end` (undefined: to the
 * last one).
 */
export type ReadRows<Row> = (
  start: Start<Row>,
  end: string | undefined,
  limit: number,
) => Promise<readonly Row[]>;

const smallestBatch = 32;

/**
 * Lists keys that begin with a prefix, in the byte order of UTF-8. Keys that have the delimiter
 * after the prefix are rolled up into a common prefix, and the reading leaps over the rest of them:
 * a prefix costs one query, however many keys are under it. A common prefix that does not come after
 * the marker is left out. Source: S3 API reference, ListObjectsV2.
 */
export async function list<Row extends { readonly key: string }>(
  request: ListingRequest<Row>,
  read: ReadRows<Row>,
): Promise<Listing<Row>> {
  const rows: Row[] = [];
  const commonPrefixes: string[] = [];
  let next: Listing<Row>['next'];
  let rolledUp: string | undefined;
  let start = firstStart(request);
  const end = request.prefix === '' ? undefined : successor(request.prefix);
  let batch = Math.max(smallestBatch, Math.min(request.limit + 1, 1001));
  while (start && request.limit > 0) {
    const found = await read(start, end, batch);
    for (const row of found) {
      if (rolledUp !== undefined && row.key.startsWith(rolledUp)) continue;
      // One entry more than was asked for: the page is full and something follows.
      if (next && rows.length + commonPrefixes.length === request.limit) {
        return { rows, commonPrefixes, next };
      }
      rolledUp = commonPrefixOf(row.key, request);
      if (rolledUp === undefined) rows.push(row);
      else commonPrefixes.push(rolledUp);
      next = rolledUp === undefined ? { key: row.key, row } : { key: rolledUp, row: undefined };
    }
    const last = found.at(-1);
    if (!last || found.length < batch) break;
    start = behind(last, rolledUp);
    batch =
      rolledUp === undefined ? Math.min(batch * 2, 1001) : Math.max(batch >> 1, smallestBatch);
  }
  return { rows, commonPrefixes, next: undefined };
}

function firstStart<Row extends { readonly key: string }>(
  request: ListingRequest<Row>,
): Start<Row> | undefined {
  const { prefix, after } = request;
  if (!after || compareUtf8(after.key, prefix) < 0) return { kind: 'from', key: prefix };
  return behind(after, commonPrefixOf(after.key, request));
}

/** Where to go on: behind the row, or behind everything that is rolled up with it. */
function behind<Row extends { readonly key: string }>(
  row: Row,
  rolledUp: string | undefined,
): Start<Row> | undefined {
  if (rolledUp === undefined) return { kind: 'after', row };
  const key = successor(rolledUp);
  return key === undefined ? undefined : { kind: 'from', key };
}

function commonPrefixOf(
  key: string,
  { prefix, delimiter }: { readonly prefix: string; readonly delimiter: string | undefined },
): string | undefined {
  if (!delimiter || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/**
 * The least string, in the byte order of UTF-8, that comes after everything that begins with
 * `prefix`; undefined when there is none.
 */
export function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === 0x10ffff) continue;
    // Halves of surrogate pairs are no characters.
    points.push(last === 0xd7ff ? 0xe000 : last + 1);
    return String.fromCodePoint(...points);
  }
  return undefined;
}

/** JavaScript compares strings by UTF-16 units, where U+FF5E comes after U+1F600. */
function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
