import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  InstanceProfile,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  RemoveRoleFromInstanceProfileRequest,
  Role,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import {
  findInstanceProfile,
  type InstanceProfileRow,
  readTags,
  requireRole,
  storedInstanceProfileArn,
} from './entity.ts';
import { deleteConflict, entityAlreadyExists, noSuchEntity, quotaExceeded } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageBelowPath, pageOfRows } from './pagination.ts';
import { requireModifiableRole } from './protected-role.ts';
import { refuseOverQuota } from './quota.ts';
import {
  instanceProfileResource,
  newInstanceProfileResource,
  passedRoleResource,
} from './resource/instance-profile.ts';
import { roleResource } from './resource/role.ts';
import { describeRoles } from './role.ts';
import { hasTags, removeAllTags, writeFirstTags } from './tag-set.ts';

export const createInstanceProfile = operation<
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse
>({
  authorization: {
    action: 'iam:CreateInstanceProfile',
    resource: newInstanceProfileResource(
      (input) => input.InstanceProfileName,
      (input) => input.Path,
    ),
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagInstanceProfile',
        when: (input) => hasTags(input.Tags),
        resource: newInstanceProfileResource(
          (input) => input.InstanceProfileName,
          (input) => input.Path,
        ),
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const name = input.InstanceProfileName ?? '';
    if ((await findInstanceProfile(context, name)) !== undefined) {
      throw entityAlreadyExists(`Instance Profile ${name} already exists.`);
    }
    await refuseOverQuota(context, 'iam_instance_profile');
    const row: InstanceProfileRow = {
      account_id: context.accountId,
      instance_profile_id: newUniqueId('AIPA'),
      name,
      name_fold: foldAscii(name),
      path: input.Path ?? '/',
      created_at: context.now,
      role_id: null,
    };
    await context.database.insertInto('iam_instance_profile').values(row).execute();
    const tags = await writeFirstTags(context, row.instance_profile_id, input.Tags);
    tellInstanceProfile(context, row);
    return { InstanceProfile: { ...describeInstanceProfile(row, undefined), ...tags } };
  },
});

/** The only answer with `Tags` even when there are none, as AWS has it. */
export const getInstanceProfile = operation<GetInstanceProfileRequest, GetInstanceProfileResponse>({
  authorization: {
    action: 'iam:GetInstanceProfile',
    resource: instanceProfileResource((input) => input.InstanceProfileName),
  },
  access: 'read',
  async run(context, input) {
    const row = await requireInstanceProfile(context, input.InstanceProfileName);
    const [profile] = await describeInstanceProfiles(context, [row]);
    const tags = await readTags(context, row.instance_profile_id);
    return {
      InstanceProfile: profile && {
        ...profile,
        Tags: Array.from(tags, ([Key, Value]) => ({ Key, Value })),
      },
    };
  },
});

/** In the order of the folded names; AWS promises no order. */
export const listInstanceProfiles = operation<
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse
>({
  authorization: { action: 'iam:ListInstanceProfiles' },
  access: 'read',
  async run(context, input) {
    const { rows, ...position } = await pageBelowPath(
      context,
      'ListInstanceProfiles',
      input,
      'iam_instance_profile',
    );
    return { InstanceProfiles: await describeInstanceProfiles(context, rows), ...position };
  },
});

export const listInstanceProfilesForRole = operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
>({
  authorization: {
    action: 'iam:ListInstanceProfilesForRole',
    resource: roleResource((input) => input.RoleName),
  },
  access: 'read',
  async run(context, input) {
    const role = await requireRole(context, input.RoleName);
    const { rows, ...position } = await pageOfRows<InstanceProfileRow>(
      context,
      'ListInstanceProfilesForRole',
      input,
      (row) => row.name_fold,
      async (after, limit) =>
        await context.database
          .selectFrom('iam_instance_profile')
          .selectAll()
          .where('account_id', '=', context.accountId)
          .where('role_id', '=', role.role_id)
          .where('name_fold', '>', after)
          .orderBy('name_fold')
          .limit(limit)
          .execute(),
    );
    return { InstanceProfiles: await describeInstanceProfiles(context, rows), ...position };
  },
});

/** The role is handed to EC2, so that the caller needs the permission to pass it. */
export const addRoleToInstanceProfile = operation<AddRoleToInstanceProfileRequest, EmptyOutput>({
  authorization: {
    action: 'iam:AddRoleToInstanceProfile',
    resource: instanceProfileResource((input) => input.InstanceProfileName),
    also: [
      {
        action: 'iam:PassRole',
        resource: passedRoleResource(
          (input) => input.RoleName,
          (input) => input.InstanceProfileName,
        ),
        conditionKeys: { 'iam:PassedToService': () => 'ec2.amazonaws.com' },
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const row = await requireInstanceProfile(context, input.InstanceProfileName);
    const role = await requireModifiableRole(context, input.RoleName);
    if (row.role_id !== null) throw quotaExceeded('InstanceSessionsPerInstanceProfile', 1);
    await putRole(context, row, role.role_id);
    return emptyOutput;
  },
});

export const removeRoleFromInstanceProfile = operation<
  RemoveRoleFromInstanceProfileRequest,
  EmptyOutput
>({
  authorization: {
    action: 'iam:RemoveRoleFromInstanceProfile',
    resource: instanceProfileResource((input) => input.InstanceProfileName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireInstanceProfile(context, input.InstanceProfileName);
    const role = await requireModifiableRole(context, input.RoleName);
    if (row.role_id !== role.role_id) {
      throw noSuchEntity(
        `Role ${input.RoleName} in Instance Profile ${input.InstanceProfileName} cannot be found.`,
      );
    }
    await putRole(context, row, null);
    return emptyOutput;
  },
});

export const deleteInstanceProfile = operation<DeleteInstanceProfileRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeleteInstanceProfile',
    resource: instanceProfileResource((input) => input.InstanceProfileName),
  },
  access: 'write',
  async run(context, input) {
    const row = await requireInstanceProfile(context, input.InstanceProfileName);
    if (row.role_id !== null) {
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    }
    await removeAllTags(context, row.instance_profile_id);
    await context.database
      .deleteFrom('iam_instance_profile')
      .where('account_id', '=', context.accountId)
      .where('instance_profile_id', '=', row.instance_profile_id)
      .execute();
    tellInstanceProfile(context, row);
    return emptyOutput;
  },
});

export const instanceProfileOperations: OperationTable = {
  AddRoleToInstanceProfile: addRoleToInstanceProfile,
  CreateInstanceProfile: createInstanceProfile,
  DeleteInstanceProfile: deleteInstanceProfile,
  GetInstanceProfile: getInstanceProfile,
  ListInstanceProfiles: listInstanceProfiles,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  RemoveRoleFromInstanceProfile: removeRoleFromInstanceProfile,
};

/** Without tags, which only some answers carry. */
function describeInstanceProfile(row: InstanceProfileRow, role: Role | undefined): InstanceProfile {
  return {
    Path: row.path,
    InstanceProfileName: row.name,
    InstanceProfileId: row.instance_profile_id,
    Arn: storedInstanceProfileArn(row),
    CreateDate: new Date(row.created_at),
    Roles: role === undefined ? [] : [role],
  };
}

async function describeInstanceProfiles(
  context: OperationContext,
  rows: readonly InstanceProfileRow[],
): Promise<InstanceProfile[]> {
  const roles = await rolesIn(context, rows);
  return rows.map((row) => describeInstanceProfile(row, roles.get(row.role_id ?? '')));
}

/** The roles of these profiles by their ids. */
async function rolesIn(
  context: OperationContext,
  rows: readonly InstanceProfileRow[],
): Promise<ReadonlyMap<string, Role>> {
  const roleIds = new Set(rows.flatMap((row) => row.role_id ?? []));
  if (roleIds.size === 0) return new Map();
  const roles = await context.database
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('role_id', 'in', [...roleIds])
    .execute();
  return await describeRoles(context, roles);
}

export async function requireInstanceProfile(
  context: OperationContext,
  name: string | undefined,
): Promise<InstanceProfileRow> {
  const row = name === undefined ? undefined : await findInstanceProfile(context, name);
  if (row === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return row;
}

async function putRole(
  context: OperationContext,
  row: InstanceProfileRow,
  roleId: string | null,
): Promise<void> {
  await context.database
    .updateTable('iam_instance_profile')
    .set({ role_id: roleId })
    .where('account_id', '=', context.accountId)
    .where('instance_profile_id', '=', row.instance_profile_id)
    .execute();
  tellInstanceProfile(context, row);
}

export function tellInstanceProfile(context: OperationContext, row: InstanceProfileRow): void {
  const { accountId } = context;
  context.changed({ accountId, kind: 'instanceProfile', id: row.instance_profile_id });
}
