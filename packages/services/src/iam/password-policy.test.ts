import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changePassword,
  createLoginProfile,
  deleteLoginProfile,
  updateLoginProfile,
} from './login-profile.ts';
import {
  deleteAccountPasswordPolicy,
  getAccountPasswordPolicy,
  passwordExpiresAt,
  updateAccountPasswordPolicy,
} from './password-policy.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
  userCaller,
} from './testing.ts';
import { createUser, deleteUser } from './user.ts';

const dave = { UserName: 'dave' };
const defaults = {
  MinimumPasswordLength: 6,
  RequireSymbols: false,
  RequireNumbers: false,
  RequireUppercaseCharacters: false,
  RequireLowercaseCharacters: false,
  AllowUsersToChangePassword: false,
  ExpirePasswords: false,
};

async function refusedForReuse(call: Promise<unknown>): Promise<void> {
  await assertRefused(
    call,
    'PasswordPolicyViolation',
    400,
    'Policy constraint violation with password reuse prevention during password change.',
  );
}

async function historyOf(iam: TestIam): Promise<number> {
  const rows = await iam.store.database.selectFrom('iam_password_history').selectAll().execute();
  return rows.length;
}

test('an update sets the whole policy: what is left out goes back to its default', async (t) => {
  const iam = await openTestIam(t);
  const policy = async () => (await iam.call(getAccountPasswordPolicy, {})).PasswordPolicy;
  const chosen = {
    MinimumPasswordLength: 10,
    RequireSymbols: true,
    RequireNumbers: true,
    RequireUppercaseCharacters: true,
    RequireLowercaseCharacters: true,
    AllowUsersToChangePassword: true,
    MaxPasswordAge: 60,
    PasswordReusePrevention: 3,
    HardExpiry: true,
  };
  await iam.call(updateAccountPasswordPolicy, chosen);
  assert.deepEqual(await policy(), { ...chosen, ExpirePasswords: true });
  await iam.call(updateAccountPasswordPolicy, {});
  assert.deepEqual(await policy(), defaults);
  await iam.call(updateAccountPasswordPolicy, { HardExpiry: false });
  assert.deepEqual(await policy(), { ...defaults, HardExpiry: false });
});

test('an account without a policy says so, and another’s policy is not its own', async (t) => {
  const iam = await openTestIam(t);
  const other = iam.inAccount(secondAccount);
  await iam.call(updateAccountPasswordPolicy, {});
  await assertRefused(
    other.call(getAccountPasswordPolicy, {}),
    'NoSuchEntity',
    404,
    `The Password Policy with domain name ${secondAccount} cannot be found.`,
  );
  const missing = 'The account policy with name PasswordPolicy cannot be found.';
  await assertRefused(other.call(deleteAccountPasswordPolicy, {}), 'NoSuchEntity', 404, missing);
  await iam.call(deleteAccountPasswordPolicy, {});
  await assertRefused(iam.call(deleteAccountPasswordPolicy, {}), 'NoSuchEntity', 404, missing);
});

test('each requirement of the policy holds wherever a password is set', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  await iam.call(createUser, { UserName: 'editor' });
  await iam.call(createLoginProfile, { ...dave, Password: 'correct-Horse-1' });
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const one = (what: string) => `Password should have at least one ${what}`;
  const cases = [
    [{}, 'short', 'Password should have a minimum length of 6'],
    [{ MinimumPasswordLength: 20 }, 'Long-1', 'Password should have a minimum length of 20'],
    [{ RequireSymbols: true }, 'Abcdefg.1', one('symbol')],
    [{ RequireNumbers: true }, 'Abcdefg-', one('number')],
    [{ RequireUppercaseCharacters: true }, 'abcdefg-1', one('uppercase letter')],
    [{ RequireLowercaseCharacters: true }, 'ABCDEFG-1', one('lowercase letter')],
    [
      { RequireNumbers: true, RequireUppercaseCharacters: true },
      'a-b-c',
      `Password should have a minimum length of 6, ${one('uppercase letter')}, ${one('number')}`,
    ],
    [{}, firstAccount, 'Password should not be the name of the account'],
  ] as const;
  for (const [policy, Password, message] of cases) {
    await iam.call(updateAccountPasswordPolicy, policy);
    for (const call of [
      () => iam.call(createLoginProfile, { UserName: 'editor', Password }),
      () => iam.call(updateLoginProfile, { ...dave, Password }),
      () => asDave.call(changePassword, { OldPassword: 'correct-Horse-1', NewPassword: Password }),
    ]) {
      await assertRefused(call(), 'PasswordPolicyViolation', 400, message);
    }
  }
  await iam.call(updateAccountPasswordPolicy, {});
  await iam.call(updateLoginProfile, { ...dave, Password: 'simple' });
});

test('the last so many passwords do not come again, by any way', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const change = async (from: string, to: string) =>
    await asDave.call(changePassword, { OldPassword: from, NewPassword: to });
  await iam.call(updateAccountPasswordPolicy, { PasswordReusePrevention: 2 });
  await iam.call(createLoginProfile, { ...dave, Password: 'first-1' });
  await refusedForReuse(change('first-1', 'first-1'));
  await change('first-1', 'second-2');
  await refusedForReuse(change('second-2', 'first-1'));
  await refusedForReuse(iam.call(updateLoginProfile, { ...dave, Password: 'first-1' }));
  // The wrong old password is told first: nobody tries out earlier ones without it.
  await assertRefused(
    change('wrong-9', 'first-1'),
    'AccessDenied',
    403,
    'The old password was incorrect.',
  );
  await iam.call(updateLoginProfile, { ...dave, Password: 'third-3' });
  await change('third-3', 'first-1');
  await iam.call(deleteLoginProfile, dave);
  await refusedForReuse(iam.call(createLoginProfile, { ...dave, Password: 'first-1' }));
  await refusedForReuse(iam.call(createLoginProfile, { ...dave, Password: 'third-3' }));
  await iam.call(createLoginProfile, { ...dave, Password: 'second-2' });
});

test('no more passwords are kept than the policy remembers, and none of a deleted user', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  await iam.call(createLoginProfile, { ...dave, Password: 'correct-Horse-1' });
  const set = async (Password: string) => await iam.call(updateLoginProfile, { ...dave, Password });
  await set('correct-Horse-2');
  assert.equal(await historyOf(iam), 0);
  await iam.call(updateAccountPasswordPolicy, { PasswordReusePrevention: 2 });
  for (const number of [3, 4, 5]) await set(`correct-Horse-${number}`);
  assert.equal(await historyOf(iam), 2);
  await iam.call(updateAccountPasswordPolicy, { PasswordReusePrevention: 1 });
  await set('correct-Horse-6');
  assert.equal(await historyOf(iam), 1);
  await iam.call(deleteLoginProfile, dave);
  assert.equal(await historyOf(iam), 1);
  await iam.call(deleteUser, dave);
  assert.equal(await historyOf(iam), 0);
});

test('a password’s age begins when it is set', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  await iam.call(createLoginProfile, { ...dave, Password: 'correct-Horse-1' });
  const changedAt = async () => {
    const row = await iam.store.database
      .selectFrom('iam_login_profile')
      .select(['created_at', 'password_changed_at'])
      .executeTakeFirstOrThrow();
    return row;
  };
  const created = { created_at: firstCallAt + 1000, password_changed_at: null };
  assert.deepEqual(await changedAt(), created);
  await iam.call(updateLoginProfile, { ...dave, PasswordResetRequired: true });
  assert.deepEqual(await changedAt(), created);
  await iam.call(updateLoginProfile, { ...dave, Password: 'correct-Horse-2' });
  const changed = { ...created, password_changed_at: firstCallAt + 3000 };
  assert.deepEqual(await changedAt(), changed);
  const day = 86_400_000;
  assert.equal(passwordExpiresAt({ max_password_age: 90 }, created), created.created_at + 90 * day);
  assert.equal(passwordExpiresAt({ max_password_age: 1 }, changed), firstCallAt + 3000 + day);
  assert.equal(passwordExpiresAt({ max_password_age: null }, changed), undefined);
  assert.equal(passwordExpiresAt(undefined, changed), undefined);
});
