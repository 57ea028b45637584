import type { Schema } from '@carnet/store';
import { openMarker, sealMarker } from '../marker.ts';
import type { OperationContext } from '../operation.ts';
import { validationError } from './error.ts';

/**
 * Pages of a list: `MaxItems` rows, 100 unless told otherwise, and a `Marker` while there are more.
 * A marker is sealed and bound to its operation and account; whatever else is sent in its place is
 * refused. It holds the key of the last row, so rows that come and go between two pages neither
 * repeat nor hide others.
 */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

const defaultMaxItems = 100;

/**
 * Characters of documents after which a page ends: AWS too may answer fewer than MaxItems. Encoded
 * for an answer they are two to three times as long, and nobody else is served meanwhile.
 */
const mostCharacters = 2_000_000;

/**
 * One page of rows that are ordered by `keyOf`, byte by byte. `fetch` gives up to `limit` rows
 * whose key is greater than `after`. Keys stay under 150 ASCII characters, a marker under 320.
 * `fitting` tells how many of the rows are not too much for one answer, at least one.
 */
export async function pageOfRows<Row>(
  context: OperationContext,
  operation: string,
  request: PageRequest,
  keyOf: (row: Row) => string,
  fetch: (after: string, limit: number) => Promise<readonly Row[]>,
  fitting?: (rows: readonly Row[]) => Promise<number>,
): Promise<Page<Row>> {
  const limit = request.MaxItems ?? defaultMaxItems;
  const after = openPosition(context, operation, request.Marker) ?? '';
  const rows = await fetch(after, limit + 1);
  const most = fitting ? await fitting(rows.slice(0, limit)) : limit;
  return page(context, operation, rows.slice(0, most), rows.length > most, keyOf);
}

/**
 * How many rows come before the one whose documents are too much for this page; the first always
 * fits. `sizeOf` tells their characters, and is asked only while the page has room.
 */
export function countFitting<Row>(rows: readonly Row[], sizeOf: (row: Row) => number): number {
  let total = 0;
  for (const [index, row] of rows.entries()) {
    total += sizeOf(row);
    if (total > mostCharacters && index > 0) return index;
  }
  return rows.length;
}

/** What has a path, and a name by which it is found. */
type TableWithPath =
  | 'iam_group'
  | 'iam_instance_profile'
  | 'iam_role'
  | 'iam_server_certificate'
  | 'iam_user';

/** One page of the account's rows below a path, `/` unless told otherwise, by their folded names. */
export async function pageBelowPath<Table extends TableWithPath>(
  context: OperationContext,
  operation: string,
  request: PageRequest & { readonly PathPrefix?: string | undefined },
  table: Table,
  fitting?: (rows: readonly Schema[Table][]) => Promise<number>,
): Promise<Page<Schema[Table]>> {
  const prefix = request.PathPrefix ?? '/';
  const found = await pageOfRows<Schema['iam_user']>(
    context,
    operation,
    request,
    (row) => row.name_fold,
    async (after, limit) =>
      await context.database
        .selectFrom(table as 'iam_user')
        .selectAll()
        .where('account_id', '=', context.accountId)
        .where('name_fold', '>', after)
        .where('path', '>=', prefix)
        .where('path', '<', endOfPrefix(prefix))
        .orderBy('name_fold')
        .limit(limit)
        .execute(),
    fitting && ((rows) => fitting(rows as unknown as readonly Schema[Table][])),
  );
  return found as unknown as Page<Schema[Table]>;
}

/** One page of a list that a quota keeps short enough to be read whole; the marker is a count. */
export function pageOfList<Row>(
  context: OperationContext,
  operation: string,
  request: PageRequest,
  list: readonly Row[],
): Page<Row> {
  const limit = request.MaxItems ?? defaultMaxItems;
  const start = Number(openPosition(context, operation, request.Marker) ?? 0);
  const end = start + limit;
  return page(context, operation, list.slice(start, end), list.length > end, () => String(end));
}

function page<Row>(
  context: OperationContext,
  operation: string,
  rows: readonly Row[],
  more: boolean,
  keyOf: (row: Row) => string,
): Page<Row> {
  const last = rows.at(-1);
  if (!more || last === undefined) return { rows, IsTruncated: false };
  const marker = sealMarker(context, 'iam', operation, keyOf(last));
  return { rows, IsTruncated: true, Marker: marker };
}

function openPosition(
  context: OperationContext,
  operation: string,
  marker: string | undefined,
): string | undefined {
  if (marker === undefined) return undefined;
  const opened = openMarker(context, 'iam', operation, marker);
  if (opened === undefined) throw validationError('Invalid Marker.');
  return opened;
}

/**
 * What ends a range of paths that begin with a prefix: paths hold U+0021 to U+007E, so every one of
 * them sorts before the prefix followed by U+007F.
 */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u007f`;
}
