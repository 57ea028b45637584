import { newAccountId, newUniqueId, type Store, type Transaction } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Account } from '../services.ts';

/** The service principal that the operator's socket speaks as; no network caller can be it. */
export const operatorService = 'operator.carnet';

/** The role whose sessions `carnet env` hands out. */
export const administratorRoleName = 'Administrator';

const administratorTrustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: operatorService }, Action: 'sts:AssumeRole' },
  ],
});

/** What the id and the name of an account may be. */
const accountIdForm = /^\d{12}$/;
const accountNameForm = /^[\w+=,.@ -]{1,50}$/;

/**
 * Makes an account with its `Administrator` role, which only the operator may assume. There is no
 * user in it and no long-lived key. Throws `ValidationError` for an id or a name that none can have,
 * `EntityAlreadyExists` for one that is taken.
 */
export async function createAccount(
  transaction: Transaction,
  choice: { readonly name: string; readonly accountId?: string; readonly now: number },
): Promise<Account> {
  const accountId = choice.accountId ?? newAccountId();
  if (!accountIdForm.test(accountId)) {
    throw new ApiError('ValidationError', 400, 'The id of an account has twelve digits.');
  }
  if (!accountNameForm.test(choice.name)) {
    const message = 'The name of an account has 1 to 50 letters, digits, spaces or any of _+=,.@-';
    throw new ApiError('ValidationError', 400, message);
  }
  const nameFold = choice.name.toLowerCase();
  const { database } = transaction;
  const taken = await database
    .selectFrom('account')
    .select('account_id')
    .where((where) =>
      where.or([where('account_id', '=', accountId), where('name_fold', '=', nameFold)]),
    )
    .orderBy('account_id')
    .executeTakeFirst();
  if (taken) {
    const what = taken.account_id === accountId ? `id ${accountId}` : `name ${choice.name}`;
    throw new ApiError('EntityAlreadyExists', 409, `An account with ${what} already exists.`);
  }
  const account = { accountId, name: choice.name, createdAt: choice.now };
  await database
    .insertInto('account')
    .values({
      account_id: accountId,
      name: account.name,
      name_fold: nameFold,
      created_at: account.createdAt,
    })
    .execute();
  transaction.changed({ accountId, kind: 'account', id: accountId });
  await createAdministratorRole(transaction, account);
  return account;
}

async function createAdministratorRole(transaction: Transaction, account: Account): Promise<void> {
  const { accountId, createdAt } = account;
  const roleId = newUniqueId('AROA');
  await transaction.database
    .insertInto('iam_role')
    .values({
      account_id: accountId,
      role_id: roleId,
      name: administratorRoleName,
      name_fold: administratorRoleName.toLowerCase(),
      path: '/',
      created_at: createdAt,
      trust_policy: administratorTrustPolicy,
      description: 'Assumed by whoever owns the data directory.',
      max_session_duration: 43_200,
    })
    .execute();
  await transaction.database
    .insertInto('iam_attached_policy')
    .values({
      account_id: accountId,
      owner_id: roleId,
      policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      attached_at: createdAt,
    })
    .execute();
  transaction.changed({ accountId, kind: 'role', id: roleId });
}

/** All accounts, the first one made first. */
export async function listAccounts(store: Store): Promise<readonly Account[]> {
  const rows = await store.database
    .selectFrom('account')
    .selectAll()
    .orderBy('created_at')
    .orderBy('account_id')
    .execute();
  return rows.map((row) => ({
    accountId: row.account_id,
    name: row.name,
    createdAt: row.created_at,
  }));
}
