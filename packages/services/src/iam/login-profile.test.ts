import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changePassword,
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
} from './login-profile.ts';
import { verifyPassword } from './password.ts';
import {
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
  userCaller,
} from './testing.ts';
import { createUser } from './user.ts';

const password = 'correct-Horse-1';
const dave = { UserName: 'dave' };

async function storedHash(iam: TestIam): Promise<string> {
  const row = await iam.store.database
    .selectFrom('iam_login_profile')
    .select('password_hash')
    .where('account_id', '=', firstAccount)
    .executeTakeFirstOrThrow();
  return row.password_hash;
}

test('a login profile keeps an argon2id hash and tells what it is', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  iam.changes.length = 0;
  const created = await iam.call(createLoginProfile, {
    UserName: 'DAVE',
    Password: password,
    PasswordResetRequired: true,
  });
  assert.deepEqual(created.LoginProfile, {
    UserName: 'dave',
    CreateDate: new Date(firstCallAt + 1000),
    PasswordResetRequired: true,
  });
  assert.deepEqual(await iam.call(getLoginProfile, dave), created);
  assert.deepEqual(iam.changes, [
    { accountId: firstAccount, kind: 'user', id: user?.UserId ?? '' },
  ]);
  const hash = await storedHash(iam);
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(hash, password), true);
  assert.equal(await verifyPassword(hash, `${password}x`), false);
});

test('a user has one login profile', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  await iam.call(createLoginProfile, { ...dave, Password: password });
  await assertRefused(
    iam.call(createLoginProfile, { ...dave, Password: password }),
    'EntityAlreadyExists',
    409,
    'Login Profile for user dave already exists.',
  );
});

test('UpdateLoginProfile changes the password, the flag, or both', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  await iam.call(createLoginProfile, { ...dave, Password: password });
  const before = await storedHash(iam);
  await iam.call(updateLoginProfile, { ...dave, PasswordResetRequired: true });
  assert.equal(await storedHash(iam), before);
  assert.equal((await iam.call(getLoginProfile, dave)).LoginProfile?.PasswordResetRequired, true);
  await iam.call(updateLoginProfile, { ...dave, Password: 'another-Horse-2' });
  assert.equal(await verifyPassword(await storedHash(iam), 'another-Horse-2'), true);
  assert.equal((await iam.call(getLoginProfile, dave)).LoginProfile?.PasswordResetRequired, true);
});

test('a deleted login profile is gone', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  await iam.call(createLoginProfile, { ...dave, Password: password });
  await iam.call(deleteLoginProfile, dave);
  for (const operation of [getLoginProfile, updateLoginProfile, deleteLoginProfile]) {
    await assertRefused(
      iam.call(operation, dave),
      'NoSuchEntity',
      404,
      'Login Profile for User dave cannot be found.',
    );
  }
});

test('an unknown user has no login profile', async (t) => {
  const iam = await openTestIam(t);
  const refused = async (call: Promise<unknown>) =>
    await assertRefused(call, 'NoSuchEntity', 404, 'The user with name dave cannot be found.');
  await refused(iam.call(createLoginProfile, { ...dave, Password: password }));
  await refused(iam.call(getLoginProfile, dave));
  await refused(iam.call(updateLoginProfile, dave));
  await refused(iam.call(deleteLoginProfile, dave));
});

test('weak passwords are refused and no profile is made', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, dave);
  const length = 'Password should have a minimum length of 8';
  const more = (count: number, ...missing: readonly string[]) =>
    `Password should meet ${count} more of the following requirements: ` +
    missing.map((what) => `Password should have at least one ${what}`).join(', ');
  const cases = [
    ['Short-1', length],
    ['onlylowercase', more(2, 'uppercase letter', 'number', 'symbol')],
    ['Lowerandupper', more(1, 'number', 'symbol')],
    ['lower-and-dash', more(1, 'uppercase letter', 'number')],
    ['lower.and.1', more(1, 'uppercase letter', 'symbol')],
    ['weak', `${length}, ${more(2, 'uppercase letter', 'number', 'symbol')}`],
    ['account-111111111111', 'Password should not be the name of the account'],
  ] as const;
  for (const [weak, message] of cases) {
    await assertRefused(
      iam.call(createLoginProfile, { ...dave, Password: weak }),
      'PasswordPolicyViolation',
      400,
      message,
    );
  }
  await assertRefused(
    iam.call(createLoginProfile, dave),
    'ValidationError',
    400,
    'Password is required.',
  );
  await assertRefused(
    iam.call(getLoginProfile, dave),
    'NoSuchEntity',
    404,
    'Login Profile for User dave cannot be found.',
  );
});

test('a user changes its own password by the old one', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const change = { OldPassword: password, NewPassword: 'another-Horse-2' };
  await assertRefused(
    asDave.call(changePassword, change),
    'NoSuchEntity',
    404,
    'Login Profile for User dave cannot be found.',
  );
  await iam.call(createLoginProfile, {
    ...dave,
    Password: password,
    PasswordResetRequired: true,
  });
  await assertRefused(
    asDave.call(changePassword, { ...change, OldPassword: 'wrong-Horse-1' }),
    'AccessDenied',
    403,
    'The old password was incorrect.',
  );
  await assertRefused(
    asDave.call(changePassword, { ...change, NewPassword: 'Weak-1' }),
    'PasswordPolicyViolation',
    400,
    'Password should have a minimum length of 8',
  );
  assert.equal(await verifyPassword(await storedHash(iam), password), true);
  await asDave.call(changePassword, change);
  assert.equal(await verifyPassword(await storedHash(iam), 'another-Horse-2'), true);
  assert.equal((await iam.call(getLoginProfile, dave)).LoginProfile?.PasswordResetRequired, false);
});

test('after ten wrong old passwords in a row the right one is refused, for a quarter of an hour', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  const { User: other } = await iam.call(createUser, { UserName: 'eve' });
  await iam.call(createLoginProfile, { ...dave, Password: password });
  await iam.call(createLoginProfile, { UserName: 'eve', Password: password });
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const asEve = iam.as(userCaller(firstAccount, other?.UserId ?? '', 'eve'));
  const change = { OldPassword: password, NewPassword: 'another-Horse-2' };
  const wrong = (OldPassword = 'wrong-Horse-1') =>
    assertRefused(
      asDave.call(changePassword, { ...change, OldPassword }),
      'AccessDenied',
      403,
      'The old password was incorrect.',
    );
  // The same one again costs as much, and a right one begins anew.
  for (let count = 0; count < 9; count += 1) await wrong();
  await asDave.call(changePassword, { OldPassword: password, NewPassword: password });
  const work = async (guess: string) => {
    const start = process.cpuUsage();
    for (let count = 0; count < 10; count += 1) await wrong(guess);
    const { user: own, system } = process.cpuUsage(start);
    return own + system;
  };
  const hashing = await work('wrong-Horse-1');
  const refusing = await work(password);
  assert.ok(3 * refusing < hashing, `${refusing} and ${hashing} microseconds`);
  await asEve.call(changePassword, change);
  // Each call is made a second later.
  for (let second = 0; second < 15 * 60 - 20; second += 1) await iam.call(getLoginProfile, dave);
  await wrong(password);
  for (let second = 0; second < 20; second += 1) await iam.call(getLoginProfile, dave);
  await asDave.call(changePassword, change);
});

test('calls that arrive together have ten old passwords to try', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  await iam.call(createLoginProfile, { ...dave, Password: password });
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const guesses = Array.from({ length: 11 }, (_, index) =>
    asDave.call(changePassword, {
      OldPassword: index === 10 ? password : 'wrong-Horse-1',
      NewPassword: 'another-Horse-2',
    }),
  );
  const answers = await Promise.allSettled(guesses);
  assert.ok(answers.every(({ status }) => status === 'rejected'));
});

test('a password that was changed since it was verified is not overwritten', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, dave);
  await iam.call(createLoginProfile, { ...dave, Password: password });
  const asDave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  const change = { OldPassword: password, NewPassword: 'another-Horse-2' };
  const late = {
    ...changePassword,
    prepare: async (...parameters: Parameters<NonNullable<typeof changePassword.prepare>>) => {
      const prepared = await changePassword.prepare?.(...parameters);
      await iam.call(updateLoginProfile, { ...dave, Password: 'administrators-Choice-3' });
      assert.ok(prepared);
      return prepared;
    },
  };
  await assertRefused(
    asDave.call(late, change),
    'AccessDenied',
    403,
    'The old password was incorrect.',
  );
  assert.equal(await verifyPassword(await storedHash(iam), 'administrators-Choice-3'), true);
});

test('two accounts with the same user have their own passwords', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  await first.call(createUser, dave);
  await second.call(createUser, dave);
  await first.call(createLoginProfile, { ...dave, Password: password });
  const hash = await storedHash(first);
  await second.call(createLoginProfile, { ...dave, Password: 'theirs-Horse-9' });
  await second.call(updateLoginProfile, { ...dave, Password: 'theirs-Horse-8' });
  await second.call(deleteLoginProfile, dave);
  assert.equal(await storedHash(first), hash);
});
