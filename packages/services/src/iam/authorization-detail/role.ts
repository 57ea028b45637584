import type { InstanceProfile, Role, RoleDetail } from '@aws-sdk/client-iam';
import { iamArn } from '../../arn.ts';
import type { OperationContext } from '../../operation.ts';
import { type RoleRow, storedRoleArn } from '../entity.ts';
import { describeBoundary } from '../permissions-boundary.ts';
import { encodePolicyDocument } from '../policy-document.ts';
import { describeLastUse } from '../role.ts';
import { shownTrustPolicies } from '../trust-policy.ts';
import { grouped, type Owned } from './owned.ts';

/** The roles with these ids, in the order of the folded names. */
export async function roleDetails(
  context: OperationContext,
  ids: readonly string[],
  owned: Owned,
): Promise<RoleDetail[]> {
  if (ids.length === 0) return [];
  const rows = await context.database
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('role_id', 'in', ids)
    .orderBy('name_fold')
    .execute();
  const trustPolicies = await shownTrustPolicies(
    context,
    rows.map((row) => row.trust_policy),
  );
  const profiles = await context.database
    .selectFrom('iam_instance_profile')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('role_id', 'in', ids)
    .orderBy('name_fold')
    .execute();
  const profilesOf = grouped(
    profiles,
    (profile) => profile.role_id ?? '',
    (profile) => profile,
  );
  return rows.map((row, index) => {
    const role = describeRole(row, encodePolicyDocument(trustPolicies[index] ?? ''));
    return {
      ...role,
      InstanceProfileList: (profilesOf.get(row.role_id) ?? []).map(
        (profile): InstanceProfile => ({
          Path: profile.path,
          InstanceProfileName: profile.name,
          InstanceProfileId: profile.instance_profile_id,
          Arn: iamArn(profile.account_id, 'instance-profile', profile.path, profile.name),
          CreateDate: new Date(profile.created_at),
          Roles: [role],
        }),
      ),
      RolePolicyList: owned.inline.get(row.role_id) ?? [],
      AttachedManagedPolicies: owned.attached.get(row.role_id) ?? [],
      ...describeBoundary(row),
      Tags: owned.tags.get(row.role_id) ?? [],
      RoleLastUsed: describeLastUse(row),
    };
  });
}

/** What a role's detail and the roles of an instance profile have in common. */
function describeRole(row: RoleRow, trustPolicy: string): Role {
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: row.role_id,
    Arn: storedRoleArn(row),
    CreateDate: new Date(row.created_at),
    AssumeRolePolicyDocument: trustPolicy,
  };
}
