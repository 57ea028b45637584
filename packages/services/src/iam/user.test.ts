import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccessKey, deleteAccessKey } from './access-key.ts';
import { attachUserPolicy, detachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { addUserToGroup, removeUserFromGroup } from './group-membership.ts';
import { deleteUserPolicy, putUserPolicy } from './inline-policy.ts';
import { createLoginProfile, deleteLoginProfile } from './login-profile.ts';
import {
  allow,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  rootCaller,
  secondAccount,
  userCaller,
} from './testing.ts';
import { createUser, deleteUser, getUser, listUsers, updateUser } from './user.ts';

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

test('a created user is described with its path, ARN and tags', async (t) => {
  const iam = await openTestIam(t);
  const created = await iam.call(createUser, {
    UserName: 'Dave',
    Path: '/division/team/',
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  const user = created.User;
  assert.match(user?.UserId ?? '', /^AIDA[A-Z0-9]{17}$/);
  assert.deepEqual(user, {
    Path: '/division/team/',
    UserName: 'Dave',
    UserId: user?.UserId,
    Arn: 'arn:aws:iam::111111111111:user/division/team/Dave',
    CreateDate: new Date(firstCallAt),
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  const found = await iam.call(getUser, { UserName: 'Dave' });
  assert.deepEqual(found.User, user);
  assert.deepEqual(iam.changes, [
    { accountId: firstAccount, kind: 'user', id: user?.UserId ?? '' },
  ]);
});

test('names are found in any case and taken in any case', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'Dave' });
  assert.equal((await iam.call(getUser, { UserName: 'dAVE' })).User?.UserName, 'Dave');
  await assertRefused(
    iam.call(createUser, { UserName: 'dave', Path: '/elsewhere/' }),
    'EntityAlreadyExists',
    409,
    'User with name dave already exists.',
  );
});

test('an unknown user is not found by any operation', async (t) => {
  const iam = await openTestIam(t);
  for (const operation of [getUser, updateUser, deleteUser]) {
    await assertRefused(
      iam.call(operation, { UserName: 'nobody' }),
      'NoSuchEntity',
      404,
      'The user with name nobody cannot be found.',
    );
  }
});

test('without a name GetUser is about the calling user, also after it was renamed', async (t) => {
  const iam = await openTestIam(t);
  await iam.inAccount(secondAccount).call(createUser, { UserName: 'dave' });
  await iam.call(createUser, { UserName: 'analyst' });
  const { User: user } = await iam.call(createUser, { UserName: 'dave' });
  const dave = iam.as(userCaller(firstAccount, user?.UserId ?? '', 'dave'));
  assert.deepEqual((await dave.call(getUser, {})).User, user);
  await iam.call(updateUser, { UserName: 'dave', NewUserName: 'renamed' });
  assert.equal((await dave.call(getUser, {})).User?.UserName, 'renamed');
  for (const caller of [iam, iam.as(rootCaller(firstAccount))]) {
    await assertRefused(
      caller.call(getUser, {}),
      'ValidationError',
      400,
      'Must specify userName when calling with non-User credentials',
    );
  }
  await iam.call(deleteUser, { UserName: 'renamed' });
  await assertRefused(
    dave.call(getUser, {}),
    'NoSuchEntity',
    404,
    'The user with name dave cannot be found.',
  );
});

test('UpdateUser moves and renames, keeps the id, and refuses a taken name', async (t) => {
  const iam = await openTestIam(t);
  const { User: before } = await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createUser, { UserName: 'editor' });
  await assertRefused(
    iam.call(updateUser, { UserName: 'dave', NewUserName: 'EDITOR' }),
    'EntityAlreadyExists',
    409,
    'User with name EDITOR already exists.',
  );
  await iam.call(updateUser, { UserName: 'dave', NewUserName: 'Dave', NewPath: '/ops/' });
  const { User: after } = await iam.call(getUser, { UserName: 'dave' });
  assert.equal(after?.UserId, before?.UserId);
  assert.equal(after?.Arn, 'arn:aws:iam::111111111111:user/ops/Dave');
  await iam.call(updateUser, { UserName: 'dave' });
  assert.deepEqual((await iam.call(getUser, { UserName: 'dave' })).User, after);
});

test('a deleted user leaves nothing to its successor', async (t) => {
  const iam = await openTestIam(t);
  const { User: first } = await iam.call(createUser, {
    UserName: 'dave',
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  await iam.call(deleteUser, { UserName: 'DAVE' });
  const { User: second } = await iam.call(createUser, { UserName: 'dave' });
  assert.notEqual(second?.UserId, first?.UserId);
  assert.equal(second?.Tags, undefined);
});

test('DeleteUser waits for everything that belongs to the user', async (t) => {
  const iam = await openTestIam(t);
  const name = { UserName: 'dave' };
  await iam.call(createUser, name);
  await iam.call(createGroup, { GroupName: 'Developers' });
  await iam.call(attachUserPolicy, { ...name, PolicyArn: readOnlyAccess });
  await iam.call(putUserPolicy, {
    ...name,
    PolicyName: 'inline',
    PolicyDocument: allow('s3:GetObject'),
  });
  await iam.call(addUserToGroup, { ...name, GroupName: 'Developers' });
  const { AccessKey: key } = await iam.call(createAccessKey, name);
  await iam.call(createLoginProfile, { ...name, Password: 'correct-Horse-1' });

  const conflict = async (message: string) =>
    await assertRefused(iam.call(deleteUser, name), 'DeleteConflict', 409, message);
  await conflict('Cannot delete entity, must detach all policies first.');
  await iam.call(detachUserPolicy, { ...name, PolicyArn: readOnlyAccess });
  await conflict('Cannot delete entity, must delete policies first.');
  await iam.call(deleteUserPolicy, { ...name, PolicyName: 'inline' });
  await conflict('Cannot delete entity, must remove users from group first.');
  await iam.call(removeUserFromGroup, { ...name, GroupName: 'Developers' });
  await conflict('Cannot delete entity, must delete access keys first.');
  await iam.call(deleteAccessKey, { ...name, AccessKeyId: key?.AccessKeyId });
  await conflict('Cannot delete entity, must delete login profile first.');
  await iam.call(deleteLoginProfile, name);
  await iam.call(deleteUser, name);
  assert.deepEqual((await iam.call(listUsers, {})).Users, []);
});

test('the quota of users counts the account alone', async (t) => {
  const iam = await openTestIam(t, { usersPerAccount: 1 });
  await iam.call(createUser, { UserName: 'dave' });
  await assertRefused(
    iam.call(createUser, { UserName: 'editor' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for UsersPerAccount: 1',
  );
  await iam.inAccount(secondAccount).call(createUser, { UserName: 'editor' });
});

test('ListUsers pages through every user once, in the order of the names', async (t) => {
  const iam = await openTestIam(t);
  const names = ['a', 'B', 'c', 'D', 'e', 'F', 'g'];
  for (const name of names.toReversed()) await iam.call(createUser, { UserName: name });
  const seen: (string | undefined)[] = [];
  let marker: string | undefined;
  do {
    const page = await iam.call(listUsers, { MaxItems: 3, Marker: marker });
    assert.equal(page.IsTruncated, page.Marker !== undefined);
    seen.push(...(page.Users ?? []).map((user) => user.UserName));
    marker = page.Marker;
  } while (marker !== undefined);
  assert.deepEqual(seen, names);
});

test('ListUsers filters by the beginning of the path, with its case', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'root' });
  await iam.call(createUser, { UserName: 'dave', Path: '/ops_1/' });
  await iam.call(createUser, { UserName: 'editor', Path: '/ops_1/eu/' });
  await iam.call(createUser, { UserName: 'finance', Path: '/OPS_1/' });
  await iam.call(createUser, { UserName: 'guest', Path: '/opsX1/' });
  const names = async (prefix: string) =>
    (await iam.call(listUsers, { PathPrefix: prefix })).Users?.map((user) => user.UserName);
  assert.deepEqual(await names('/ops_1/'), ['dave', 'editor']);
  assert.deepEqual(await names('/ops'), ['dave', 'editor', 'guest']);
  assert.deepEqual(await names('/'), ['dave', 'editor', 'finance', 'guest', 'root']);
});

test('two accounts with the same names see and change their own users only', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  await first.call(createUser, { UserName: 'dave', Tags: [{ Key: 'of', Value: 'first' }] });
  const { User: theirs } = await second.call(createUser, {
    UserName: 'dave',
    Tags: [{ Key: 'of', Value: 'second' }],
  });
  await first.call(updateUser, { UserName: 'dave', NewUserName: 'renamed', NewPath: '/moved/' });
  assert.deepEqual((await second.call(getUser, { UserName: 'dave' })).User, theirs);
  await first.call(deleteUser, { UserName: 'renamed' });
  assert.deepEqual((await second.call(getUser, { UserName: 'dave' })).User, theirs);
  await assertRefused(
    first.call(getUser, { UserName: 'dave' }),
    'NoSuchEntity',
    404,
    'The user with name dave cannot be found.',
  );
});
