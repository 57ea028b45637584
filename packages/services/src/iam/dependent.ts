import type { OperationContext } from '../operation.ts';
import { deleteConflict } from './error.ts';

/** Tables whose rows stand in the way of a deletion. */
type DependentTable =
  | 'iam_attached_policy'
  | 'iam_inline_policy'
  | 'iam_group_member'
  | 'iam_access_key'
  | 'iam_login_profile'
  | 'iam_mfa_device'
  | 'iam_signing_certificate'
  | 'iam_ssh_public_key'
  | 'iam_service_specific_credential'
  | 'iam_instance_profile';

/** What has to go first: where its rows are, whom they name, and what AWS says. */
type Dependent = readonly [
  table: DependentTable,
  column: 'owner_id' | 'user_id' | 'group_id' | 'role_id',
  first: string,
];

const policies: readonly Dependent[] = [
  ['iam_attached_policy', 'owner_id', 'must detach all policies first.'],
  ['iam_inline_policy', 'owner_id', 'must delete policies first.'],
];

/** In the order in which they are told. */
const dependents: Readonly<Record<'user' | 'group' | 'role', readonly Dependent[]>> = {
  user: [
    ...policies,
    ['iam_group_member', 'user_id', 'must remove users from group first.'],
    ['iam_access_key', 'user_id', 'must delete access keys first.'],
    ['iam_login_profile', 'user_id', 'must delete login profile first.'],
    ['iam_mfa_device', 'user_id', 'must remove tokens from principal first.'],
    ['iam_signing_certificate', 'user_id', 'must delete certificates first.'],
    ['iam_ssh_public_key', 'user_id', 'must remove referenced objects first.'],
    ['iam_service_specific_credential', 'user_id', 'must remove referenced objects first.'],
  ],
  group: [...policies, ['iam_group_member', 'group_id', 'must remove users from group first.']],
  role: [
    ...policies,
    ['iam_instance_profile', 'role_id', 'must remove roles from instance profile first.'],
  ],
};

/** Throws `DeleteConflict` while something still hangs on a user, a group or a role. */
export async function refuseWhileInUse(
  context: OperationContext,
  kind: keyof typeof dependents,
  id: string,
): Promise<void> {
  for (const [table, column, first] of dependents[kind]) {
    const { ref } = context.database.dynamic;
    const row = await context.database
      .selectFrom(table as 'iam_access_key')
      .select('account_id')
      .where('account_id', '=', context.accountId)
      .where(ref<'user_id'>(column), '=', id)
      .limit(1)
      .executeTakeFirst();
    if (row) throw deleteConflict(`Cannot delete entity, ${first}`);
  }
}
