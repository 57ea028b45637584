import type { Schema } from '@carnet/store';
import type { OperationContext } from '../operation.ts';
import { findPasswordPolicy } from './password-policy.ts';

/**
 * The passwords that a user had before, as hashes, for as many as the account's policy wants
 * remembered. They outlive the login profile: deleting it must not open the way to an old password.
 */

/** Newest first. */
export async function readPasswordHistory(
  context: OperationContext,
  userId: string,
): Promise<readonly string[]> {
  const rows = await context.database
    .selectFrom('iam_password_history')
    .select('password_hash')
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', userId)
    .orderBy('replaced_at', 'desc')
    .orderBy('password_hash')
    .execute();
  return rows.map((row) => row.password_hash);
}

/** Keeps the present password before it is replaced or deleted, and drops what is too old. */
export async function rememberPassword(
  context: OperationContext,
  profile: Schema['iam_login_profile'],
): Promise<void> {
  const { user_id: userId, password_hash: hash } = profile;
  const policy = await findPasswordPolicy(context);
  const remembered = policy?.password_reuse_prevention ?? 0;
  if (remembered > 0) {
    await context.database
      .insertInto('iam_password_history')
      .values({
        account_id: context.accountId,
        user_id: userId,
        password_hash: hash,
        replaced_at: context.now,
      })
      .execute();
  }
  const tooOld = (await readPasswordHistory(context, userId)).slice(remembered);
  if (tooOld.length === 0) return;
  await context.database
    .deleteFrom('iam_password_history')
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', userId)
    .where('password_hash', 'in', tooOld)
    .execute();
}

/** When the user goes. */
export async function forgetPasswords(context: OperationContext, userId: string): Promise<void> {
  await context.database
    .deleteFrom('iam_password_history')
    .where('account_id', '=', context.accountId)
    .where('user_id', '=', userId)
    .execute();
}
