import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '@carnet/store';
import { openTestServices } from '../testing.ts';
import { LastAccessed } from './last-accessed.ts';
import {
  addRole,
  adminCaller,
  firstAccount,
  openTestIam,
  rootCaller,
  type TestIam,
  userCaller,
} from './testing.ts';
import { createUser, deleteUser } from './user.ts';

async function rows(store: Store): Promise<string[]> {
  const found = await store.database
    .selectFrom('iam_last_accessed')
    .selectAll()
    .orderBy('entity_id')
    .orderBy('service')
    .orderBy('action')
    .execute();
  return found.map((row) =>
    [row.account_id, row.entity_id, row.service, row.action, row.accessed_at, row.region].join(' '),
  );
}

async function newUser(iam: TestIam, name: string): Promise<string> {
  const { User: user } = await iam.call(createUser, { UserName: name });
  return user?.UserId ?? '';
}

test('an action is one row, with its last attempt', async (t) => {
  const iam = await openTestIam(t);
  const userId = await newUser(iam, 'dave');
  const dave = userCaller(firstAccount, userId, 'dave');
  const lastAccessed = new LastAccessed(iam.store);
  lastAccessed.note(dave, 'iam:ListUsers', 1, 'us-east-1');
  lastAccessed.note(dave, 'iam:ListUsers', 2, 'eu-west-1');
  lastAccessed.note(dave, 's3:', 3, 'us-east-1');
  await lastAccessed.flush();
  const own = `${firstAccount} ${userId}`;
  const s3 = `${own} s3  3 us-east-1`;
  assert.deepEqual(await rows(iam.store), [`${own} iam ListUsers 2 eu-west-1`, s3]);
  lastAccessed.note(dave, 'iam:ListUsers', 4, 'us-west-2');
  await lastAccessed.flush();
  await lastAccessed.flush();
  assert.deepEqual(await rows(iam.store), [`${own} iam ListUsers 4 us-west-2`, s3]);
  assert.equal(iam.changes.length, 1, 'the feed is told of users alone');
});

test('sessions count for their role; the root user and the unknown for nobody', async (t) => {
  const iam = await openTestIam(t);
  const roleId = await addRole(iam, { name: 'PhotoAppRole' });
  const admin = adminCaller(firstAccount);
  assert.equal(admin.kind, 'assumedRole');
  const lastAccessed = new LastAccessed(iam.store);
  for (const sessionName of ['one', 'other']) {
    lastAccessed.note({ ...admin, roleId, sessionName } as typeof admin, 's3:', 1, 'us-east-1');
  }
  lastAccessed.note(rootCaller(firstAccount), 's3:', 1, 'us-east-1');
  lastAccessed.note({ kind: 'anonymous' }, 's3:', 1, 'us-east-1');
  await lastAccessed.flush();
  assert.deepEqual(await rows(iam.store), [`${firstAccount} ${roleId} s3  1 us-east-1`]);
});

test('what is known of the deleted goes, and does not come back', async (t) => {
  const iam = await openTestIam(t);
  const caller = userCaller(firstAccount, await newUser(iam, 'dave'), 'dave');
  const other = userCaller(firstAccount, await newUser(iam, 'other'), 'other');
  const lastAccessed = new LastAccessed(iam.store);
  lastAccessed.note(caller, 's3:', 1, 'us-east-1');
  lastAccessed.note(other, 's3:', 1, 'us-east-1');
  await lastAccessed.flush();
  assert.equal((await rows(iam.store)).length, 2);
  lastAccessed.note(caller, 's3:', 2, 'us-east-1');
  await iam.call(deleteUser, { UserName: 'dave' });
  assert.equal((await rows(iam.store)).length, 1);
  await lastAccessed.flush();
  assert.equal((await rows(iam.store)).length, 1);
});

test('what could not be written is written later, unless something newer came', async (t) => {
  const iam = await openTestIam(t);
  const caller = userCaller(firstAccount, await newUser(iam, 'dave'), 'dave');
  let fails = true;
  const store: Store = Object.create(iam.store, {
    transaction: {
      value: async (work: never) => {
        if (fails) throw new Error('no database');
        await iam.store.transaction(work);
      },
    },
  });
  const lastAccessed = new LastAccessed(store);
  lastAccessed.note(caller, 's3:', 1, 'us-east-1');
  lastAccessed.note(caller, 'iam:ListUsers', 1, 'us-east-1');
  const failed = assert.rejects(lastAccessed.flush(), { message: 'no database' });
  await Promise.resolve();
  lastAccessed.note(caller, 's3:', 2, 'us-east-1');
  await failed;
  fails = false;
  await lastAccessed.flush();
  const own = `${firstAccount} ${caller.kind === 'user' ? caller.userId : ''}`;
  assert.deepEqual(await rows(iam.store), [
    `${own} iam ListUsers 1 us-east-1`,
    `${own} s3  2 us-east-1`,
  ]);
});

test('what waits is bounded, and all of it is written', async (t) => {
  const iam = await openTestIam(t);
  const caller = userCaller(firstAccount, await newUser(iam, 'dave'), 'dave');
  const lastAccessed = new LastAccessed(iam.store, 2500);
  const noteAll = () => {
    for (let count = 0; count < 3000; count += 1) {
      lastAccessed.note(caller, `iam:Action${count}`, count, 'us-east-1');
    }
  };
  noteAll();
  await lastAccessed.flush();
  assert.equal((await rows(iam.store)).length, 2500);
  noteAll();
  await lastAccessed.flush();
  assert.equal((await rows(iam.store)).length, 2500);
});

test('every authenticated attempt counts, the denied one too', async (t) => {
  const world = await openTestServices(t);
  const dave = await world.createUser('dave');
  const denied = { code: 'AccessDenied' };
  await assert.rejects(world.call('iam', 'ListUsers', {}, dave), denied);
  await assert.rejects(world.call('iam', 'DeleteUser', { UserName: 'dave' }, dave), denied);
  await assert.rejects(world.call('s3', 'ListBuckets', {}, dave), denied);
  const object = { Bucket: 'photos', Key: 'cat' };
  await assert.rejects(world.call('s3', 'GetObject', object, dave));
  await assert.rejects(world.call('s3', 'DeleteObjects', { Bucket: 'photos' }, dave));
  await world.call('sts', 'GetCallerIdentity', {}, dave);
  const stranger = { ...dave, secretAccessKey: 'x'.repeat(40) };
  await assert.rejects(world.call('iam', 'ListRoles', {}, stranger));
  await world.services.close();
  const user = await world.store.database
    .selectFrom('iam_user')
    .select('user_id')
    .where('name', '=', 'dave')
    .executeTakeFirstOrThrow();
  const own = (await rows(world.store)).filter((row) => row.includes(user.user_id));
  assert.deepEqual(
    own.map((row) => row.split(' ').slice(2, 4).join(':')),
    ['iam:DeleteUser', 'iam:ListUsers', 's3:', 's3:ListAllMyBuckets', 'sts:GetCallerIdentity'],
  );
  assert.ok(own.every((row) => row.endsWith(` ${world.clock.now} us-east-1`)));
});
