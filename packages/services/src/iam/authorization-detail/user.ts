import type { UserDetail } from '@aws-sdk/client-iam';
import type { OperationContext } from '../../operation.ts';
import { storedUserArn } from '../entity.ts';
import { describeBoundary } from '../permissions-boundary.ts';
import { grouped, type Owned } from './owned.ts';

/** The users with these ids, in the order of the folded names. */
export async function userDetails(
  { database, accountId }: OperationContext,
  ids: readonly string[],
  owned: Owned,
): Promise<UserDetail[]> {
  if (ids.length === 0) return [];
  const users = await database
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('user_id', 'in', ids)
    .orderBy('name_fold')
    .execute();
  const memberships = await database
    .selectFrom('iam_group_member')
    .innerJoin('iam_group', (join) =>
      join
        .onRef('iam_group.account_id', '=', 'iam_group_member.account_id')
        .onRef('iam_group.group_id', '=', 'iam_group_member.group_id'),
    )
    .select(['iam_group_member.user_id', 'iam_group.name'])
    .where('iam_group_member.account_id', '=', accountId)
    .where('iam_group_member.user_id', 'in', ids)
    .orderBy('iam_group.name_fold')
    .execute();
  const groups = grouped(
    memberships,
    (row) => row.user_id,
    (row) => row.name,
  );
  return users.map((row) => {
    const inline = owned.inline.get(row.user_id);
    return {
      Path: row.path,
      UserName: row.name,
      UserId: row.user_id,
      Arn: storedUserArn(row),
      CreateDate: new Date(row.created_at),
      ...(inline && { UserPolicyList: inline }),
      GroupList: groups.get(row.user_id) ?? [],
      AttachedManagedPolicies: owned.attached.get(row.user_id) ?? [],
      ...describeBoundary(row),
      Tags: owned.tags.get(row.user_id) ?? [],
    };
  });
}
