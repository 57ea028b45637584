import type { GroupDetail } from '@aws-sdk/client-iam';
import type { OperationContext } from '../../operation.ts';
import { storedGroupArn } from '../entity.ts';
import type { Owned } from './owned.ts';

/** The groups with these ids, in the order of the folded names. */
export async function groupDetails(
  { database, accountId }: OperationContext,
  ids: readonly string[],
  owned: Owned,
): Promise<GroupDetail[]> {
  if (ids.length === 0) return [];
  const groups = await database
    .selectFrom('iam_group')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('group_id', 'in', ids)
    .orderBy('name_fold')
    .execute();
  return groups.map((row) => ({
    Path: row.path,
    GroupName: row.name,
    GroupId: row.group_id,
    Arn: storedGroupArn(row),
    CreateDate: new Date(row.created_at),
    GroupPolicyList: owned.inline.get(row.group_id) ?? [],
    AttachedManagedPolicies: owned.attached.get(row.group_id) ?? [],
  }));
}
