import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthorizationRequirement } from '../operation.ts';
import { openTestServices, type TestServices } from '../testing.ts';
import { iamOperations } from './service.ts';

/** `AllowUsersToChangePassword`: what an account allows its users without a policy, at the gate. */
const change = { OldPassword: 'correct-Horse-1', NewPassword: 'another-Horse-2' };
const password = { Password: 'correct-Horse-1' };

const implicit = 'because no identity-based policy allows the';

async function allowChanges({ call }: TestServices, allowed: boolean): Promise<void> {
  await call('iam', 'UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: allowed });
}

async function assertDenied(call: Promise<unknown>, action: string, because: string) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof Error);
    assert.equal(Reflect.get(error, 'code'), 'AccessDenied');
    assert.ok(error.message.includes(`is not authorized to perform: ${action} on`), error.message);
    assert.ok(error.message.includes(because), error.message);
    return true;
  });
}

function policyOf(Effect: 'Allow' | 'Deny', Action: string): object {
  const Statement = { Effect, Action, Resource: '*' };
  return {
    PolicyName: 'own',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  };
}

test('an account lets its users change their own passwords, or does not', async (t) => {
  const services = await openTestServices(t);
  const { call, createUser } = services;
  const dave = await createUser('dave');
  await call('iam', 'CreateLoginProfile', { UserName: 'dave', ...password });
  const changes = () => call('iam', 'ChangePassword', change, dave);
  const reads = () => call('iam', 'GetAccountPasswordPolicy', {}, dave);
  const both = async () => {
    await assertDenied(changes(), 'iam:ChangePassword', implicit);
    await assertDenied(reads(), 'iam:GetAccountPasswordPolicy', implicit);
  };
  // Without a policy of the account too: AWS's default policy gives no permissions.
  await both();
  await allowChanges(services, false);
  await both();
  await allowChanges(services, true);
  await reads();
  await changes();
  await allowChanges(services, false);
  await both();
  await allowChanges(services, true);
  await call('iam', 'DeleteAccountPasswordPolicy');
  await both();
});

test('a Deny and a permissions boundary stand above what the account allows', async (t) => {
  const services = await openTestServices(t);
  const { call, createUser, store } = services;
  const dave = await createUser('dave');
  await call('iam', 'CreateLoginProfile', { UserName: 'dave', ...password });
  await allowChanges(services, true);
  const changes = () => call('iam', 'ChangePassword', change, dave);
  const deny = policyOf('Deny', 'iam:ChangePassword');
  await call('iam', 'PutUserPolicy', { UserName: 'dave', ...deny });
  await assertDenied(changes(), 'iam:ChangePassword', 'with an explicit deny');
  await call('iam', 'DeleteUserPolicy', { UserName: 'dave', PolicyName: 'own' });

  const boundary = async (arn: string) =>
    await store.transaction(async ({ database, changed }) => {
      const { account_id: accountId, user_id: id } = await database
        .updateTable('iam_user')
        .set({ permissions_boundary: arn })
        .where('name', '=', 'dave')
        .returning(['account_id', 'user_id'])
        .executeTakeFirstOrThrow();
      changed({ accountId, kind: 'user', id });
    });
  await boundary('arn:aws:iam::aws:policy/AmazonS3FullAccess');
  await assertDenied(changes(), 'iam:ChangePassword', 'because no permissions boundary allows the');
  await boundary('arn:aws:iam::aws:policy/IAMFullAccess');
  await changes();
});

test('what the account allows opens nothing else, and nothing to a session', async (t) => {
  const services = await openTestServices(t);
  const { call, createUser, administrator, store } = services;
  const dave = await createUser('dave');
  await call('iam', 'CreateLoginProfile', { UserName: 'dave', ...password });
  await allowChanges(services, true);
  for (const [operation, input] of [
    ['GetUser', {}],
    ['GetLoginProfile', {}],
    ['UpdateLoginProfile', { UserName: 'dave', ...password }],
    ['DeleteAccountPasswordPolicy', {}],
    ['UpdateAccountPasswordPolicy', {}],
    ['GetAccountSummary', {}],
  ] as const) {
    await assertDenied(call('iam', operation, input, dave), `iam:${operation}`, implicit);
  }
  await assert.rejects(call('iam', 'ChangePassword', change, administrator), {
    code: 'InvalidUserType',
  });
  await store.transaction(async ({ database, changed }) => {
    const rows = await database.selectFrom('iam_role').select(['account_id', 'role_id']).execute();
    await database.deleteFrom('iam_attached_policy').execute();
    for (const row of rows) changed({ accountId: row.account_id, kind: 'role', id: row.role_id });
  });
  const read = call('iam', 'GetAccountPasswordPolicy', {}, administrator);
  await assertDenied(read, 'iam:GetAccountPasswordPolicy', implicit);
});

test('two operations know of it', () => {
  const names = Object.entries(iamOperations)
    .filter(([, { authorization }]) => {
      const { allowedByAccount, also } = authorization as AuthorizationRequirement<never>;
      assert.ok(also?.every((further) => further.allowedByAccount === undefined) ?? true);
      return allowedByAccount !== undefined;
    })
    .map(([name]) => name);
  assert.deepEqual(names, ['ChangePassword', 'GetAccountPasswordPolicy']);
});
