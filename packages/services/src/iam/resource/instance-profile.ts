import { iamArn } from '../../arn.ts';
import type { Resource, ResourceReference } from '../../operation.ts';
import {
  type AccountScope,
  findInstanceProfile,
  findRole,
  type RoleRow,
  storedInstanceProfileArn,
  storedRoleArn,
} from '../entity.ts';
import { accountScope, type From, plain, required, tagged } from './resource.ts';

export function instanceProfileResource<Input>(profileName: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'instance-profile',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(profileName(input));
      const profile = await findInstanceProfile(scope, name);
      const askedArn = iamArn(scope.accountId, 'instance-profile', '/', name);
      if (profile === undefined) return plain(scope, askedArn);
      const arn = storedInstanceProfileArn(profile);
      return { ...(await tagged(scope, arn, profile.instance_profile_id)), askedArn };
    },
  };
}

/** An instance profile about to be made. */
export function newInstanceProfileResource<Input>(
  profileName: From<Input>,
  path: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'instance-profile',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(profileName(input));
      return plain(scope, iamArn(scope.accountId, 'instance-profile', path(input) ?? '/', name));
    },
  };
}

/** The condition key of what a role is passed for. */
export const associatedKey = 'iam:AssociatedResourceArn';

/** A role as it is passed to a service for something of that ARN. */
export async function passedRole(
  scope: AccountScope,
  role: RoleRow,
  associatedArn: string,
): Promise<Resource> {
  const conditionKeys = new Map([[associatedKey.toLowerCase(), associatedArn]]);
  return { ...(await tagged(scope, storedRoleArn(role), role.role_id)), conditionKeys };
}

/** A role that is passed, with the instance profile that it comes into. */
export function passedRoleResource<Input>(
  roleName: From<Input>,
  profileName: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'role',
    conditionKeys: [associatedKey],
    async resolve(context, input) {
      const scope = accountScope(context);
      const profileArn = await arnOfProfile(scope, required(profileName(input)));
      const name = required(roleName(input));
      const role = await findRole(scope, name);
      const askedArn = iamArn(scope.accountId, 'role', '/', name);
      if (role !== undefined) return { ...(await passedRole(scope, role, profileArn)), askedArn };
      const conditionKeys = new Map([[associatedKey.toLowerCase(), profileArn]]);
      return { ...plain(scope, askedArn), conditionKeys };
    },
  };
}

async function arnOfProfile(scope: AccountScope, name: string): Promise<string> {
  const profile = await findInstanceProfile(scope, name);
  if (profile !== undefined) return storedInstanceProfileArn(profile);
  return iamArn(scope.accountId, 'instance-profile', '/', name);
}
