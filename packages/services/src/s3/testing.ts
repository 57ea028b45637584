import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Change, newUniqueId, type Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { createAccount } from '../account/account.ts';
import { Audit } from '../audit.ts';
import type { Caller } from '../authentication/caller.ts';
import { LastUsed } from '../authentication/last-used.ts';
import { AuthorizationState } from '../authorization/authorization-state.ts';
import { type DispatchParts, dispatch } from '../dispatch.ts';
import { LastAccessed } from '../iam/last-accessed.ts';
import type { Operation } from '../operation.ts';
import type { VerifiedRequest } from '../services.ts';
import { defaultQuotas } from '../settings.ts';
import { testingStore } from '../testing-store.ts';
import type { ObjectBody } from './object-body.ts';
import { s3Operations } from './service.ts';

export const firstAccount = '111111111111';
export const secondAccount = '222222222222';

/** The first call is made at this moment, each further one a second later. */
export const firstCallAt = Date.UTC(2026, 0, 1);

/** Somebody who calls S3: through the gate and the dispatcher, without signatures and HTTP. */
export interface TestCaller {
  readonly caller: Caller;
  call<Input, Output, Prepared>(
    operation: Operation<Input, Output, Prepared>,
    input: Input,
  ): Promise<Output>;
  /** The same caller, signing for another region. */
  inRegion(region: string): TestCaller;
}

/** S3 over a real store in memory, with two accounts. */
export interface TestS3 {
  readonly store: Store;
  /** What the feed was told, oldest first. */
  readonly changes: Change[];
  /** The root users, whom only a Deny stops. */
  readonly root: TestCaller;
  readonly otherRoot: TestCaller;
  readonly anonymous: TestCaller;
  /** Makes a user with one inline policy of these statements; none: no policy. */
  user(accountId: string, name: string, statements?: readonly object[]): Promise<TestCaller>;
  deleteUser(user: TestCaller): Promise<void>;
  /** The names of all object files that rows refer to. */
  files(): Promise<string[]>;
  clock: { now: number };
}

export async function openTestS3(test: TestContext): Promise<TestS3> {
  const store = await testingStore.open();
  const state = new AuthorizationState(store);
  const changes: Change[] = [];
  store.subscribe((committed) => {
    state.follow(committed);
    changes.push(...committed);
  });
  const audit = new Audit(store, failed);
  test.after(async () => {
    await audit.flush();
    await store.close();
  });
  const clock = { now: firstCallAt };
  await store.transaction(async (transaction) => {
    for (const accountId of [firstAccount, secondAccount]) {
      await createAccount(transaction, { name: `of ${accountId}`, accountId, now: clock.now });
    }
  });
  changes.length = 0;
  const parts: DispatchParts = {
    store,
    settings: { region: 'us-east-1', quotas: defaultQuotas },
    state,
    audit,
    lastUsed: new LastUsed(store),
    lastAccessed: new LastAccessed(store),
    clock: () => {
      clock.now += 1000;
      return clock.now;
    },
    tables: { s3: s3Operations },
    stillHolds: async () => undefined,
    onBackgroundFailure: failed,
    instanceMetadata: () => assert.fail('S3 knows no instances'),
  };
  return {
    store,
    changes,
    clock,
    root: testCaller(parts, rootCaller(firstAccount), 'us-east-1'),
    otherRoot: testCaller(parts, rootCaller(secondAccount), 'us-east-1'),
    anonymous: testCaller(parts, { kind: 'anonymous' }, 'us-east-1'),
    async user(accountId, name, statements) {
      const caller = await addUser(store, accountId, name, statements);
      return testCaller(parts, caller, 'us-east-1');
    },
    deleteUser: ({ caller }) => removeUser(store, caller),
    files: () => filesOf(store),
  };
}

function failed(error: unknown): void {
  assert.fail(String(error));
}

function testCaller(parts: DispatchParts, caller: Caller, region: string): TestCaller {
  return {
    caller,
    inRegion: (other) => testCaller(parts, caller, other),
    async call<Input, Output, Prepared>(
      operation: Operation<Input, Output, Prepared>,
      input: Input,
    ): Promise<Output> {
      const named = Object.entries(s3Operations).find(
        ([, known]) => (known as unknown) === operation,
      );
      assert.ok(named, 'the operation is in the table');
      const request = {
        caller,
        service: 's3',
        region,
        headers: new Map(),
        query: [],
        payload: { kind: 'unsigned' },
        transport: { sourceIp: '127.0.0.1', secure: false },
        form: caller.kind === 'anonymous' ? 'anonymous' : 'header',
      } as unknown as VerifiedRequest;
      const output = await dispatch(parts, {
        request,
        service: 's3',
        operation: named[0],
        input: input as object,
        requestId: 'TEST',
      });
      return output as Output;
    },
  };
}

function rootCaller(accountId: string): Caller {
  return {
    kind: 'root',
    accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    accessKeyId: 'ASIAEXAMPLEEXAMPLE22',
  };
}

async function addUser(
  store: Store,
  accountId: string,
  name: string,
  statements: readonly object[] = [],
): Promise<Caller> {
  const userId = newUniqueId('AIDA');
  await store.transaction(async ({ database, changed }) => {
    await database
      .insertInto('iam_user')
      .values({
        account_id: accountId,
        user_id: userId,
        name,
        name_fold: name.toLowerCase(),
        path: '/',
        created_at: firstCallAt,
        password_last_used_at: null,
      })
      .execute();
    if (statements.length > 0) {
      const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      await database
        .insertInto('iam_inline_policy')
        .values({
          account_id: accountId,
          owner_id: userId,
          name: 'own',
          name_fold: 'own',
          document,
        })
        .execute();
    }
    changed({ accountId, kind: 'user', id: userId });
  });
  return {
    kind: 'user',
    accountId,
    arn: `arn:aws:iam::${accountId}:user/${name}`,
    userId,
    userName: name,
    accessKeyId: 'AKIAEXAMPLEEXAMPLE22',
  };
}

async function removeUser(store: Store, caller: Caller): Promise<void> {
  assert.equal(caller.kind, 'user');
  if (caller.kind !== 'user') return;
  await store.transaction(async ({ database, changed }) => {
    await database.deleteFrom('iam_inline_policy').where('owner_id', '=', caller.userId).execute();
    await database.deleteFrom('iam_user').where('user_id', '=', caller.userId).execute();
    changed({ accountId: caller.accountId, kind: 'user', id: caller.userId });
  });
}

async function filesOf(store: Store): Promise<string[]> {
  const objects = await store.database.selectFrom('s3_object').select('file').execute();
  const parts = await store.database.selectFrom('s3_part').select('file').execute();
  return [...objects, ...parts].map((row) => row.file);
}

/** Asserts that a call is refused with S3's code and status, and gives the error. */
export async function assertRefused(
  call: Promise<unknown>,
  code: string,
  status: number,
): Promise<ApiError> {
  let refusal: ApiError | undefined;
  await assert.rejects(call, (error) => {
    if (!(error instanceof ApiError)) throw error;
    assert.deepEqual({ code: error.code, status: error.status }, { code, status });
    refusal = error;
    return true;
  });
  assert.ok(refusal);
  return refusal;
}

/** A payload in chunks, as the gateway gives it. */
export function body(
  content: string | Uint8Array,
  trailers?: Readonly<Record<string, string>>,
): ObjectBody {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const stream: { trailers?: ReadonlyMap<string, string> } & AsyncIterable<Uint8Array> = {
    async *[Symbol.asyncIterator]() {
      const chunk = 64 * 1024;
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
      if (trailers) stream.trailers = new Map(Object.entries(trailers));
    },
  };
  return stream;
}

/** Everything that a GetObject answered. */
export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  return (await bytesOf(source)).toString();
}
