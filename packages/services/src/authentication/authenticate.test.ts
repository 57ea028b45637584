import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, readCredentials } from '@carnet/wire';
import { openTestServices, signed } from '../testing.ts';

/** Asserts the code and the status of a refusal. */
async function refused(call: Promise<unknown>, code: string, status: number): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.deepEqual([error.code, error.status], [code, status]);
    return true;
  });
}

describe('authenticate', () => {
  it('tells the operator, a user and nobody apart', async (test) => {
    const { services, call, createUser, clock } = await openTestServices(test);
    const dave = await createUser('dave');
    assert.deepEqual(await call('sts', 'GetCallerIdentity'), {
      UserId: await services
        .authenticate(
          readCredentials(signed(await services.operator.credentials({}), 'sts', clock.now)),
          transport,
          none,
        )
        .then(({ caller }) => (caller.kind === 'assumedRole' ? `${caller.roleId}:operator` : '')),
      Account: '111111111111',
      Arn: 'arn:aws:sts::111111111111:assumed-role/Administrator/operator',
    });
    const { Arn } = (await call('sts', 'GetCallerIdentity', {}, dave)) as { Arn: string };
    assert.equal(Arn, 'arn:aws:iam::111111111111:user/dave');
    const anonymous = await services.authenticate(
      readCredentials({ method: 'GET', target: '/photos/a', rawHeaders: ['Host', '127.0.0.1'] }),
      transport,
      undefined,
    );
    assert.equal(anonymous.caller.kind, 'anonymous');
    assert.equal(anonymous.service, 's3');
  });

  it('refuses keys that are unknown, inactive or deleted from the next request on', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    const key = { UserName: 'dave', AccessKeyId: dave.accessKeyId };
    const who = () => call('sts', 'GetCallerIdentity', {}, dave);
    const list = () => call('s3', 'ListBuckets', {}, dave);
    await who();
    await call('iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' });
    await refused(who(), 'InvalidClientTokenId', 403);
    await refused(list(), 'InvalidAccessKeyId', 403);
    await call('iam', 'UpdateAccessKey', { ...key, Status: 'Active' });
    await who();
    await call('iam', 'DeleteAccessKey', key);
    await refused(who(), 'InvalidClientTokenId', 403);
    const unknown = { ...dave, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' };
    await refused(call('sts', 'GetCallerIdentity', {}, unknown), 'InvalidClientTokenId', 403);
  });

  it('refuses a token that is missing, foreign, expired or of a role that is gone', async (test) => {
    const { services, store, call, createUser, clock, administrator } =
      await openTestServices(test);
    const other = await services.operator.credentials({});
    const dave = await createUser('dave');
    const { sessionToken: _, ...bare } = administrator;
    const asked = (credentials: typeof dave) => call('sts', 'GetCallerIdentity', {}, credentials);
    await refused(asked(bare), 'InvalidClientTokenId', 403);
    await refused(
      asked({ ...administrator, sessionToken: other.sessionToken }),
      'InvalidClientTokenId',
      403,
    );
    await refused(
      call('s3', 'ListBuckets', {}, { ...administrator, sessionToken: other.sessionToken }),
      'InvalidToken',
      400,
    );
    const daveWithToken = { ...dave, sessionToken: other.sessionToken };
    await refused(asked(daveWithToken), 'InvalidClientTokenId', 403);
    const start = clock.now;
    clock.now = other.expiration;
    await refused(asked(other), 'ExpiredToken', 403);
    clock.now = start;
    await asked(other);
    await store.transaction(async (transaction) => {
      const role = await transaction.database
        .selectFrom('iam_role')
        .selectAll()
        .executeTakeFirstOrThrow();
      await transaction.database.deleteFrom('iam_role').execute();
      transaction.changed({ accountId: role.account_id, kind: 'role', id: role.role_id });
    });
    await refused(asked(other), 'InvalidClientTokenId', 403);
  });

  it('does not let a user made again under the same name use the old key', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    await call('iam', 'DeleteAccessKey', { UserName: 'dave', AccessKeyId: dave.accessKeyId });
    await call('iam', 'DeleteUser', { UserName: 'dave' });
    await createUser('dave');
    await refused(call('sts', 'GetCallerIdentity', {}, dave), 'InvalidClientTokenId', 403);
  });
});

const transport = { sourceIp: '127.0.0.1', secure: false };
const none = new Uint8Array(0);
