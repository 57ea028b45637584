import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unpackAuditBlock } from '../audit-block.ts';
import { firstAccountId, openTestServices } from '../testing.ts';

describe('the operator', () => {
  it('makes accounts that know nothing of each other', async (test) => {
    const { services, call, createUser } = await openTestServices(test);
    const { operator } = services;
    const second = await operator.createAccount({ name: 'second' });
    assert.deepEqual(
      (await operator.listAccounts()).map(({ accountId, name }) => [accountId, name]),
      [
        [firstAccountId, 'first'],
        [second.accountId, 'second'],
      ],
    );
    const administrator = await operator.credentials({ accountId: second.accountId });
    await createUser('dave');
    const { Users } = (await call('iam', 'ListUsers', {}, administrator)) as { Users: unknown[] };
    assert.deepEqual(Users, []);
    await call('iam', 'CreateUser', { UserName: 'dave' }, administrator);
    await call('iam', 'DeleteUser', { UserName: 'dave' }, administrator);
    await call('iam', 'GetUser', { UserName: 'dave' });
  });

  it('refuses a name or an id that is taken, and a role that is not there', async (test) => {
    const { services } = await openTestServices(test);
    const { operator } = services;
    for (const choice of [{ name: 'FIRST' }, { name: 'other', accountId: firstAccountId }]) {
      await assert.rejects(operator.createAccount(choice), { code: 'EntityAlreadyExists' });
    }
    await assert.rejects(operator.credentials({ roleName: 'Nobody' }), { code: 'NoSuchEntity' });
    await assert.rejects(operator.credentials({ accountId: '999999999999' }), {
      code: 'NoSuchEntity',
    });
  });

  it('refuses ids and names that no account has', async (test) => {
    const { operator } = (await openTestServices(test)).services;
    const wrong = ['', 'two\nlines', '\u001b[31mred', 'x'.repeat(51), 'é'].map((name) => ({
      name,
    }));
    const ids = ['', 'abc', "1' OR 1", '1'.repeat(20), '１２３４５６７８９０１２'];
    for (const choice of [...wrong, ...ids.map((accountId) => ({ name: 'other', accountId }))]) {
      const refused = operator.createAccount(choice);
      await assert.rejects(refused, { code: 'ValidationError' }, JSON.stringify(choice));
    }
    assert.equal((await operator.listAccounts()).length, 1);
  });

  it('leaves a record of what it does, without a secret', async (test) => {
    const { services, store } = await openTestServices(test);
    await services.operator.createAccount({ name: 'second', accountId: '222222222222' });
    const made = await services.operator.credentials({ accountId: '222222222222' });
    const rows = await store.database
      .selectFrom('audit_event')
      .selectAll()
      .where('account_id', '=', '222222222222')
      .execute();
    const records = rows.map(({ record }) => JSON.parse(record));
    assert.deepEqual(
      records.map(({ eventName, userIdentity }) => [eventName, userIdentity]).sort(),
      [
        ['AssumeRole', { type: 'AWSService', invokedBy: 'operator.carnet' }],
        ['CreateAccount', { type: 'AWSService', invokedBy: 'operator.carnet' }],
      ],
    );
    const text = JSON.stringify(records);
    assert.ok(text.includes(made.accessKeyId));
    assert.ok(!text.includes(made.secretAccessKey) && !text.includes(made.sessionToken));
  });

  it('assumes a role only through its trust policy', async (test) => {
    const { services, store } = await openTestServices(test);
    await store.transaction(async (transaction) => {
      const role = await transaction.database
        .selectFrom('iam_role')
        .select('role_id')
        .executeTakeFirstOrThrow();
      await transaction.database
        .updateTable('iam_role')
        .set({
          trust_policy:
            '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
            '"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}',
        })
        .execute();
      transaction.changed({ accountId: firstAccountId, kind: 'role', id: role.role_id });
    });
    await assert.rejects(services.operator.credentials({}), { code: 'AccessDenied' });
  });

  it('assumes every other role as the Administrator, for an hour at most', async (test) => {
    const { services, call, clock, store } = await openTestServices(test);
    const { operator } = services;
    const role = async (RoleName: string, AWS: string, MaxSessionDuration?: number) =>
      call('iam', 'CreateRole', {
        RoleName,
        MaxSessionDuration,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' },
        }),
      });
    await role('trusting', firstAccountId, 43_200);
    await operator.createAccount({ name: 'second', accountId: '222222222222' });
    await role('foreign', '222222222222');
    const made = await operator.credentials({ roleName: 'TRUSTING', sessionName: 'me' });
    assert.equal(made.expiration, clock.now + 3_600_000);
    const { Arn } = (await call('sts', 'GetCallerIdentity', {}, made)) as { Arn: string };
    assert.equal(Arn, `arn:aws:sts::${firstAccountId}:assumed-role/trusting/me`);
    const arn = `arn:aws:iam::${firstAccountId}:role/foreign`;
    await assert.rejects(operator.credentials({ roleName: 'foreign' }), {
      code: 'AccessDenied',
      message:
        `User: arn:aws:sts::${firstAccountId}:assumed-role/Administrator/operator is not ` +
        `authorized to perform: sts:AssumeRole on resource: ${arn}`,
    });
    await services.close();
    const rows = await store.database.selectFrom('audit_block').selectAll().execute();
    const events = rows.flatMap(unpackAuditBlock).filter((one) => one.operation === 'AssumeRole');
    assert.deepEqual(
      events.map(({ errorCode, sourceIp }) => [errorCode, sourceIp]),
      [
        [undefined, '127.0.0.1'],
        ['AccessDenied', '127.0.0.1'],
      ],
    );
  });

  it('is the root user for one task, a quarter of an hour', async (test) => {
    const { services, call, clock, store } = await openTestServices(test);
    const { operator } = services;
    const made = await operator.credentials({ rootTask: 'IAMAuditRootUserCredentials' });
    assert.equal(made.expiration, clock.now + 900_000);
    assert.deepEqual(await call('sts', 'GetCallerIdentity', {}, made), {
      UserId: firstAccountId,
      Account: firstAccountId,
      Arn: `arn:aws:iam::${firstAccountId}:root`,
    });
    await call('iam', 'GetAccountSummary', {}, made);
    for (const [service, operation] of [
      ['iam', 'ListUsers'],
      ['s3', 'ListBuckets'],
    ] as const) {
      await assert.rejects(call(service, operation, {}, made), {
        code: 'AccessDenied',
        message: /with an explicit deny in a session policy: arn:aws:iam::aws:policy\/root-task\//,
      });
    }
    await assert.rejects(operator.credentials({ rootTask: 'AdministratorAccess' }), {
      code: 'ValidationError',
    });
    await assert.rejects(
      operator.credentials({ accountId: '999999999999', rootTask: 'S3UnlockBucketPolicy' }),
      { code: 'NoSuchEntity' },
    );
    clock.now += 900_000;
    await assert.rejects(call('iam', 'GetAccountSummary', {}, made), { code: 'ExpiredToken' });
    const records = await store.database.selectFrom('audit_event').select('record').execute();
    const text = records.map(({ record }) => record).join();
    assert.match(text, /"eventName":"AssumeRoot".*root-task\/IAMAuditRootUserCredentials/);
    assert.ok(!text.includes(made.secretAccessKey) && !text.includes(made.sessionToken));
  });

  it('resets to the same first account, and to nothing else', async (test) => {
    const { services, call, createUser, administrator } = await openTestServices(test);
    const dave = await createUser('dave');
    await services.operator.reset();
    assert.deepEqual(
      (await services.operator.listAccounts()).map(({ accountId }) => accountId),
      [firstAccountId],
    );
    for (const credentials of [dave, administrator]) {
      await assert.rejects(call('sts', 'GetCallerIdentity', {}, credentials), {
        code: 'InvalidClientTokenId',
      });
    }
    const fresh = await services.operator.credentials({});
    assert.deepEqual(await call('iam', 'ListUsers', {}, fresh), { Users: [], IsTruncated: false });
  });
});
