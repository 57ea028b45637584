import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CreateVirtualMFADeviceResponse } from '@aws-sdk/client-iam';
import { ApiError, readCredentials } from '@carnet/wire';
import { unpackAuditBlock } from './audit-block.ts';
import { auditRecord } from './audit-record.ts';
import { openTestServices, type TestServices } from './testing.ts';

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement });

/** The records of changes, oldest first. */
async function changesOf({ store }: TestServices, operation: string) {
  const rows = await store.database
    .selectFrom('audit_event')
    .select('record')
    .where('event_name', '=', operation)
    .orderBy('event_time')
    .execute();
  return rows.map(({ record }) => JSON.parse(record));
}

/** Reads and refusals, in the order of the calls. */
async function readsOf({ store }: TestServices, operation: string) {
  const rows = await store.database
    .selectFrom('audit_block')
    .selectAll()
    .orderBy('first_time')
    .execute();
  return rows.flatMap(unpackAuditBlock).filter((event) => event.operation === operation);
}

describe('the record of a call', () => {
  it('records nothing for an account that an ARN only names', async (test) => {
    const services = await openTestServices(test);
    const { call, createUser, services: running } = services;
    const dave = await createUser('dave');
    for (const accountId of ['222222222222', '999999999999']) {
      const PolicyArn = `arn:aws:iam::${accountId}:policy/any`;
      await assert.rejects(call('iam', 'GetPolicy', { PolicyArn }, dave), { code: 'AccessDenied' });
    }
    await running.close();
    const records = await readsOf(services, 'GetPolicy');
    assert.deepEqual(
      records.map(({ accountId }) => accountId),
      ['111111111111', '111111111111'],
    );
  });

  it('records a call for the account whose resource it is about, too', async (test) => {
    const services = await openTestServices(test);
    const { call, services: running } = services;
    await call('s3', 'CreateBucket', { Bucket: 'photos' });
    await running.operator.createAccount({ name: 'second', accountId: '222222222222' });
    const other = await running.operator.credentials({ accountId: '222222222222' });
    await assert.rejects(call('s3', 'GetBucketPolicy', { Bucket: 'photos' }, other));
    const anonymous = await running.authenticate(
      readCredentials({
        method: 'GET',
        target: '/photos',
        rawHeaders: ['User-Agent', 'x'.repeat(9000)],
      }),
      { sourceIp: '127.0.0.1', secure: false },
      undefined,
    );
    const input = { Bucket: 'photos', Prefix: 'p'.repeat(9000) };
    const list = { request: anonymous, service: 's3', operation: 'ListObjectsV2', input };
    await assert.rejects(running.dispatch({ ...list, requestId: 'anonymous' }));
    await running.close();
    const crossing = await readsOf(services, 'GetBucketPolicy');
    assert.deepEqual(crossing.map(({ accountId }) => accountId).sort(), [
      '111111111111',
      '222222222222',
    ]);
    const [seenByOwner, seenByCaller] = crossing
      .toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1))
      .map((event) => auditRecord(event).userIdentity as Record<string, unknown>);
    assert.deepEqual(Object.keys(seenByOwner ?? {}), ['type', 'principalId', 'accountId']);
    assert.equal(seenByOwner?.accountId, '222222222222');
    assert.equal(seenByCaller?.type, 'AssumedRole');
    const [denied, ...more] = await readsOf(services, 'ListObjectsV2');
    assert.equal(more.length, 0);
    assert.equal(denied?.accountId, '111111111111');
    assert.ok(JSON.stringify(denied).length < 2000);
  });

  it('cuts the message of an error, which may repeat what was sent', async (test) => {
    const services = await openTestServices(test);
    const { call, services: running } = services;
    const UserName = `${'a'.repeat(1000)}\u{1f600}`.repeat(9);
    await assert.rejects(call('iam', 'GetUser', { UserName }), (error: Error) => {
      assert.ok(error.message.length > 9000);
      return true;
    });
    await running.close();
    const [refused] = await readsOf(services, 'GetUser');
    assert.equal(refused?.errorCode, 'NoSuchEntity');
    assert.equal(refused?.errorMessage?.length, 1024);
    assert.ok(refused.errorMessage.isWellFormed());
  });

  it('writes nothing for a list of which nothing may be changed, and records it once', async (test) => {
    const services = await openTestServices(test);
    const { call, createUser, store } = services;
    const dave = await createUser('dave');
    await call('s3', 'CreateBucket', { Bucket: 'photos' });
    const before = await store.database.selectFrom('audit_event').select('event_id').execute();
    const Objects = Array.from({ length: 1000 }, (_, index) => ({ Key: `key-${index}` }));
    for (const Bucket of ['photos', 'nowhere']) {
      const input = { Bucket, Delete: { Objects } };
      const { Errors } = (await call('s3', 'DeleteObjects', input, dave)) as { Errors: unknown[] };
      assert.equal(Errors.length, 1000);
    }
    const after = await store.database.selectFrom('audit_event').select('event_id').execute();
    assert.equal(after.length, before.length);
    await services.services.close();
    const records = await readsOf(services, 'DeleteObjects');
    assert.deepEqual(
      records.map(({ errorCode }) => errorCode),
      ['AccessDenied', 'AccessDenied'],
    );
    assert.ok(JSON.stringify(records).length < 4000);
  });

  it('records entries of a list for the account whose they are', async (test) => {
    const services = await openTestServices(test);
    const { call, services: running } = services;
    await running.operator.createAccount({ name: 'second', accountId: '222222222222' });
    const other = await running.operator.credentials({ accountId: '222222222222' });
    await call('s3', 'CreateBucket', { Bucket: 'photos' });
    await call('s3', 'PutBucketPolicy', {
      Bucket: 'photos',
      Policy: document({
        Effect: 'Allow',
        Principal: { AWS: '222222222222' },
        Action: 's3:DeleteObject',
        Resource: 'arn:aws:s3:::photos/*',
      }),
    });
    const input = { Bucket: 'photos', Delete: { Objects: [{ Key: 'pic.jpg' }] } };
    await call('s3', 'DeleteObjects', input, other);
    const rows = await services.store.database
      .selectFrom('audit_event')
      .select('account_id')
      .where('event_name', '=', 'DeleteObjects')
      .orderBy('account_id')
      .execute();
    assert.deepEqual(
      rows.map((row) => row.account_id),
      ['111111111111', '222222222222'],
    );
  });

  it('commits no change without its record', async (test) => {
    const services = await openTestServices(test);
    await services.store.transaction(async ({ database }) => {
      await database.schema.alterTable('audit_event').renameTo('audit_event_gone').execute();
    });
    await assert.rejects(services.call('iam', 'CreateUser', { UserName: 'dave' }), (error) => {
      assert.ok(!(error instanceof ApiError));
      return true;
    });
    await services.store.transaction(async ({ database }) => {
      await database.schema.alterTable('audit_event_gone').renameTo('audit_event').execute();
    });
    assert.deepEqual(
      await services.store.database.selectFrom('iam_user').selectAll().execute(),
      [],
    );
  });

  it('records changes at once, reads and refusals soon, and never a secret', async (test) => {
    const services = await openTestServices(test);
    const { call, createUser } = services;
    const dave = await createUser('dave');
    const [created] = await changesOf(services, 'CreateAccessKey');
    assert.equal(created.userIdentity.type, 'AssumedRole');
    assert.equal(created.responseElements.accessKey.accessKeyId, dave.accessKeyId);
    assert.equal(
      created.responseElements.accessKey.secretAccessKey,
      'HIDDEN_DUE_TO_SECURITY_REASONS',
    );
    await call('iam', 'CreateLoginProfile', { UserName: 'dave', Password: 'Canary-4-Passwords' });
    const made = await call('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' });
    const { VirtualMFADevice: device } = made as Required<CreateVirtualMFADeviceResponse>;
    const enabled = call('iam', 'EnableMFADevice', {
      UserName: 'dave',
      SerialNumber: device?.SerialNumber,
      AuthenticationCode1: '192837',
      AuthenticationCode2: '564738',
    });
    await assert.rejects(enabled, { code: 'InvalidAuthenticationCode' });
    await call('iam', 'ListUsers');
    await assert.rejects(call('iam', 'ListUsers', {}, dave));
    const session = await services.services.operator.credentials({});
    await call('iam', 'CreateGroup', { GroupName: 'Developers' }, session);
    await call('sts', 'GetCallerIdentity', {}, session);
    await assert.rejects(call('iam', 'GetUser', { UserName: 'nobody' }, session));
    await services.services.close();
    const [read, refusal] = await readsOf(services, 'ListUsers');
    assert.equal(read?.readOnly, true);
    assert.equal(read?.errorCode, undefined);
    assert.equal(refusal?.errorCode, 'AccessDenied');
    assert.ok(refusal?.caller.kind === 'user');
    assert.equal(refusal.caller.userName, 'dave');
    const everything = await services.store.database
      .selectFrom('audit_event')
      .select('record')
      .execute();
    const reads = await services.store.database.selectFrom('audit_block').selectAll().execute();
    const text = [
      ...everything.map(({ record }) => record),
      JSON.stringify(reads.map(unpackAuditBlock)),
    ].join('\n');
    const seed = new TextDecoder().decode(device?.Base32StringSeed);
    assert.equal(seed.length, 64);
    assert.equal(text.split(session.accessKeyId).length, 1 + 4, 'the session and its three calls');
    const { secretAccessKey, sessionToken } = session;
    const ofSession = [secretAccessKey, sessionToken, sessionToken.slice(20, 60)];
    for (const secret of ['Canary-4-Passwords', dave.secretAccessKey, seed, '192837', '564738']) {
      assert.ok(!text.includes(secret));
    }
    for (const secret of ofSession) assert.ok(!text.includes(secret));
  });
});
