import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  Role,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { refuseWhileInUse } from './dependent.ts';
import {
  type AccountScope,
  findRole,
  type RoleRow,
  readTags,
  requireRole,
  storedRoleArn,
} from './entity.ts';
import { entityAlreadyExists, invalidInput } from './error.ts';
import { forgetLastAccessed } from './last-accessed.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { countFitting, pageBelowPath } from './pagination.ts';
import { describeBoundary, requireBoundary } from './permissions-boundary.ts';
import { encodePolicyDocument } from './policy-document.ts';
import {
  isServiceLinkedRole,
  refuseProtectedDuration,
  requireModifiableRole,
  serviceLinkedRolePath,
} from './protected-role.ts';
import { refuseOverQuota } from './quota.ts';
import { boundedRoleResource, newRoleResource } from './resource/role.ts';
import { hasTags, removeAllTags, tagList, writeFirstTags } from './tag-set.ts';
import {
  shownTrustPolicies,
  shownTrustPolicy,
  storedTrustPolicy,
  trustPolicyCost,
} from './trust-policy.ts';

/** Seconds: what a role's sessions may last unless it says otherwise. */
const defaultMaxSessionDuration = 3600;

export const createRole = operation<CreateRoleRequest, CreateRoleResponse>({
  authorization: {
    action: 'iam:CreateRole',
    resource: newRoleResource(
      (input) => input.RoleName,
      (input) => input.Path,
    ),
    conditionKeys: { 'iam:PermissionsBoundary': (input) => input.PermissionsBoundary },
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagRole',
        when: (input) => hasTags(input.Tags),
        resource: newRoleResource(
          (input) => input.RoleName,
          (input) => input.Path,
        ),
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const { RoleName: name = '', Path: path = '/', PermissionsBoundary: boundary } = input;
    if (isServiceLinkedRole({ path })) {
      throw invalidInput(
        `Path prefix '${serviceLinkedRolePath}' can only be used for AWS Service linked Roles`,
      );
    }
    const trustPolicy = await storedTrustPolicy(context, input.AssumeRolePolicyDocument ?? '');
    const boundaryArn = boundary === undefined ? null : await requireBoundary(context, boundary);
    if ((await findRole(context, name)) !== undefined) {
      throw entityAlreadyExists(`Role with name ${name} already exists.`);
    }
    await refuseOverQuota(context, 'iam_role');
    const row: RoleRow = {
      account_id: context.accountId,
      role_id: newUniqueId('AROA'),
      name,
      name_fold: foldAscii(name),
      path,
      created_at: context.now,
      trust_policy: trustPolicy,
      description: input.Description ?? null,
      max_session_duration: input.MaxSessionDuration ?? defaultMaxSessionDuration,
      permissions_boundary: boundaryArn,
      last_used_at: null,
      last_used_region: null,
    };
    await context.database.insertInto('iam_role').values(row).execute();
    const tags = await writeFirstTags(context, row.role_id, input.Tags);
    context.changed({ accountId: context.accountId, kind: 'role', id: row.role_id });
    return { Role: { ...(await describeRole(context, row)), ...describeBoundary(row), ...tags } };
  },
});

export const getRole = operation<GetRoleRequest, GetRoleResponse>({
  authorization: {
    action: 'iam:GetRole',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireRole(context, input.RoleName);
    return {
      Role: {
        ...(await describeRole(context, row)),
        ...describeSettings(row),
        ...describeBoundary(row),
        ...tagList(await readTags(context, row.role_id)),
        RoleLastUsed: describeLastUse(row),
      },
    };
  },
});

/** In the order of the folded names; AWS promises no order. */
export const listRoles = operation<ListRolesRequest, ListRolesResponse>({
  authorization: { action: 'iam:ListRoles' },
  access: 'read',
  async run(context, input) {
    const { rows, ...position } = await pageBelowPath(
      context,
      'ListRoles',
      input,
      'iam_role',
      async (found) => countFitting(found, (row) => trustPolicyCost(row.trust_policy.length)),
    );
    const roles = await describeRoles(context, rows);
    return {
      Roles: rows.flatMap((row) => {
        const role = roles.get(row.role_id);
        return role ? [{ ...role, ...describeSettings(row) }] : [];
      }),
      ...position,
    };
  },
});

/** What is not given stays. The description of a protected role is for everybody to change. */
export const updateRole = operation<UpdateRoleRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateRole',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireRole(context, input.RoleName);
    const { Description: description, MaxSessionDuration: seconds } = input;
    if (seconds !== undefined) refuseProtectedDuration(row);
    await change(context, row, {
      description: description ?? row.description,
      max_session_duration: seconds ?? row.max_session_duration,
    });
    return emptyOutput;
  },
});

export const updateRoleDescription = operation<
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse
>({
  authorization: {
    action: 'iam:UpdateRoleDescription',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireRole(context, input.RoleName);
    const description = input.Description ?? '';
    await change(context, row, { description });
    return { Role: { ...(await describeRole(context, row)), Description: description } };
  },
});

export const updateAssumeRolePolicy = operation<UpdateAssumeRolePolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateAssumeRolePolicy',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireModifiableRole(context, input.RoleName);
    const trustPolicy = await storedTrustPolicy(context, input.PolicyDocument ?? '');
    await change(context, row, { trust_policy: trustPolicy });
    return emptyOutput;
  },
});

/** A permissions boundary does not stand in the way. */
export const deleteRole = operation<DeleteRoleRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteRole',
    resource: boundedRoleResource((input) => input.RoleName),
  },
  access: 'write',
  async run(context, input) {
    const { role_id: roleId } = await requireModifiableRole(context, input.RoleName);
    await refuseWhileInUse(context, 'role', roleId);
    await removeAllTags(context, roleId);
    await forgetLastAccessed(context, roleId);
    await context.database
      .deleteFrom('iam_role')
      .where('account_id', '=', context.accountId)
      .where('role_id', '=', roleId)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'role', id: roleId });
    return emptyOutput;
  },
});

export const roleOperations: OperationTable = {
  CreateRole: createRole,
  DeleteRole: deleteRole,
  GetRole: getRole,
  ListRoles: listRoles,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateRoleDescription,
};

/** What every answer about a role has; CreateRole and instance profiles show no more. */
export async function describeRole(scope: AccountScope, row: RoleRow): Promise<Role> {
  return describeShown(row, await shownTrustPolicy(scope, row.trust_policy));
}

/** The same of many roles, by their ids: with as many queries as of a few. */
export async function describeRoles(
  scope: AccountScope,
  rows: readonly RoleRow[],
): Promise<ReadonlyMap<string, Role>> {
  const trustPolicies = await shownTrustPolicies(
    scope,
    rows.map((row) => row.trust_policy),
  );
  return new Map(
    rows.map((row, index) => [row.role_id, describeShown(row, trustPolicies[index] ?? '')]),
  );
}

function describeShown(row: RoleRow, trustPolicy: string): Role {
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: row.role_id,
    Arn: storedRoleArn(row),
    CreateDate: new Date(row.created_at),
    AssumeRolePolicyDocument: encodePolicyDocument(trustPolicy),
  };
}

function describeSettings(row: RoleRow): Pick<Role, 'Description' | 'MaxSessionDuration'> {
  return {
    ...(row.description !== null && { Description: row.description }),
    MaxSessionDuration: row.max_session_duration,
  };
}

/** An empty structure for a role that was never used, as AWS answers it. */
export function describeLastUse(row: RoleRow): NonNullable<Role['RoleLastUsed']> {
  if (row.last_used_at === null || row.last_used_region === null) return {};
  return { LastUsedDate: new Date(row.last_used_at), Region: row.last_used_region };
}

async function change(
  context: OperationContext,
  row: RoleRow,
  changes: Partial<Pick<RoleRow, 'description' | 'max_session_duration' | 'trust_policy'>>,
): Promise<void> {
  await context.database
    .updateTable('iam_role')
    .set(changes)
    .where('account_id', '=', context.accountId)
    .where('role_id', '=', row.role_id)
    .execute();
  context.changed({ accountId: context.accountId, kind: 'role', id: row.role_id });
}
