import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachGroupPolicy, detachGroupPolicy } from './attached-policy.ts';
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from './group.ts';
import { addUserToGroup, listGroupsForUser, removeUserFromGroup } from './group-membership.ts';
import { deleteGroupPolicy, putGroupPolicy } from './inline-policy.ts';
import {
  allow,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
} from './testing.ts';
import { createUser } from './user.ts';

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

test('a created group is described with its path and ARN', async (t) => {
  const iam = await openTestIam(t);
  const { Group: group } = await iam.call(createGroup, { GroupName: 'Developers', Path: '/eu/' });
  assert.match(group?.GroupId ?? '', /^AGPA[A-Z0-9]{17}$/);
  assert.deepEqual(group, {
    Path: '/eu/',
    GroupName: 'Developers',
    GroupId: group?.GroupId,
    Arn: 'arn:aws:iam::111111111111:group/eu/Developers',
    CreateDate: new Date(firstCallAt),
  });
  assert.deepEqual(await iam.call(getGroup, { GroupName: 'developers' }), {
    Group: group,
    Users: [],
    IsTruncated: false,
  });
  assert.deepEqual(iam.changes, [
    { accountId: firstAccount, kind: 'group', id: group?.GroupId ?? '' },
  ]);
});

test('a group name is taken in any case', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createGroup, { GroupName: 'Developers' });
  await assertRefused(
    iam.call(createGroup, { GroupName: 'DEVELOPERS' }),
    'EntityAlreadyExists',
    409,
    'Group with name DEVELOPERS already exists.',
  );
});

test('an unknown group is not found by any operation', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const refused = async (call: Promise<unknown>) =>
    await assertRefused(call, 'NoSuchEntity', 404, 'The group with name X cannot be found.');
  await refused(iam.call(getGroup, { GroupName: 'X' }));
  await refused(iam.call(updateGroup, { GroupName: 'X', NewGroupName: 'Y' }));
  await refused(iam.call(deleteGroup, { GroupName: 'X' }));
  await refused(iam.call(addUserToGroup, { GroupName: 'X', UserName: 'dave' }));
  await refused(iam.call(removeUserFromGroup, { GroupName: 'X', UserName: 'dave' }));
  await assertRefused(
    iam.call(removeUserFromGroup, { GroupName: 'X', UserName: 'nobody' }),
    'NoSuchEntity',
    404,
    'The user with name nobody cannot be found.',
  );
});

test('a user joins once, is listed on both sides, and leaves', async (t) => {
  const iam = await openTestIam(t);
  const { User: dave } = await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createGroup, { GroupName: 'Developers' });
  const membership = { GroupName: 'Developers', UserName: 'dave' };
  iam.changes.length = 0;
  await iam.call(addUserToGroup, membership);
  await iam.call(addUserToGroup, membership);
  assert.deepEqual(iam.changes, [
    { accountId: firstAccount, kind: 'user', id: dave?.UserId ?? '' },
  ]);
  const { Users: users } = await iam.call(getGroup, { GroupName: 'Developers' });
  assert.deepEqual(users, [dave]);
  const { Groups: groups } = await iam.call(listGroupsForUser, { UserName: 'dave' });
  assert.deepEqual(
    groups?.map((group) => group.GroupName),
    ['Developers'],
  );
  await iam.call(removeUserFromGroup, membership);
  await iam.call(removeUserFromGroup, membership);
  assert.deepEqual((await iam.call(getGroup, { GroupName: 'Developers' })).Users, []);
  assert.deepEqual((await iam.call(listGroupsForUser, { UserName: 'dave' })).Groups, []);
});

test('an unknown user joins and leaves no group', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createGroup, { GroupName: 'Developers' });
  for (const operation of [addUserToGroup, removeUserFromGroup]) {
    await assertRefused(
      iam.call(operation, { GroupName: 'Developers', UserName: 'nobody' }),
      'NoSuchEntity',
      404,
      'The user with name nobody cannot be found.',
    );
  }
  await assertRefused(
    iam.call(listGroupsForUser, { UserName: 'nobody' }),
    'NoSuchEntity',
    404,
    'The user with name nobody cannot be found.',
  );
});

test('a user is in so many groups and no more', async (t) => {
  const iam = await openTestIam(t, { groupsPerUser: 1 });
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createGroup, { GroupName: 'one' });
  await iam.call(createGroup, { GroupName: 'two' });
  await iam.call(addUserToGroup, { GroupName: 'one', UserName: 'dave' });
  await iam.call(addUserToGroup, { GroupName: 'one', UserName: 'dave' });
  await assertRefused(
    iam.call(addUserToGroup, { GroupName: 'two', UserName: 'dave' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for GroupsPerUser: 1',
  );
});

test('the quota of groups counts the account alone', async (t) => {
  const iam = await openTestIam(t, { groupsPerAccount: 1 });
  await iam.call(createGroup, { GroupName: 'one' });
  await assertRefused(
    iam.call(createGroup, { GroupName: 'two' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for GroupsPerAccount: 1',
  );
  await iam.inAccount(secondAccount).call(createGroup, { GroupName: 'two' });
});

test('a renamed group keeps its id and its members', async (t) => {
  const iam = await openTestIam(t);
  const { Group: before } = await iam.call(createGroup, { GroupName: 'Developers' });
  await iam.call(createGroup, { GroupName: 'Testers' });
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(addUserToGroup, { GroupName: 'Developers', UserName: 'dave' });
  await assertRefused(
    iam.call(updateGroup, { GroupName: 'Developers', NewGroupName: 'testers' }),
    'EntityAlreadyExists',
    409,
    'Group with name testers already exists.',
  );
  await iam.call(updateGroup, { GroupName: 'Developers', NewGroupName: 'Devs', NewPath: '/eu/' });
  const after = await iam.call(getGroup, { GroupName: 'Devs' });
  assert.equal(after.Group?.GroupId, before?.GroupId);
  assert.equal(after.Group?.Arn, 'arn:aws:iam::111111111111:group/eu/Devs');
  assert.equal(after.Users?.length, 1);
});

test('DeleteGroup waits for policies and members', async (t) => {
  const iam = await openTestIam(t);
  const name = { GroupName: 'Developers' };
  await iam.call(createGroup, name);
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(attachGroupPolicy, { ...name, PolicyArn: readOnlyAccess });
  await iam.call(putGroupPolicy, {
    ...name,
    PolicyName: 'inline',
    PolicyDocument: allow('s3:GetObject'),
  });
  await iam.call(addUserToGroup, { ...name, UserName: 'dave' });

  const conflict = async (message: string) =>
    await assertRefused(iam.call(deleteGroup, name), 'DeleteConflict', 409, message);
  await conflict('Cannot delete entity, must detach all policies first.');
  await iam.call(detachGroupPolicy, { ...name, PolicyArn: readOnlyAccess });
  await conflict('Cannot delete entity, must delete policies first.');
  await iam.call(deleteGroupPolicy, { ...name, PolicyName: 'inline' });
  await conflict('Cannot delete entity, must remove users from group first.');
  await iam.call(removeUserFromGroup, { ...name, UserName: 'dave' });
  await iam.call(deleteGroup, name);
  assert.deepEqual((await iam.call(listGroups, {})).Groups, []);
});

test('members and groups are paged in the order of their names', async (t) => {
  const iam = await openTestIam(t);
  const names = ['a', 'B', 'c'];
  await iam.call(createGroup, { GroupName: 'everybody' });
  for (const name of names.toReversed()) {
    await iam.call(createUser, { UserName: name });
    await iam.call(addUserToGroup, { GroupName: 'everybody', UserName: name });
    await iam.call(createGroup, { GroupName: name });
    await iam.call(addUserToGroup, { GroupName: name, UserName: 'c' });
  }
  const members = await iam.call(getGroup, { GroupName: 'everybody', MaxItems: 2 });
  assert.deepEqual(
    members.Users?.map((user) => user.UserName),
    ['a', 'B'],
  );
  const rest = await iam.call(getGroup, { GroupName: 'everybody', Marker: members.Marker });
  assert.deepEqual(
    rest.Users?.map((user) => user.UserName),
    ['c'],
  );
  const groups = await iam.call(listGroupsForUser, { UserName: 'c', MaxItems: 3 });
  assert.deepEqual(
    groups.Groups?.map((group) => group.GroupName),
    ['a', 'B', 'c'],
  );
  const lastGroup = await iam.call(listGroupsForUser, { UserName: 'c', Marker: groups.Marker });
  assert.deepEqual(
    lastGroup.Groups?.map((group) => group.GroupName),
    ['everybody'],
  );
});

test('ListGroups filters by the beginning of the path', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createGroup, { GroupName: 'a', Path: '/eu/' });
  await iam.call(createGroup, { GroupName: 'b', Path: '/us/' });
  const { Groups: groups } = await iam.call(listGroups, { PathPrefix: '/eu/' });
  assert.deepEqual(
    groups?.map((group) => group.GroupName),
    ['a'],
  );
});

test('two accounts with the same names have their own groups and members', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  for (const iam of [first, second]) {
    await iam.call(createUser, { UserName: 'dave' });
    await iam.call(createGroup, { GroupName: 'Developers' });
  }
  await first.call(addUserToGroup, { GroupName: 'Developers', UserName: 'dave' });
  assert.deepEqual((await second.call(getGroup, { GroupName: 'Developers' })).Users, []);
  assert.deepEqual((await second.call(listGroupsForUser, { UserName: 'dave' })).Groups, []);
  await second.call(deleteGroup, { GroupName: 'Developers' });
  assert.equal((await first.call(getGroup, { GroupName: 'Developers' })).Users?.length, 1);
});
