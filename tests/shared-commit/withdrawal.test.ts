import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthorizationState } from '../../packages/services/src/authorization/authorization-state.ts';
import { firstAccountId, openTestServices } from '../../packages/services/src/testing.ts';
import { testingStore } from '../../packages/services/src/testing-store.ts';
import { openFileStore, together } from './together.ts';

// In memory each transaction has a commit of its own.
testingStore.open = openFileStore;

const policyOf = (Effect: 'Allow' | 'Deny') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect, Action: 'iam:CreateUser', Resource: '*' },
  });
const PolicyArn = `arn:aws:iam::${firstAccountId}:policy/creators`;
const UserName = 'caller';

/** What lets a user create users, and what takes it away; `key` is the id of the user's access key. */
const withdrawals: Readonly<
  Record<
    string,
    {
      readonly give?: readonly (readonly [operation: string, input: object])[];
      readonly take: (key: string) => readonly [operation: string, input: object];
    }
  >
> = {
  'its inline policy is deleted': {
    take: () => ['DeleteUserPolicy', { UserName, PolicyName: 'creators' }],
  },
  'a Deny is put beside it': {
    take: () => [
      'PutUserPolicy',
      { UserName, PolicyName: 'deny', PolicyDocument: policyOf('Deny') },
    ],
  },
  'a policy that denies is attached': {
    give: [['CreatePolicy', { PolicyName: 'creators', PolicyDocument: policyOf('Deny') }]],
    take: () => ['AttachUserPolicy', { UserName, PolicyArn }],
  },
  'a policy attached to it has a new default version': {
    give: [
      ['CreatePolicy', { PolicyName: 'creators', PolicyDocument: policyOf('Allow') }],
      ['AttachUserPolicy', { UserName, PolicyArn }],
    ],
    take: () => [
      'CreatePolicyVersion',
      { PolicyArn, PolicyDocument: policyOf('Deny'), SetAsDefault: true },
    ],
  },
  'a Deny is put in its group': {
    give: [
      ['CreateGroup', { GroupName: 'group' }],
      ['AddUserToGroup', { GroupName: 'group', UserName }],
    ],
    take: () => [
      'PutGroupPolicy',
      { GroupName: 'group', PolicyName: 'deny', PolicyDocument: policyOf('Deny') },
    ],
  },
  'it is put in a group that is denied': {
    give: [
      ['CreateGroup', { GroupName: 'group' }],
      [
        'PutGroupPolicy',
        { GroupName: 'group', PolicyName: 'deny', PolicyDocument: policyOf('Deny') },
      ],
    ],
    take: () => ['AddUserToGroup', { GroupName: 'group', UserName }],
  },
  'its access key is made inactive': {
    take: (AccessKeyId) => ['UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' }],
  },
  'its access key is deleted': {
    take: (AccessKeyId) => ['DeleteAccessKey', { UserName, AccessKeyId }],
  },
};

describe('a call that was allowed when it began, and that waits in one group', () => {
  for (const [name, { give = [], take }] of Object.entries(withdrawals)) {
    it(`is refused when ${name} before it`, async (test) => {
      const services = await openTestServices(test);
      const { call, createUser, store } = services;
      const caller = await createUser(UserName);
      const inline = { UserName, PolicyName: 'creators', PolicyDocument: policyOf('Allow') };
      await call('iam', 'PutUserPolicy', inline);
      for (const [operation, input] of give) await call('iam', operation, input);
      const [operation, input] = take(caller.accessKeyId);
      const [before, taken, after] = await together(store, [
        () => call('iam', 'CreateUser', { UserName: 'before' }, caller),
        () => call('iam', operation, input),
        () => call('iam', 'CreateUser', { UserName: 'after' }, caller),
      ]);
      assert.equal(before?.status, 'fulfilled');
      assert.equal(taken?.status, 'fulfilled');
      assert.ok(after?.status === 'rejected');
      const expected = operation.endsWith('AccessKey') ? 'InvalidClientTokenId' : 'AccessDenied';
      assert.equal(after.reason.code, expected);
      const users = await store.database.selectFrom('iam_user').select('name').execute();
      assert.deepEqual(users.map((user) => user.name).sort(), ['before', UserName]);
    });
  }

  it('is refused when its role is denied before it', async (test) => {
    const services = await openTestServices(test);
    const { call, store } = services;
    const denyRole = () =>
      store.transaction(async ({ database, changed }) => {
        const role = await database
          .selectFrom('iam_role')
          .select('role_id')
          .where('name', '=', 'Administrator')
          .executeTakeFirstOrThrow();
        const row = {
          account_id: firstAccountId,
          owner_id: role.role_id,
          document: policyOf('Deny'),
        };
        await database
          .insertInto('iam_inline_policy')
          .values({ ...row, name: 'deny', name_fold: 'deny' })
          .execute();
        changed({ accountId: firstAccountId, kind: 'role', id: role.role_id });
      });
    const [denied, after] = await together(store, [
      denyRole,
      () => call('iam', 'CreateUser', { UserName: 'after' }),
    ]);
    assert.equal(denied?.status, 'fulfilled');
    assert.ok(after?.status === 'rejected');
    assert.equal(after.reason.code, 'AccessDenied');
    assert.deepEqual(await store.database.selectFrom('iam_user').selectAll().execute(), []);
  });

  it('learns of a bucket only when what became of it is committed', async (test) => {
    const { store } = await openTestServices(test);
    const state = new AuthorizationState(store);
    let runs = 0;
    await Promise.all([
      store.transaction(async ({ changed }) => {
        changed({ accountId: firstAccountId, kind: 'bucket', id: 'photos' });
      }),
      store.transaction(async () => {
        runs += 1;
        await state.bucket('photos');
      }),
    ]);
    assert.equal(runs, 2);
  });
});
