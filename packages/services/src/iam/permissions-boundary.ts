import type {
  AttachedPermissionsBoundary,
  DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { refuseServiceRolePolicy } from './attached-policy.ts';
import { findManagedPolicy, requireUser } from './entity.ts';
import { noSuchEntity } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { requireModifiableRole } from './protected-role.ts';
import { boundedRoleResource, roleResource } from './resource/role.ts';
import { boundedUserResource, userResource } from './resource/user.ts';

/** `iam:PermissionsBoundary` is the boundary that is asked for, not the one that is replaced. */
export const putUserPermissionsBoundary = operation<PutUserPermissionsBoundaryRequest, EmptyOutput>(
  {
    authorization: {
      action: 'iam:PutUserPermissionsBoundary',
      resource: userResource((input) => input.UserName),
      conditionKeys: { 'iam:PermissionsBoundary': (input) => input.PermissionsBoundary },
    },
    access: 'write',
    async run(context, input) {
      const user = await requireUser(context, input.UserName);
      const arn = await requireBoundary(context, input.PermissionsBoundary);
      return await setUserBoundary(context, user.user_id, arn);
    },
  },
);

export const deleteUserPermissionsBoundary = operation<
  DeleteUserPermissionsBoundaryRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:DeleteUserPermissionsBoundary',
    resource: boundedUserResource((input) => input.UserName),
  },
  access: 'write',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    if (user.permissions_boundary === null) throw withoutBoundary('user', user.name);
    return await setUserBoundary(context, user.user_id, null);
  },
});

/** `iam:PermissionsBoundary` is the boundary that is asked for, not the one that is replaced. */
export const putRolePermissionsBoundary = operation<PutRolePermissionsBoundaryRequest, EmptyOutput>(
  {
    authorization: {
      action: 'iam:PutRolePermissionsBoundary',
      resource: roleResource((input) => input.RoleName),
      conditionKeys: { 'iam:PermissionsBoundary': (input) => input.PermissionsBoundary },
    },
    access: 'write',
    async run(context, input) {
      const role = await requireModifiableRole(context, input.RoleName);
      const arn = await requireBoundary(context, input.PermissionsBoundary);
      return await setRoleBoundary(context, role.role_id, arn);
    },
  },
);

export const deleteRolePermissionsBoundary = operation<
  DeleteRolePermissionsBoundaryRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:DeleteRolePermissionsBoundary',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    const role = await requireModifiableRole(context, input.RoleName);
    if (role.permissions_boundary === null) throw withoutBoundary('role', role.name);
    return await setRoleBoundary(context, role.role_id, null);
  },
});

export const permissionsBoundaryOperations: OperationTable = {
  DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
  DeleteUserPermissionsBoundary: deleteUserPermissionsBoundary,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  PutUserPermissionsBoundary: putUserPermissionsBoundary,
};

/**
 * The ARN of a managed policy that may bound somebody: one of the account's or of AWS's.
 * Errors: `InvalidInput`, `NoSuchEntity`, `PolicyNotAttachable`.
 */
export async function requireBoundary(
  context: OperationContext,
  arn: string | undefined,
): Promise<string> {
  const policy = await findManagedPolicy(context, arn ?? '');
  if (policy === undefined) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  refuseServiceRolePolicy(policy);
  return policy.arn;
}

/** `PermissionsBoundary` of an answer about a user or a role: absent when there is none. */
export function describeBoundary(row: { readonly permissions_boundary: string | null }): {
  PermissionsBoundary?: AttachedPermissionsBoundary;
} {
  const { permissions_boundary: arn } = row;
  if (arn === null) return {};
  return { PermissionsBoundary: { PermissionsBoundaryType: type, PermissionsBoundaryArn: arn } };
}

/** The model lists `PermissionsBoundaryPolicy` and no other value; AWS answers `Policy`. */
const type = 'Policy' as unknown as 'PermissionsBoundaryPolicy';

async function setUserBoundary(
  context: OperationContext,
  userId: string,
  arn: string | null,
): Promise<EmptyOutput> {
  await context.database
    .updateTable('iam_user')
    .set({ permissions_boundary: arn })
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', userId)
    .execute();
  context.changed({ accountId: context.accountId, kind: 'user', id: userId });
  return emptyOutput;
}

async function setRoleBoundary(
  context: OperationContext,
  roleId: string,
  arn: string | null,
): Promise<EmptyOutput> {
  await context.database
    .updateTable('iam_role')
    .set({ permissions_boundary: arn })
    .where('account_id', '=', context.accountId)
    .where('role_id', '=', roleId)
    .execute();
  context.changed({ accountId: context.accountId, kind: 'role', id: roleId });
  return emptyOutput;
}

function withoutBoundary(kind: 'user' | 'role', name: string): Error {
  return noSuchEntity(`The permissions boundary of the ${kind} with name ${name} cannot be found.`);
}
