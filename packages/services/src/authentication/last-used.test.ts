import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCredentials } from '@carnet/wire';
import { openTestServices, signed } from '../testing.ts';
import { testingStore } from '../testing-store.ts';
import { LastUsed } from './last-used.ts';

test('remembers when and in which region a session of a role last called', async (t) => {
  const { call, administrator, services, store, clock } = await openTestServices(t);
  const { operator } = services;
  await operator.createAccount({ name: 'second', accountId: '222222222222' });
  const used = async (accountId: string) =>
    await store.database
      .selectFrom('iam_role')
      .select(['last_used_at', 'last_used_region'])
      .where('account_id', '=', accountId)
      .executeTakeFirst();
  const never = { last_used_at: null, last_used_region: null };
  assert.deepEqual(await used('111111111111'), never);
  for (const region of ['us-east-1', 'eu-central-1']) {
    clock.now += 60_000;
    await services.authenticate(
      readCredentials(signed(administrator, 'iam', clock.now, region)),
      { sourceIp: '127.0.0.1', secure: false },
      new Uint8Array(0),
    );
  }
  await services.close();
  const expected = { last_used_at: clock.now, last_used_region: 'eu-central-1' };
  assert.deepEqual(await used('111111111111'), expected);
  assert.deepEqual(await used('222222222222'), never);
  const { Role: role } = (await call('iam', 'GetRole', { RoleName: 'Administrator' })) as {
    Role: { RoleLastUsed: object };
  };
  assert.deepEqual(role.RoleLastUsed, {
    LastUsedDate: new Date(clock.now),
    Region: 'eu-central-1',
  });
});

test('a signature that is wrong is no use', async (t) => {
  const { administrator, services, store, clock } = await openTestServices(t);
  const forged = { ...administrator, secretAccessKey: 'x'.repeat(40) };
  await assert.rejects(
    services.authenticate(
      readCredentials(signed(forged, 'iam', clock.now)),
      { sourceIp: '127.0.0.1', secure: false },
      new Uint8Array(0),
    ),
    { code: 'SignatureDoesNotMatch' },
  );
  await services.close();
  const rows = await store.database.selectFrom('iam_role').select('last_used_at').execute();
  assert.deepEqual(rows, [{ last_used_at: null }]);
});

test('what could not be written is kept, and a later use is not overwritten', async (t) => {
  const store = await testingStore.open();
  t.after(() => store.close());
  const roleId = 'AROAEXAMPLEEXAMPLE222';
  const accountId = '111111111111';
  await store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_role')
      .values({
        account_id: accountId,
        role_id: roleId,
        name: 'App',
        name_fold: 'app',
        path: '/',
        created_at: 0,
        trust_policy: '{}',
        max_session_duration: 3600,
      })
      .execute();
    await database.schema.alterTable('iam_role').renameTo('iam_role_gone').execute();
  });
  const lastUsed = new LastUsed(store);
  lastUsed.noteRole(roleId, { accountId, at: 1, region: 'us-east-1' });
  const flush = lastUsed.flush();
  lastUsed.noteRole(roleId, { accountId, at: 2, region: 'eu-central-1' });
  await assert.rejects(flush);
  await store.transaction(async ({ database }) => {
    await database.schema.alterTable('iam_role_gone').renameTo('iam_role').execute();
  });
  await lastUsed.flush();
  const row = await store.database
    .selectFrom('iam_role')
    .select(['last_used_at', 'last_used_region'])
    .executeTakeFirst();
  assert.deepEqual(row, { last_used_at: 2, last_used_region: 'eu-central-1' });
});
