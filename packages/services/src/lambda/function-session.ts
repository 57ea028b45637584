import { ApiError } from '@carnet/wire';
import type { OperationContext } from '../operation.ts';
import type { TemporaryCredentials } from '../services.ts';
import { roleNotAssumable } from './error.ts';
import { functionArn } from './function-name.ts';
import type { FoundFunction } from './function-row.ts';
import type { FunctionHost } from './function-runner.ts';

/**
 * A session of a function's role, made by Lambda. Throws when the role is gone, is another one of that
 * name, or no longer trusts Lambda.
 */
export async function functionCredentials(
  { resourcePolicies, settings }: OperationContext,
  { sessions }: FunctionHost,
  { row }: FoundFunction,
): Promise<TemporaryCredentials> {
  const { account_id: accountId, name } = row;
  const role = await resourcePolicies.role(accountId, row.role_id);
  if (role === undefined) throw roleNotAssumable();
  const arn = functionArn(settings.region, accountId, name);
  try {
    return await sessions.credentials(role, { service: 'lambda', arn }, name);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'AccessDenied') throw roleNotAssumable();
    throw error;
  }
}
