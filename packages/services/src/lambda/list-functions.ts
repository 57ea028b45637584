import type { ListFunctionsRequest, ListFunctionsResponse } from '@aws-sdk/client-lambda';
import { type OperationContext, operation } from '../operation.ts';
import { invalidParameter } from './error.ts';
import { describeConfiguration } from './function.ts';

/** AWS answers no more than that, whatever it is asked for. */
const pageSize = 50;

/** By name. Each function has one version, so that `FunctionVersion=ALL` lists the same. */
export const listFunctions = operation<ListFunctionsRequest, ListFunctionsResponse>({
  authorization: { action: 'lambda:ListFunctions' },
  access: 'read',
  async run(context, input) {
    const limit = Math.min(input.MaxItems ?? pageSize, pageSize);
    const rows = await context.database
      .selectFrom('lambda_function')
      .selectAll()
      .where('account_id', '=', context.accountId)
      .where('name', '>', openMarker(context, input.Marker))
      .orderBy('name')
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      Functions: page.map((row) => describeConfiguration(context, row)),
      ...(rows.length > limit && last && { NextMarker: sealMarker(context, last.name) }),
    };
  },
});

/** Where a list goes on, sealed and bound to its account. */
function sealMarker(context: OperationContext, name: string): string {
  return context.sealing.seal('pagination', markerContext(context), Buffer.from(name));
}

function openMarker(context: OperationContext, marker: string | undefined): string {
  if (marker === undefined || marker === '') return '';
  const opened = context.sealing.open('pagination', markerContext(context), marker);
  if (opened === undefined) throw invalidParameter('Invalid Marker.');
  return Buffer.from(opened).toString();
}

function markerContext({ accountId }: OperationContext): string {
  return JSON.stringify(['lambda', 'ListFunctions', accountId]);
}
