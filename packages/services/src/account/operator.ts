import type { Operator } from '../services.ts';
import type { WorkloadOperator } from '../workload/workload-operator.ts';
import { createAccount, listAccounts } from './account.ts';
import { type CredentialParts, operatorCredentials } from './operator-credentials.ts';
import { operatorEvent } from './operator-event.ts';

/** What the operator's part of the services is made of. */
export interface OperatorParts extends CredentialParts {
  /** Empties the store and everything that is remembered of it. */
  readonly reset: () => Promise<void>;
}

/**
 * What whoever owns the data directory may do. The socket's file mode is the authentication. What is
 * done is recorded before it is answered.
 */
export function createOperator(parts: OperatorParts): Omit<Operator, keyof WorkloadOperator> {
  const { store, audit, region, clock } = parts;

  return {
    credentials: (choice) => operatorCredentials(parts, choice),
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
