import assert from 'node:assert/strict';
import type { Change, Store, Transaction } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Caller } from '../authentication/caller.ts';
import type { Operation, OperationContext, ResourcePolicies } from '../operation.ts';
import { defaultQuotas, type Quotas, type Settings } from '../settings.ts';
import { plainRoleSession } from '../sts/testing.ts';
import { testingStore } from '../testing-store.ts';
import { attachRolePolicy } from './attached-policy.ts';
import { putRolePolicy } from './inline-policy.ts';
import { createRole } from './role.ts';

/** Runs operations of IAM against a real store in memory, without the gate before them. */
export interface TestIam {
  readonly store: Store;
  readonly accountId: string;
  /** What the feed was told, oldest first. */
  readonly changes: Change[];
  /** The moment of the next call. */
  readonly clock: { now: number };
  /** Calls as a session of the account's Administrator. */
  call<Input, Output, Prepared>(
    operation: Operation<Input, Output, Prepared>,
    input: Input,
  ): Promise<Output>;
  /** The same store seen by another account. */
  inAccount(accountId: string): TestIam;
  /** The same store called by somebody else. */
  as(caller: Caller): TestIam;
}

export const firstAccount = '111111111111';
export const secondAccount = '222222222222';

/** The first call is made at this moment, each further one a second later. */
export const firstCallAt = Date.UTC(2026, 0, 1);

export async function openTestIam(
  test: { after(close: () => Promise<void>): void },
  quotas?: Partial<Quotas>,
): Promise<TestIam> {
  const store = await testingStore.open();
  test.after(() => store.close());
  const changes: Change[] = [];
  store.subscribe((committed) => changes.push(...committed));
  const clock = { now: firstCallAt };
  await store.transaction(async ({ database }) => {
    const rows = [firstAccount, secondAccount].map((accountId) => ({
      account_id: accountId,
      name: `account-${accountId}`,
      name_fold: `account-${accountId}`,
      created_at: firstCallAt,
    }));
    await database.insertInto('account').values(rows).execute();
  });
  return bind(
    { store, changes, clock, quotas: { ...defaultQuotas, ...quotas } },
    adminCaller(firstAccount),
  );
}

/** Asserts that a call is refused with AWS's code, status and text. */
export async function assertRefused(
  call: Promise<unknown>,
  code: string,
  status: number,
  message: string,
): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ApiError, `not an ApiError: ${error}`);
    const { code: actualCode, status: actualStatus, message: actualMessage } = error;
    assert.deepEqual(
      { code: actualCode, status: actualStatus, message: actualMessage },
      { code, status, message },
    );
    return true;
  });
}

/** A user as authentication would name it. */
export function userCaller(accountId: string, userId: string, userName: string): Caller {
  return {
    kind: 'user',
    accountId,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    userId,
    userName,
    accessKeyId: 'AKIAEXAMPLEEXAMPLE22',
  };
}

export function rootCaller(accountId: string): Caller {
  return {
    kind: 'root',
    accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    accessKeyId: 'ASIAEXAMPLEEXAMPLE22',
  };
}

/** A document that allows one action on everything. */
export function allow(action: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });
}

export const roleTrustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

/** Makes a role with all that belongs to it; resolves with its id. */
export async function addRole(
  iam: TestIam,
  role: {
    readonly name: string;
    readonly path?: string;
    /** ARNs. */
    readonly attached?: readonly string[];
    /** Names and documents. */
    readonly inline?: readonly (readonly [name: string, document: string])[];
    readonly tags?: readonly (readonly [key: string, value: string])[];
  },
): Promise<string> {
  const RoleName = role.name;
  const { Role: made } = await iam.call(createRole, {
    RoleName,
    Path: role.path,
    AssumeRolePolicyDocument: roleTrustPolicy,
    Description: 'for tests',
    Tags: role.tags?.map(([Key, Value]) => ({ Key, Value })),
  });
  for (const PolicyArn of role.attached ?? []) {
    await iam.call(attachRolePolicy, { RoleName, PolicyArn });
  }
  for (const [PolicyName, PolicyDocument] of role.inline ?? []) {
    await iam.call(putRolePolicy, { RoleName, PolicyName, PolicyDocument });
  }
  return made?.RoleId ?? '';
}

interface Shared {
  readonly store: Store;
  readonly changes: Change[];
  readonly clock: { now: number };
  readonly quotas: Quotas;
}

/** Of operations that ask no resource's policy. */
export const testSettings: Settings = { region: 'us-east-1', quotas: defaultQuotas };

export const noResourcePolicies: ResourcePolicies = {
  bucket: async () => undefined,
  role: async () => undefined,
  function: async () => undefined,
};

export function adminCaller(accountId: string): Caller {
  return {
    kind: 'assumedRole',
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/Administrator/test`,
    roleArn: `arn:aws:iam::${accountId}:role/Administrator`,
    roleId: 'AROAEXAMPLEEXAMPLE222',
    roleName: 'Administrator',
    accessKeyId: 'ASIAEXAMPLEEXAMPLE22',
    session: plainRoleSession({
      accountId,
      roleId: 'AROAEXAMPLEEXAMPLE222',
      issuedAt: firstCallAt,
    }),
  };
}

function bind(shared: Shared, caller: Caller): TestIam {
  return {
    store: shared.store,
    accountId: caller.kind === 'anonymous' ? '' : caller.accountId,
    changes: shared.changes,
    clock: shared.clock,
    inAccount: (accountId) => bind(shared, adminCaller(accountId)),
    as: (other) => bind(shared, other),
    async call(operation, input) {
      const now = shared.clock.now;
      shared.clock.now += 1000;
      const outside = contextOf(shared, caller, now, undefined);
      const prepared = await operation.prepare?.(outside, input);
      // As in dispatch.ts: an operation with Prepared other than undefined has a `prepare`.
      type Prepared = Exclude<typeof prepared, undefined>;
      if (operation.access === 'read') {
        return await operation.run(outside, input, prepared as Prepared);
      }
      return await shared.store.transaction(
        async (transaction) =>
          await operation.run(
            contextOf(shared, caller, now, transaction),
            input,
            prepared as Prepared,
          ),
      );
    },
  };
}

function contextOf(
  { store, quotas }: Shared,
  caller: Caller,
  now: number,
  transaction: Transaction | undefined,
): OperationContext {
  return {
    caller,
    accountId: caller.kind === 'anonymous' ? '' : caller.accountId,
    requestId: '00000000-0000-4000-8000-000000000000',
    region: 'us-east-1',
    now,
    settings: { region: 'us-east-1', quotas },
    database: transaction?.database ?? store.database,
    sealing: store.sealing,
    objectFiles: store.objectFiles,
    resourcePolicies: noResourcePolicies,
    changed(change) {
      assert.ok(transaction, 'a read recorded a change');
      transaction.changed(change);
    },
    afterCommit: () => assert.fail('IAM leaves nothing for after the commit'),
    afterRollback: () => assert.fail('IAM leaves nothing for after a failure'),
    isAllowed: () => assert.fail('IAM decides nothing by itself'),
    instanceMetadata: () => assert.fail('IAM knows no instances'),
    functionHost: undefined,
  };
}
