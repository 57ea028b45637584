import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroup } from './group.ts';
import {
  deleteGroupPolicy,
  deleteRolePolicy,
  deleteUserPolicy,
  getGroupPolicy,
  getRolePolicy,
  getUserPolicy,
  listGroupPolicies,
  listRolePolicies,
  listUserPolicies,
  putGroupPolicy,
  putRolePolicy,
  putUserPolicy,
} from './inline-policy.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstAccount,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';

const user = { UserName: 'dave' };
const group = { GroupName: 'Developers' };

async function withDave(iam: TestIam): Promise<{ userId: string; groupId: string }> {
  const created = await iam.call(createUser, user);
  const { Group: createdGroup } = await iam.call(createGroup, group);
  iam.changes.length = 0;
  return { userId: created.User?.UserId ?? '', groupId: createdGroup?.GroupId ?? '' };
}

/** A document of that many characters. */
function sized(length: number): string {
  return allow(`s3:${'x'.repeat(length - allow('s3:').length)}`);
}

test('an inline policy is put, read back, replaced and deleted', async (t) => {
  const iam = await openTestIam(t);
  const { userId, groupId } = await withDave(iam);
  const first = allow('s3:GetObject');
  const second = allow('s3:PutObject');
  for (const document of [first, second]) {
    const policy = { PolicyName: 'Photos', PolicyDocument: document };
    await iam.call(putUserPolicy, { ...user, ...policy });
    await iam.call(putGroupPolicy, { ...group, ...policy });
    const ofUser = await iam.call(getUserPolicy, { ...user, PolicyName: 'Photos' });
    const ofGroup = await iam.call(getGroupPolicy, { ...group, PolicyName: 'Photos' });
    assert.deepEqual(
      { ...ofUser, PolicyDocument: decodeURIComponent(ofUser.PolicyDocument ?? '') },
      { ...user, ...policy },
    );
    assert.deepEqual(
      { ...ofGroup, PolicyDocument: decodeURIComponent(ofGroup.PolicyDocument ?? '') },
      { ...group, ...policy },
    );
    assert.ok(!ofUser.PolicyDocument?.includes('"'));
  }
  await iam.call(deleteUserPolicy, { ...user, PolicyName: 'Photos' });
  await iam.call(deleteGroupPolicy, { ...group, PolicyName: 'Photos' });
  assert.deepEqual((await iam.call(listUserPolicies, user)).PolicyNames, []);
  assert.deepEqual((await iam.call(listGroupPolicies, group)).PolicyNames, []);
  const ofUser = { accountId: firstAccount, kind: 'user' as const, id: userId };
  const ofGroup = { accountId: firstAccount, kind: 'group' as const, id: groupId };
  assert.deepEqual(iam.changes, [ofUser, ofGroup, ofUser, ofGroup, ofUser, ofGroup]);
});

test('a policy name in another case is the same policy', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  await iam.call(putUserPolicy, {
    ...user,
    PolicyName: 'Photos',
    PolicyDocument: allow('s3:GetObject'),
  });
  await iam.call(putUserPolicy, {
    ...user,
    PolicyName: 'photos',
    PolicyDocument: allow('s3:PutObject'),
  });
  assert.deepEqual((await iam.call(listUserPolicies, user)).PolicyNames, ['Photos']);
  const policy = await iam.call(getUserPolicy, { ...user, PolicyName: 'PHOTOS' });
  assert.equal(decodeURIComponent(policy.PolicyDocument ?? ''), allow('s3:PutObject'));
  assert.equal(policy.PolicyName, 'PHOTOS');
});

test('a malformed document is refused and replaces nothing', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  const policy = { ...user, PolicyName: 'Photos' };
  await iam.call(putUserPolicy, { ...policy, PolicyDocument: allow('s3:GetObject') });
  await assertRefused(
    iam.call(putUserPolicy, {
      ...policy,
      PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}',
    }),
    'MalformedPolicyDocument',
    400,
    'Policy statement must contain resources.',
  );
  const { PolicyDocument: document } = await iam.call(getUserPolicy, policy);
  assert.equal(decodeURIComponent(document ?? ''), allow('s3:GetObject'));
});

test('the sizes of all inline policies of a user or group add up, white space not counted', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  await iam.call(putUserPolicy, {
    ...user,
    PolicyName: 'one',
    PolicyDocument: `${sized(1000)}${' \n\t'.repeat(1000)}`,
  });
  await iam.call(putUserPolicy, { ...user, PolicyName: 'two', PolicyDocument: sized(1048) });
  await assertRefused(
    iam.call(putUserPolicy, { ...user, PolicyName: 'two', PolicyDocument: sized(1049) }),
    'LimitExceeded',
    409,
    'Maximum policy size of 2048 bytes exceeded for user dave',
  );
  await iam.call(putUserPolicy, { ...user, PolicyName: 'one', PolicyDocument: sized(500) });
  await iam.call(putUserPolicy, { ...user, PolicyName: 'two', PolicyDocument: sized(1548) });
  await assertRefused(
    iam.call(putGroupPolicy, { ...group, PolicyName: 'one', PolicyDocument: sized(5121) }),
    'LimitExceeded',
    409,
    'Maximum policy size of 5120 bytes exceeded for group Developers',
  );
  await iam.call(putGroupPolicy, { ...group, PolicyName: 'one', PolicyDocument: sized(5120) });
});

test('what does not exist is not found', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  const name = { PolicyName: 'Photos' };
  const refused = async (call: Promise<unknown>, message: string) =>
    await assertRefused(call, 'NoSuchEntity', 404, message);
  const noUserPolicy = 'The user policy with name Photos cannot be found.';
  const noGroupPolicy = 'The group policy with name Photos cannot be found.';
  await refused(iam.call(getUserPolicy, { ...user, ...name }), noUserPolicy);
  await refused(iam.call(deleteUserPolicy, { ...user, ...name }), noUserPolicy);
  await refused(iam.call(getGroupPolicy, { ...group, ...name }), noGroupPolicy);
  await refused(iam.call(deleteGroupPolicy, { ...group, ...name }), noGroupPolicy);
  const nobody = { UserName: 'nobody', ...name };
  const noUser = 'The user with name nobody cannot be found.';
  await refused(iam.call(putUserPolicy, { ...nobody, PolicyDocument: allow('s3:*') }), noUser);
  await refused(iam.call(getUserPolicy, nobody), noUser);
  await refused(iam.call(deleteUserPolicy, nobody), noUser);
  await refused(iam.call(listUserPolicies, nobody), noUser);
  const x = { GroupName: 'X', ...name };
  const noGroup = 'The group with name X cannot be found.';
  await refused(iam.call(putGroupPolicy, { ...x, PolicyDocument: allow('s3:*') }), noGroup);
  await refused(iam.call(getGroupPolicy, x), noGroup);
  await refused(iam.call(deleteGroupPolicy, x), noGroup);
  await refused(iam.call(listGroupPolicies, x), noGroup);
});

test('a role has inline policies like a user, five times as long', async (t) => {
  const iam = await openTestIam(t);
  const id = await addRole(iam, { name: 'App' });
  iam.changes.length = 0;
  const policy = { RoleName: 'app', PolicyName: 'Photos' };
  for (const document of [allow('s3:GetObject'), sized(10_240)]) {
    await iam.call(putRolePolicy, { ...policy, PolicyDocument: document });
    const { PolicyDocument: read } = await iam.call(getRolePolicy, policy);
    assert.equal(decodeURIComponent(read ?? ''), document);
  }
  await assertRefused(
    iam.call(putRolePolicy, { ...policy, PolicyDocument: sized(10_241) }),
    'LimitExceeded',
    409,
    'Maximum policy size of 10240 bytes exceeded for role App',
  );
  await assertRefused(
    iam.call(putRolePolicy, { ...policy, PolicyDocument: '{}' }),
    'MalformedPolicyDocument',
    400,
    'Syntax errors in policy.',
  );
  await iam.call(deleteRolePolicy, { ...policy, PolicyName: 'photos' });
  assert.deepEqual((await iam.call(listRolePolicies, { RoleName: 'App' })).PolicyNames, []);
  const change = { accountId: firstAccount, kind: 'role', id };
  assert.deepEqual(iam.changes, [change, change, change]);
  await assertRefused(
    iam.call(deleteRolePolicy, policy),
    'NoSuchEntity',
    404,
    'The role policy with name Photos cannot be found.',
  );
  const second = iam.inAccount(secondAccount);
  for (const call of [
    second.call(putRolePolicy, { ...policy, PolicyDocument: allow('s3:*') }),
    second.call(deleteRolePolicy, policy),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The role with name app cannot be found.');
  }
});

test('policy names are paged in their order', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  for (const name of ['c', 'B', 'a']) {
    await iam.call(putUserPolicy, { ...user, PolicyName: name, PolicyDocument: allow('s3:*') });
    await iam.call(putGroupPolicy, { ...group, PolicyName: name, PolicyDocument: allow('s3:*') });
  }
  const ofUser = await iam.call(listUserPolicies, { ...user, MaxItems: 2 });
  assert.deepEqual(ofUser.PolicyNames, ['a', 'B']);
  assert.deepEqual(await iam.call(listUserPolicies, { ...user, Marker: ofUser.Marker }), {
    PolicyNames: ['c'],
    IsTruncated: false,
  });
  const ofGroup = await iam.call(listGroupPolicies, { ...group, MaxItems: 2 });
  assert.deepEqual(ofGroup.PolicyNames, ['a', 'B']);
  assert.deepEqual(
    (await iam.call(listGroupPolicies, { ...group, Marker: ofGroup.Marker })).PolicyNames,
    ['c'],
  );
});

test('two accounts with the same names have their own policies', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  await withDave(first);
  await withDave(second);
  const policy = { ...user, PolicyName: 'Photos' };
  await first.call(putUserPolicy, { ...policy, PolicyDocument: allow('s3:GetObject') });
  assert.deepEqual((await second.call(listUserPolicies, user)).PolicyNames, []);
  await second.call(putUserPolicy, { ...policy, PolicyDocument: allow('s3:*') });
  await second.call(deleteUserPolicy, policy);
  const { PolicyDocument: document } = await first.call(getUserPolicy, policy);
  assert.equal(decodeURIComponent(document ?? ''), allow('s3:GetObject'));
});
