import assert from 'node:assert/strict';
import { operationTables } from '@carnet/services';
import type { Store, Transaction } from '@carnet/store';
import { adminCaller, noResourcePolicies } from '../../packages/services/src/iam/testing.ts';
import type { Operation, OperationContext } from '../../packages/services/src/operation.ts';
import { defaultQuotas } from '../../packages/services/src/settings.ts';

/** Calls an operation of IAM that writes. */
export type Iam = (operation: string, input: object) => Promise<unknown>;

/**
 * Operations of IAM as the account's administrator, many of them in one transaction and without the
 * gate before them: worlds are furnished so.
 */
export function inOneCommit(
  store: Store,
  transaction: Transaction,
  accountId: string,
  now: number,
): Iam {
  const context: OperationContext = {
    caller: adminCaller(accountId),
    accountId,
    requestId: '00000000-0000-4000-8000-000000000000',
    region: 'us-east-1',
    now,
    settings: { region: 'us-east-1', quotas: defaultQuotas },
    database: transaction.database,
    sealing: store.sealing,
    objectFiles: store.objectFiles,
    resourcePolicies: noResourcePolicies,
    functionHost: undefined,
    instanceMetadata: () => assert.fail('IAM knows no instances'),
    changed: (change) => transaction.changed(change),
    afterCommit: () => assert.fail('IAM leaves nothing for after the commit'),
    afterRollback: () => assert.fail('IAM leaves nothing for after a failure'),
    isAllowed: () => assert.fail('IAM decides nothing by itself'),
  };
  return async (name, input) => {
    const operation = operationTables.iam?.[name] as
      | Operation<object, unknown, unknown>
      | undefined;
    assert.ok(operation?.access === 'write', name);
    return await operation.run(context, input, await operation.prepare?.(context, input));
  };
}
