import { ApiError } from '@carnet/wire';
import { giveWay } from '../iam/simulation/give-way.ts';
import { openMarker, sealMarker } from '../marker.ts';
import type { OperationContext } from '../operation.ts';
import { invalidParameterCombination, invalidParameterValue } from './error.ts';

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
const batch = 200;
/** Milliseconds after which everybody else has a turn: filters may have many values. */
const turn = 10;

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

/**
 * One page of the rows that are `wanted`, in the order of `keyOf`. `fetch` gives up to `limit` rows
 * whose key is greater than `after`.
 */
export async function pageOf<Row>(
  context: OperationContext,
  operation: string,
  { MaxResults = mostResults, NextToken }: PageRequest,
  list: {
    fetch(after: string, limit: number): Promise<readonly Row[]>;
    keyOf(row: Row): string;
    wanted(row: Row): boolean;
  },
): Promise<{ readonly rows: readonly Row[]; readonly NextToken?: string }> {
  let after = openToken(context, operation, NextToken);
  const rows: Row[] = [];
  let began = performance.now();
  for (;;) {
    const found = await list.fetch(after, batch);
    for (const row of found) {
      if (performance.now() - began > turn) {
        await giveWay();
        began = performance.now();
      }
      if (!list.wanted(row)) continue;
      if (rows.length === MaxResults) {
        const last = rows.at(-1) as Row;
        return { rows, NextToken: sealMarker(context, 'ec2', operation, list.keyOf(last)) };
      }
      rows.push(row);
    }
    const last = found.at(-1);
    if (last === undefined || found.length < batch) return { rows };
    after = list.keyOf(last);
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
