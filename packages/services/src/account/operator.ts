import type { Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { AuthorizationState } from '../authorization/authorization-state.ts';
import type { Operator, TemporaryCredentials } from '../services.ts';
import { assumeRole } from '../sts/assume-role.ts';
import { administratorRoleName, createAccount, listAccounts, operatorService } from './account.ts';

/** What the operator's part of the services is made of. */
export interface OperatorParts {
  readonly store: Store;
  readonly state: AuthorizationState;
  readonly clock: () => number;
  /** Empties the store and everything that is remembered of it. */
  readonly reset: () => Promise<void>;
}

/** `carnet env` hands out credentials for twelve hours: a working day. */
const sessionSeconds = 43_200;

/** What whoever owns the data directory may do. The socket's file mode is the authentication. */
export function createOperator(parts: OperatorParts): Operator {
  const { store, state, clock } = parts;

  async function credentials(
    choice: Parameters<Operator['credentials']>[0],
  ): Promise<TemporaryCredentials> {
    const accountId = choice.accountId ?? (await firstAccountId(store));
    const roleName = choice.roleName ?? administratorRoleName;
    const row = await store.database
      .selectFrom('iam_role')
      .select('role_id')
      .where('account_id', '=', accountId)
      .where('name_fold', '=', roleName.toLowerCase())
      .executeTakeFirst();
    const role = row && (await state.role(accountId, row.role_id));
    if (!role) {
      throw new ApiError(
        'NoSuchEntity',
        404,
        `The role with name ${roleName} cannot be found in account ${accountId}.`,
      );
    }
    return assumeRole(store.sealing, {
      principal: { kind: 'service', service: operatorService },
      role,
      sessionName: choice.sessionName ?? 'operator',
      durationSeconds: Math.min(sessionSeconds, role.maxSessionDuration),
      now: clock(),
    });
  }

  return {
    credentials,
    createAccount: ({ name, accountId }) =>
      store.transaction((transaction) =>
        createAccount(
          transaction,
          accountId === undefined ? { name, now: clock() } : { name, accountId, now: clock() },
        ),
      ),
    listAccounts: () => listAccounts(store),
    reset: parts.reset,
  };
}

async function firstAccountId(store: Store): Promise<string> {
  const [first] = await listAccounts(store);
  if (!first) throw new Error('there is no account');
  return first.accountId;
}
