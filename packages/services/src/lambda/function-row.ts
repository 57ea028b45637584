import type { Schema } from '@carnet/store';
import type { OperationContext } from '../operation.ts';
import { resourceNotFound } from './error.ts';
import {
  type FunctionInput,
  type FunctionTarget,
  functionTarget,
  latestVersion,
  refuseElsewhere,
} from './function-name.ts';

export type FunctionRow = Schema['lambda_function'];

/** What a call is about: which function, and its row. */
export interface FoundFunction {
  readonly target: FunctionTarget;
  readonly row: FunctionRow;
}

/** Throws `ResourceNotFoundException`; there are no versions but the latest, and no aliases. */
export async function requireFunction(
  context: OperationContext,
  input: FunctionInput,
): Promise<FoundFunction> {
  return await requireTarget(context, functionTarget(context, input));
}

export async function requireTarget(
  context: OperationContext,
  target: FunctionTarget,
): Promise<FoundFunction> {
  refuseElsewhere(context, target);
  const row = await findFunction(context, target);
  if (row === undefined || (target.qualifier ?? latestVersion) !== latestVersion) {
    throw resourceNotFound(`Function not found: ${target.arn}`);
  }
  return { target, row };
}

export async function findFunction(
  context: Pick<OperationContext, 'database'>,
  { accountId, name }: Pick<FunctionTarget, 'accountId' | 'name'>,
): Promise<FunctionRow | undefined> {
  return await context.database
    .selectFrom('lambda_function')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** Sets columns of a function, and tells who follows it. */
export async function updateFunction(
  context: OperationContext,
  row: FunctionRow,
  change: Partial<FunctionRow>,
): Promise<FunctionRow> {
  await context.database
    .updateTable('lambda_function')
    .set(change)
    .where('account_id', '=', row.account_id)
    .where('name', '=', row.name)
    .execute();
  tellFunction(context, row);
  return { ...row, ...change };
}

export function tellFunction(
  context: OperationContext,
  row: Pick<FunctionRow, 'account_id' | 'name'>,
): void {
  context.changed({ accountId: row.account_id, kind: 'function', id: row.name });
}
