import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountIdOfAccessKey } from '@carnet/store';
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
} from './access-key.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  userCaller,
} from './testing.ts';
import { createUser } from './user.ts';

test('a created key shows its secret once and keeps it sealed', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'Dave' });
  iam.changes.length = 0;
  const { AccessKey: key } = await iam.call(createAccessKey, { UserName: 'dave' });
  assert.ok(key?.AccessKeyId && key.SecretAccessKey);
  assert.match(key.AccessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.equal(accountIdOfAccessKey(key.AccessKeyId), firstAccount);
  assert.equal(key.SecretAccessKey.length, 40);
  assert.equal(key.UserName, 'Dave');
  assert.equal(key.Status, 'Active');
  assert.deepEqual(iam.changes, [
    { accountId: firstAccount, kind: 'accessKey', id: key.AccessKeyId },
  ]);

  const { AccessKeyMetadata: listed } = await iam.call(listAccessKeys, { UserName: 'dave' });
  assert.deepEqual(listed, [
    {
      UserName: 'Dave',
      AccessKeyId: key.AccessKeyId,
      Status: 'Active',
      CreateDate: new Date(firstCallAt + 1000),
    },
  ]);

  const row = await iam.store.database
    .selectFrom('iam_access_key')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.ok(!JSON.stringify(row).includes(key.SecretAccessKey));
  const opened = iam.store.sealing.open('secret', key.AccessKeyId, row.secret_access_key);
  assert.equal(Buffer.from(opened ?? []).toString(), key.SecretAccessKey);
  assert.equal(
    iam.store.sealing.open('secret', 'AKIAEXAMPLEEXAMPLE22', row.secret_access_key),
    undefined,
  );
});

test('a user has two keys and no third', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const { AccessKey: first } = await iam.call(createAccessKey, { UserName: 'dave' });
  const { AccessKey: second } = await iam.call(createAccessKey, { UserName: 'dave' });
  await assertRefused(
    iam.call(createAccessKey, { UserName: 'dave' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for AccessKeysPerUser: 2',
  );
  const { AccessKeyMetadata: listed } = await iam.call(listAccessKeys, { UserName: 'dave' });
  assert.deepEqual(
    listed?.map((key) => key.AccessKeyId),
    [first?.AccessKeyId, second?.AccessKeyId],
  );
  await iam.call(deleteAccessKey, { UserName: 'dave', AccessKeyId: first?.AccessKeyId });
  await iam.call(createAccessKey, { UserName: 'dave' });
});

test('keys are paged, oldest first', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const { AccessKey: first } = await iam.call(createAccessKey, { UserName: 'dave' });
  const { AccessKey: second } = await iam.call(createAccessKey, { UserName: 'dave' });
  const page = await iam.call(listAccessKeys, { UserName: 'dave', MaxItems: 1 });
  assert.deepEqual(
    page.AccessKeyMetadata?.map((key) => key.AccessKeyId),
    [first?.AccessKeyId],
  );
  const rest = await iam.call(listAccessKeys, { UserName: 'dave', Marker: page.Marker });
  assert.deepEqual(
    rest.AccessKeyMetadata?.map((key) => key.AccessKeyId),
    [second?.AccessKeyId],
  );
  assert.equal(rest.IsTruncated, false);
});

test('a key is switched off and on', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const { AccessKey: key } = await iam.call(createAccessKey, { UserName: 'dave' });
  const which = { UserName: 'dave', AccessKeyId: key?.AccessKeyId };
  for (const status of ['Inactive', 'Active'] as const) {
    iam.changes.length = 0;
    await iam.call(updateAccessKey, { ...which, Status: status });
    const { AccessKeyMetadata: listed } = await iam.call(listAccessKeys, { UserName: 'dave' });
    assert.equal(listed?.[0]?.Status, status);
    assert.deepEqual(iam.changes, [
      { accountId: firstAccount, kind: 'accessKey', id: key?.AccessKeyId ?? '' },
    ]);
  }
  await assertRefused(
    iam.call(updateAccessKey, { ...which, Status: 'Expired' }),
    'InvalidInput',
    400,
    'Operation does not support status Expired',
  );
});

test('a key is changed and deleted through its own user only', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createUser, { UserName: 'editor' });
  const { AccessKey: key } = await iam.call(createAccessKey, { UserName: 'dave' });
  const which = { UserName: 'editor', AccessKeyId: key?.AccessKeyId };
  const message = `The Access Key with id ${key?.AccessKeyId} cannot be found.`;
  await assertRefused(
    iam.call(updateAccessKey, { ...which, Status: 'Inactive' }),
    'NoSuchEntity',
    404,
    message,
  );
  await assertRefused(iam.call(deleteAccessKey, which), 'NoSuchEntity', 404, message);
  const { AccessKeyMetadata: listed } = await iam.call(listAccessKeys, { UserName: 'dave' });
  assert.equal(listed?.[0]?.Status, 'Active');
});

test('without a name the keys are the calling user’s', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'dave' });
  const dave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const { AccessKey: key } = await dave.call(createAccessKey, {});
  assert.equal(key?.UserName, 'dave');
  const which = { AccessKeyId: key?.AccessKeyId };
  await dave.call(updateAccessKey, { ...which, Status: 'Inactive' });
  assert.equal((await dave.call(listAccessKeys, {})).AccessKeyMetadata?.[0]?.Status, 'Inactive');
  await dave.call(deleteAccessKey, which);
  assert.deepEqual((await dave.call(listAccessKeys, {})).AccessKeyMetadata, []);
  const message = 'Must specify userName when calling with non-User credentials';
  await assertRefused(iam.call(createAccessKey, {}), 'ValidationError', 400, message);
  await assertRefused(iam.call(listAccessKeys, {}), 'ValidationError', 400, message);
});

test('the last use of a key is told, and N/A before the first', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const { AccessKey: key } = await iam.call(createAccessKey, { UserName: 'dave' });
  const which = { AccessKeyId: key?.AccessKeyId };
  assert.deepEqual(await iam.call(getAccessKeyLastUsed, which), {
    UserName: 'dave',
    AccessKeyLastUsed: { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' },
  });
  await iam.store.transaction(async ({ database }) => {
    await database
      .updateTable('iam_access_key')
      .set({
        last_used_at: firstCallAt,
        last_used_region: 'eu-central-1',
        last_used_service: 's3',
      })
      .execute();
  });
  assert.deepEqual(await iam.call(getAccessKeyLastUsed, which), {
    UserName: 'dave',
    AccessKeyLastUsed: {
      LastUsedDate: new Date(firstCallAt),
      ServiceName: 's3',
      Region: 'eu-central-1',
    },
  });
});

test('another account’s key is unknown to every operation', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  await first.call(createUser, { UserName: 'dave' });
  await second.call(createUser, { UserName: 'dave' });
  const { AccessKey: key } = await first.call(createAccessKey, { UserName: 'dave' });
  const which = { UserName: 'dave', AccessKeyId: key?.AccessKeyId };
  const unknown = async (call: Promise<unknown>) =>
    await assertRefused(
      call,
      'NoSuchEntity',
      404,
      `The Access Key with id ${key?.AccessKeyId} cannot be found.`,
    );
  await assertRefused(
    second.call(getAccessKeyLastUsed, which),
    'AccessDenied',
    403,
    `User: arn:aws:sts::${secondAccount}:assumed-role/Administrator/test is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${key?.AccessKeyId}`,
  );
  await unknown(second.call(updateAccessKey, { ...which, Status: 'Inactive' }));
  await unknown(second.call(deleteAccessKey, which));
  assert.deepEqual((await second.call(listAccessKeys, { UserName: 'dave' })).AccessKeyMetadata, []);
});

test('an unknown user has no keys to make or list', async (t) => {
  const iam = await openTestIam(t);
  for (const call of [
    () => iam.call(createAccessKey, { UserName: 'nobody' }),
    () => iam.call(listAccessKeys, { UserName: 'nobody' }),
  ]) {
    await assertRefused(call(), 'NoSuchEntity', 404, 'The user with name nobody cannot be found.');
  }
});
