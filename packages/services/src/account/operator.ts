import { randomUUID } from 'node:crypto';
import type { Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Audit } from '../audit.ts';
import type { AuditEvent } from '../audit-record.ts';
import type { AuthorizationState } from '../authorization/authorization-state.ts';
import type { Operator, TemporaryCredentials } from '../services.ts';
import { assumeRoleAsService } from '../sts/assume-role-as-service.ts';
import { administratorRoleName, createAccount, listAccounts, operatorService } from './account.ts';

/** What the operator's part of the services is made of. */
export interface OperatorParts {
  readonly store: Store;
  readonly state: AuthorizationState;
  readonly audit: Audit;
  /** The deployment's. */
  readonly region: string;
  readonly clock: () => number;
  /** Empties the store and everything that is remembered of it. */
  readonly reset: () => Promise<void>;
}

/** `carnet env` hands out credentials for twelve hours: a working day. */
const sessionSeconds = 43_200;

/**
 * What whoever owns the data directory may do. The socket's file mode is the authentication. What is
 * done is recorded before it is answered.
 */
export function createOperator(parts: OperatorParts): Operator {
  const { store, state, audit, region, clock } = parts;

  async function credentials(
    choice: Parameters<Operator['credentials']>[0],
  ): Promise<TemporaryCredentials> {
    store.assertAvailable();
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
    const now = clock();
    const sessionName = choice.sessionName ?? 'operator';
    const made = assumeRoleAsService(store.sealing, {
      service: operatorService,
      role,
      sessionName,
      durationSeconds: Math.min(sessionSeconds, role.maxSessionDuration),
      now,
    });
    const record = operatorEvent(region, {
      accountId,
      time: now,
      service: 'sts',
      operation: 'AssumeRole',
      requestParameters: { roleArn: role.arn, roleSessionName: sessionName },
      responseElements: {
        credentials: {
          accessKeyId: made.accessKeyId,
          expiration: new Date(made.expiration).toISOString(),
        },
      },
    });
    await store.transaction(({ database }) => audit.write(database, record));
    return made;
  }

  return {
    credentials,
    createAccount: ({ name, accountId }) =>
      store.transaction(async (transaction) => {
        const now = clock();
        const account = await createAccount(
          transaction,
          accountId === undefined ? { name, now } : { name, accountId, now },
        );
        const record = operatorEvent(region, {
          accountId: account.accountId,
          time: now,
          service: 'organizations',
          operation: 'CreateAccount',
          requestParameters: { accountName: name },
          responseElements: { accountId: account.accountId },
        });
        await audit.write(transaction.database, record);
        return account;
      }),
    async listAccounts() {
      // A database that is lost need not be waited for.
      store.assertAvailable();
      return listAccounts(store);
    },
    reset: parts.reset,
  };
}

async function firstAccountId(store: Store): Promise<string> {
  const [first] = await listAccounts(store);
  if (!first) throw new Error('there is no account');
  return first.accountId;
}

type OperatorCall = Pick<
  AuditEvent,
  'accountId' | 'service' | 'operation' | 'requestParameters' | 'responseElements' | 'time'
>;

function operatorEvent(region: string, call: OperatorCall): AuditEvent {
  return {
    ...call,
    caller: { kind: 'service', service: operatorService },
    eventId: randomUUID(),
    region,
    sourceIp: operatorService,
    userAgent: undefined,
    requestId: randomUUID(),
    readOnly: false,
    errorCode: undefined,
    errorMessage: undefined,
  };
}
