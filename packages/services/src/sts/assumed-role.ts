import { parseArn } from '@carnet/policy';
import type { RoleState } from '../authorization/authorization-state.ts';
import { findRole, storedRoleArn } from '../iam/entity.ts';
import { validationError } from '../iam/error.ts';
import type { ResolveContext, Resource, ResourceReference } from '../operation.ts';

type RoleInput = { readonly RoleArn: string | undefined };

/**
 * The role of an ARN, whosever account it is in, with its trust policy. What is not there is trusted
 * by nobody, and reads the same.
 */
export const assumedRoleResource: ResourceReference<RoleInput> = {
  resourceType: 'role',
  async resolve(context, { RoleArn: arn = '' }): Promise<Resource> {
    const { accountId } = readArn(arn);
    const role = await findAssumedRole(context, arn);
    const asked = { arn, accountId, reasonHidden: true };
    return role ? { ...asked, tags: role.tags, trustPolicy: role.trustPolicy } : asked;
  },
};

/** By the exact ARN, path and case included; undefined when there is no such role. */
export async function findAssumedRole(
  context: ResolveContext,
  arn: string,
): Promise<RoleState | undefined> {
  const { accountId, resource } = readArn(arn);
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const row = await findRole({ accountId, database: context.database }, name);
  if (row === undefined || storedRoleArn(row) !== arn) return undefined;
  return await context.resourcePolicies.role(accountId, row.role_id);
}

function readArn(text: string) {
  const arn = parseArn(text);
  if (arn === undefined || arn.resource === '') throw validationError(`${text} is invalid`);
  return arn;
}
