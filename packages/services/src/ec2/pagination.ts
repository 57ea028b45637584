import { ApiError } from '@carnet/wire';
import { takeTurns } from '../iam/simulation/give-way.ts';
import { openMarker, sealMarker } from '../marker.ts';
import type { OperationContext } from '../operation.ts';
import { invalidParameterCombination, invalidParameterValue } from './error.ts';
import type { Filters, ValuesOf } from './filter.ts';
import { mostTagText } from './tag-set.ts';

/**
 * Pages of a list: `MaxResults` rows, 1,000 unless told otherwise, and a `NextToken` while there may
 * be more. A token is sealed and bound to its operation and account, and holds the key of the last
 * row, so that rows that come and go neither repeat nor hide others.
 */
export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const mostResults = 1000;
const fewestResults = 5;
/** Rows that are read at once. */
const batch = 100;
/** What filters may cost before a page ends: a second at the worst. */
const mostCost = 1_000_000;

/** Throws what AWS answers to a page of no size, or to one of things that are named one by one. */
export function checkPage(
  { MaxResults }: PageRequest,
  named: { readonly set: string; readonly ids: readonly string[] | undefined },
): void {
  if (MaxResults === undefined) return;
  if ((named.ids?.length ?? 0) > 0) {
    throw invalidParameterCombination(
      `The parameter ${named.set} cannot be used with the parameter maxResults`,
    );
  }
  if (MaxResults >= fewestResults && MaxResults <= mostResults) return;
  const expected =
    MaxResults < fewestResults ? `greater than ${fewestResults}` : `smaller than ${mostResults}`;
  throw invalidParameterValue(
    `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value ${expected}.`,
  );
}

/** What is listed, and which of it is wanted. */
interface PagedList<Row> {
  /** Up to `limit` rows whose key is greater than `after`. */
  fetch(after: string, limit: number): Promise<readonly Row[]>;
  keyOf(row: Row): string;
  /** Bytes of the text that callers have written into a row. */
  textOf?(row: Row): number;
  readonly filters: Filters;
  readonly valuesOf: ValuesOf<Row>;
  /** What has to hold beside the filters. */
  wanted?(row: Row): boolean;
}

/**
 * One page of the rows that are wanted, in the order of `keyOf`. It ends before `MaxResults` when it
 * holds as much text as one answer may, or when the filters have cost as much as one call may.
 */
export async function pageOf<Row>(
  context: OperationContext,
  operation: string,
  { MaxResults = mostResults, NextToken }: PageRequest,
  list: PagedList<Row>,
): Promise<{ readonly rows: readonly Row[]; readonly NextToken?: string }> {
  let after = openToken(context, operation, NextToken);
  const rows: Row[] = [];
  const pause = takeTurns();
  let text = 0;
  const upTo = (key: string) => ({ rows, NextToken: sealMarker(context, 'ec2', operation, key) });
  for (;;) {
    const found = await list.fetch(after, batch);
    for (const row of found) {
      await pause();
      const isWanted = list.wanted?.(row) ?? true;
      if (isWanted && (await list.filters.meet(row, list.valuesOf))) {
        text += list.textOf?.(row) ?? 0;
        const isFull = rows.length === MaxResults || text > mostTagText;
        if (isFull && rows.length > 0) return upTo(after);
        rows.push(row);
      }
      after = list.keyOf(row);
      if (list.filters.cost() > mostCost) return upTo(after);
    }
    if (found.length < batch) return { rows };
  }
}

function openToken(context: OperationContext, operation: string, token: string | undefined) {
  if (token === undefined || token === '') return '';
  const opened = openMarker(context, 'ec2', operation, token);
  if (opened === undefined) {
    const message = `The token '${token.slice(0, 128)}' is invalid`;
    throw new ApiError('InvalidNextToken', 400, message);
  }
  return opened;
}
