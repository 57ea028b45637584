import { parseArn } from '@carnet/policy';
import type { RoleState } from '../authorization/authorization-state.ts';
import { findRole, storedRoleArn } from '../iam/entity.ts';
import type { OperationContext } from '../operation.ts';
import { mayServiceAssume, type ServiceAssumption } from '../sts/assume-role-as-service.ts';
import { roleNotAssumable } from './error.ts';
import { type FunctionTarget, functionArn } from './function-name.ts';

/** As whom a function's role is assumed. */
export function functionAssumption(
  region: string,
  { accountId, name }: Pick<FunctionTarget, 'accountId' | 'name'>,
  role: RoleState,
  now: number,
): Omit<ServiceAssumption, 'durationSeconds'> {
  return {
    service: 'lambda.amazonaws.com',
    role,
    sessionName: name,
    now,
    workload: { service: 'lambda', arn: functionArn(region, accountId, name) },
  };
}

/** The role's unique id, when it exists and trusts Lambda; that it may be passed was checked before. */
export async function requireAssumableRole(
  context: OperationContext,
  target: FunctionTarget,
  arn: string,
): Promise<string> {
  const { resource = '' } = parseArn(arn) ?? {};
  const scope = { accountId: target.accountId, database: context.database };
  const row = await findRole(scope, resource.slice(resource.lastIndexOf('/') + 1));
  if (row === undefined || storedRoleArn(row) !== arn) throw roleNotAssumable();
  const role = await context.resourcePolicies.role(target.accountId, row.role_id);
  if (role === undefined) throw roleNotAssumable();
  const region = context.settings.region;
  const assumption = functionAssumption(region, target, role, context.now);
  if (mayServiceAssume(assumption).decision.decision !== 'allowed') throw roleNotAssumable();
  return row.role_id;
}
