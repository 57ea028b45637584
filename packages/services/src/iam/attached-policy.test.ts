import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './attached-policy.ts';
import { createGroup } from './group.ts';
import { createPolicy, getPolicy } from './managed-policy.ts';
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

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const photos = 'arn:aws:iam::111111111111:policy/teams/Photos';

async function withDave(iam: TestIam): Promise<{ userId: string; groupId: string }> {
  const { User: user } = await iam.call(createUser, { UserName: 'dave' });
  const { Group: group } = await iam.call(createGroup, { GroupName: 'Developers' });
  await iam.call(createPolicy, {
    PolicyName: 'Photos',
    Path: '/teams/',
    PolicyDocument: allow('s3:GetObject'),
  });
  iam.changes.length = 0;
  return { userId: user?.UserId ?? '', groupId: group?.GroupId ?? '' };
}

async function attachedTo(iam: TestIam): Promise<(string | undefined)[]> {
  const { AttachedPolicies: policies } = await iam.call(listAttachedUserPolicies, {
    UserName: 'dave',
  });
  return (policies ?? []).map((policy) => policy.PolicyArn);
}

test('a policy is attached once and detached once', async (t) => {
  const iam = await openTestIam(t);
  const { userId, groupId } = await withDave(iam);
  for (const arn of [photos, readOnlyAccess]) {
    const user = { UserName: 'Dave', PolicyArn: arn };
    const group = { GroupName: 'developers', PolicyArn: arn };
    iam.changes.length = 0;
    await iam.call(attachUserPolicy, user);
    await iam.call(attachUserPolicy, user);
    await iam.call(attachGroupPolicy, group);
    await iam.call(attachGroupPolicy, group);
    const name = arn.split('/').at(-1);
    const expected = {
      AttachedPolicies: [{ PolicyName: name, PolicyArn: arn }],
      IsTruncated: false,
    };
    assert.deepEqual(await iam.call(listAttachedUserPolicies, { UserName: 'dave' }), expected);
    assert.deepEqual(
      await iam.call(listAttachedGroupPolicies, { GroupName: 'Developers' }),
      expected,
    );
    assert.equal((await iam.call(getPolicy, { PolicyArn: arn })).Policy?.AttachmentCount, 2);
    await iam.call(detachUserPolicy, user);
    await iam.call(detachGroupPolicy, group);
    assert.deepEqual(iam.changes, [
      { accountId: firstAccount, kind: 'user', id: userId },
      { accountId: firstAccount, kind: 'group', id: groupId },
      { accountId: firstAccount, kind: 'user', id: userId },
      { accountId: firstAccount, kind: 'group', id: groupId },
    ]);
    const message = `Policy ${arn} was not found.`;
    await assertRefused(iam.call(detachUserPolicy, user), 'NoSuchEntity', 404, message);
    await assertRefused(iam.call(detachGroupPolicy, group), 'NoSuchEntity', 404, message);
  }
});

test('a role has policies like a user', async (t) => {
  const iam = await openTestIam(t, { attachedPoliciesPerRole: 1 });
  await withDave(iam);
  const id = await addRole(iam, { name: 'App' });
  await addRole(iam.inAccount(secondAccount), { name: 'App' });
  iam.changes.length = 0;
  const role = { RoleName: 'app', PolicyArn: photos };
  await iam.call(attachRolePolicy, role);
  await iam.call(attachRolePolicy, role);
  assert.deepEqual(
    (await iam.call(listAttachedRolePolicies, { RoleName: 'App' })).AttachedPolicies,
    [{ PolicyName: 'Photos', PolicyArn: photos }],
  );
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'role', id }]);
  await assertRefused(
    iam.call(attachRolePolicy, { RoleName: 'App', PolicyArn: readOnlyAccess }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for PoliciesPerRole: 1',
  );
  await iam.call(detachRolePolicy, role);
  const change = { accountId: firstAccount, kind: 'role', id };
  assert.deepEqual(iam.changes, [change, change]);
  for (const [operation, message] of [
    [detachRolePolicy, `Policy ${photos} was not found.`],
    [attachRolePolicy, `Policy ${photos} does not exist or is not attachable.`],
  ] as const) {
    const other = iam.inAccount(secondAccount);
    await assertRefused(other.call(operation, role), 'NoSuchEntity', 404, message);
  }
  for (const operation of [attachRolePolicy, detachRolePolicy]) {
    await assertRefused(
      iam.call(operation, { RoleName: 'X', PolicyArn: photos }),
      'NoSuchEntity',
      404,
      'The role with name X cannot be found.',
    );
  }
});

test('a policy that does not exist, or is another account’s, cannot be attached', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  await withDave(iam.inAccount(secondAccount));
  for (const arn of [
    'arn:aws:iam::111111111111:policy/Unknown',
    'arn:aws:iam::111111111111:policy/Photos',
    'arn:aws:iam::111111111111:policy/teams/photos',
    'arn:aws:iam::222222222222:policy/teams/Photos',
    'arn:aws:iam::aws:policy/readonlyaccess',
  ]) {
    const message = `Policy ${arn} does not exist or is not attachable.`;
    await assertRefused(
      iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: arn }),
      'NoSuchEntity',
      404,
      message,
    );
    await assertRefused(
      iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: arn }),
      'NoSuchEntity',
      404,
      message,
    );
  }
  assert.deepEqual(await attachedTo(iam), []);
});

test('a policy of service-linked roles cannot be attached', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  const arn = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy';
  await assertRefused(
    iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: arn }),
    'PolicyNotAttachable',
    400,
    `Policy ${arn} is for service-linked roles only and cannot be attached.`,
  );
});

test('what is no policy ARN is neither attached nor detached', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  const arn = 'arn:aws:iam::111111111111:user/dave';
  for (const operation of [attachUserPolicy, detachUserPolicy]) {
    await assertRefused(
      iam.call(operation, { UserName: 'dave', PolicyArn: arn }),
      'ValidationError',
      400,
      `ARN ${arn} is not valid.`,
    );
  }
});

test('an unknown user or group has no policies', async (t) => {
  const iam = await openTestIam(t);
  const user = { UserName: 'nobody', PolicyArn: readOnlyAccess };
  const group = { GroupName: 'X', PolicyArn: readOnlyAccess };
  const noUser = async (call: Promise<unknown>) =>
    await assertRefused(call, 'NoSuchEntity', 404, 'The user with name nobody cannot be found.');
  const noGroup = async (call: Promise<unknown>) =>
    await assertRefused(call, 'NoSuchEntity', 404, 'The group with name X cannot be found.');
  await noUser(iam.call(attachUserPolicy, user));
  await noUser(iam.call(detachUserPolicy, user));
  await noUser(iam.call(listAttachedUserPolicies, { UserName: 'nobody' }));
  await noGroup(iam.call(attachGroupPolicy, group));
  await noGroup(iam.call(detachGroupPolicy, group));
  await noGroup(iam.call(listAttachedGroupPolicies, { GroupName: 'X' }));
});

test('a user and a group carry so many policies and no more', async (t) => {
  const iam = await openTestIam(t, { attachedPoliciesPerUser: 1, attachedPoliciesPerGroup: 1 });
  await withDave(iam);
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: photos });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: photos });
  await assertRefused(
    iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: readOnlyAccess }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for PoliciesPerUser: 1',
  );
  await iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: photos });
  await assertRefused(
    iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: readOnlyAccess }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for PoliciesPerGroup: 1',
  );
});

test('attached policies are paged and filtered by path', async (t) => {
  const iam = await openTestIam(t);
  await withDave(iam);
  for (const arn of [photos, readOnlyAccess]) {
    await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: arn });
  }
  const page = await iam.call(listAttachedUserPolicies, { UserName: 'dave', MaxItems: 1 });
  assert.equal(page.IsTruncated, true);
  const rest = await iam.call(listAttachedUserPolicies, { UserName: 'dave', Marker: page.Marker });
  assert.deepEqual(
    [page, rest].map((part) => part.AttachedPolicies?.map((policy) => policy.PolicyArn)),
    [[photos], [readOnlyAccess]],
  );
  const filtered = await iam.call(listAttachedUserPolicies, {
    UserName: 'dave',
    PathPrefix: '/teams/',
  });
  assert.deepEqual(
    filtered.AttachedPolicies?.map((policy) => policy.PolicyName),
    ['Photos'],
  );
});

test('two accounts attach the same AWS policy to the same names apart from each other', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  await withDave(first);
  await withDave(second);
  await first.call(attachUserPolicy, { UserName: 'dave', PolicyArn: readOnlyAccess });
  assert.deepEqual(await attachedTo(second), []);
  assert.equal(
    (await second.call(getPolicy, { PolicyArn: readOnlyAccess })).Policy?.AttachmentCount,
    0,
  );
  await assertRefused(
    second.call(detachUserPolicy, { UserName: 'dave', PolicyArn: readOnlyAccess }),
    'NoSuchEntity',
    404,
    `Policy ${readOnlyAccess} was not found.`,
  );
  assert.deepEqual(await attachedTo(first), [readOnlyAccess]);
});
