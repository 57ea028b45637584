import type {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  Group,
  ListGroupsRequest,
  ListGroupsResponse,
  UpdateGroupRequest,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { refuseWhileInUse } from './dependent.ts';
import { findGroup, type GroupRow, requireGroup, storedGroupArn, type UserRow } from './entity.ts';
import { entityAlreadyExists } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageBelowPath, pageOfRows } from './pagination.ts';
import { refuseOverQuota } from './quota.ts';
import { groupResource, newGroupResource, renamedGroupResource } from './resource/group.ts';
import { describeUser } from './user.ts';

export const createGroup = operation<CreateGroupRequest, CreateGroupResponse>({
  authorization: {
    action: 'iam:CreateGroup',
    resource: newGroupResource(
      (input) => input.GroupName,
      (input) => input.Path,
    ),
  },
  access: 'write',
  async run(context, input) {
    const name = input.GroupName ?? '';
    await refuseTakenName(context, name, undefined);
    await refuseOverQuota(context, 'iam_group');
    const row: GroupRow = {
      account_id: context.accountId,
      group_id: newUniqueId('AGPA'),
      name,
      name_fold: foldAscii(name),
      path: input.Path ?? '/',
      created_at: context.now,
    };
    await context.database.insertInto('iam_group').values(row).execute();
    context.changed({ accountId: context.accountId, kind: 'group', id: row.group_id });
    return { Group: describeGroup(row) };
  },
});

/** With a page of its users, in the order of their folded names. */
export const getGroup = operation<GetGroupRequest, GetGroupResponse>({
  authorization: { action: 'iam:GetGroup', resource: groupResource((input) => input.GroupName) },
  access: 'read',
  async run(context, input) {
    const group = await requireGroup(context, input.GroupName);
    const { rows, ...position } = await pageOfRows<UserRow>(
      context,
      'GetGroup',
      input,
      (row) => row.name_fold,
      async (after, limit) =>
        await context.database
          .selectFrom('iam_group_member')
          .innerJoin('iam_user', (join) =>
            join
              .onRef('iam_user.account_id', '=', 'iam_group_member.account_id')
              .onRef('iam_user.user_id', '=', 'iam_group_member.user_id'),
          )
          .selectAll('iam_user')
          .where('iam_group_member.account_id', '=', context.accountId)
          .where('iam_group_member.group_id', '=', group.group_id)
          .where('iam_user.name_fold', '>', after)
          .orderBy('iam_user.name_fold')
          .limit(limit)
          .execute(),
    );
    return { Group: describeGroup(group), Users: rows.map(describeUser), ...position };
  },
});

/** In the order of the folded names; AWS promises no order. */
export const listGroups = operation<ListGroupsRequest, ListGroupsResponse>({
  authorization: { action: 'iam:ListGroups' },
  access: 'read',
  async run(context, input) {
    const { rows, ...position } = await pageBelowPath(context, 'ListGroups', input, 'iam_group');
    return { Groups: rows.map(describeGroup), ...position };
  },
});

export const updateGroup = operation<UpdateGroupRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateGroup',
    resource: groupResource((input) => input.GroupName),
    also: [
      {
        action: 'iam:UpdateGroup',
        when: (input) => input.NewGroupName !== undefined || input.NewPath !== undefined,
        resource: renamedGroupResource(
          (input) => input.GroupName,
          (input) => input.NewPath,
          (input) => input.NewGroupName,
        ),
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const row = await requireGroup(context, input.GroupName);
    const name = input.NewGroupName ?? row.name;
    await refuseTakenName(context, name, row.group_id);
    await context.database
      .updateTable('iam_group')
      .set({ name, name_fold: foldAscii(name), path: input.NewPath ?? row.path })
      .where('account_id', '=', context.accountId)
      .where('group_id', '=', row.group_id)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'group', id: row.group_id });
    return emptyOutput;
  },
});

export const deleteGroup = operation<DeleteGroupRequest, EmptyOutput>({
  authorization: { action: 'iam:DeleteGroup', resource: groupResource((input) => input.GroupName) },
  access: 'write',
  async run(context, input) {
    const { group_id: groupId } = await requireGroup(context, input.GroupName);
    await refuseWhileInUse(context, 'group', groupId);
    await context.database
      .deleteFrom('iam_group')
      .where('account_id', '=', context.accountId)
      .where('group_id', '=', groupId)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'group', id: groupId });
    return emptyOutput;
  },
});

export const groupOperations: OperationTable = {
  CreateGroup: createGroup,
  DeleteGroup: deleteGroup,
  GetGroup: getGroup,
  ListGroups: listGroups,
  UpdateGroup: updateGroup,
};

export function describeGroup(row: GroupRow): Group {
  return {
    Path: row.path,
    GroupName: row.name,
    GroupId: row.group_id,
    Arn: storedGroupArn(row),
    CreateDate: new Date(row.created_at),
  };
}

/** `groupId` is the group that is renamed: another spelling of its own name is free. */
async function refuseTakenName(
  context: OperationContext,
  name: string,
  groupId: string | undefined,
): Promise<void> {
  const other = await findGroup(context, name);
  if (other === undefined || other.group_id === groupId) return;
  throw entityAlreadyExists(`Group with name ${name} already exists.`);
}
