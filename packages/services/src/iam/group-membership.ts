import type {
  AddUserToGroupRequest,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  RemoveUserFromGroupRequest,
} from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { type GroupRow, requireGroup, requireUser } from './entity.ts';
import { quotaExceeded } from './error.ts';
import { describeGroup } from './group.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfRows } from './pagination.ts';
import { groupResource } from './resource/group.ts';
import { userResource } from './resource/user.ts';

/** A second time changes nothing and is no error. */
export const addUserToGroup = operation<AddUserToGroupRequest, EmptyOutput>({
  authorization: {
    action: 'iam:AddUserToGroup',
    resource: groupResource((input) => input.GroupName),
  },
  access: 'write',
  async run(context, input) {
    const { group_id: groupId } = await requireGroup(context, input.GroupName);
    const { user_id: userId } = await requireUser(context, input.UserName);
    const groupIds = await groupIdsOf(context, userId);
    if (groupIds.includes(groupId)) return emptyOutput;
    const most = context.settings.quotas.groupsPerUser;
    if (groupIds.length >= most) throw quotaExceeded('GroupsPerUser', most);
    await context.database
      .insertInto('iam_group_member')
      .values({ account_id: context.accountId, group_id: groupId, user_id: userId })
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: userId });
    return emptyOutput;
  },
});

/** A user that is no member is passed over, as AWS does. */
export const removeUserFromGroup = operation<RemoveUserFromGroupRequest, EmptyOutput>({
  authorization: {
    action: 'iam:RemoveUserFromGroup',
    resource: groupResource((input) => input.GroupName),
  },
  access: 'write',
  async run(context, input) {
    const { user_id: userId } = await requireUser(context, input.UserName);
    const { group_id: groupId } = await requireGroup(context, input.GroupName);
    await context.database
      .deleteFrom('iam_group_member')
      .where('account_id', '=', context.accountId)
      .where('group_id', '=', groupId)
      .where('user_id', '=', userId)
      .execute();
    context.changed({ accountId: context.accountId, kind: 'user', id: userId });
    return emptyOutput;
  },
});

/** In the order of the folded names. */
export const listGroupsForUser = operation<ListGroupsForUserRequest, ListGroupsForUserResponse>({
  authorization: {
    action: 'iam:ListGroupsForUser',
    resource: userResource((input) => input.UserName),
  },
  access: 'read',
  async run(context, input) {
    const user = await requireUser(context, input.UserName);
    const { rows, ...position } = await pageOfRows<GroupRow>(
      context,
      'ListGroupsForUser',
      input,
      (row) => row.name_fold,
      async (after, limit) =>
        await context.database
          .selectFrom('iam_group_member')
          .innerJoin('iam_group', (join) =>
            join
              .onRef('iam_group.account_id', '=', 'iam_group_member.account_id')
              .onRef('iam_group.group_id', '=', 'iam_group_member.group_id'),
          )
          .selectAll('iam_group')
          .where('iam_group_member.account_id', '=', context.accountId)
          .where('iam_group_member.user_id', '=', user.user_id)
          .where('iam_group.name_fold', '>', after)
          .orderBy('iam_group.name_fold')
          .limit(limit)
          .execute(),
    );
    return { Groups: rows.map(describeGroup), ...position };
  },
});

export const groupMembershipOperations: OperationTable = {
  AddUserToGroup: addUserToGroup,
  ListGroupsForUser: listGroupsForUser,
  RemoveUserFromGroup: removeUserFromGroup,
};

async function groupIdsOf(context: OperationContext, userId: string): Promise<string[]> {
  const rows = await context.database
    .selectFrom('iam_group_member')
    .select('group_id')
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => row.group_id);
}
