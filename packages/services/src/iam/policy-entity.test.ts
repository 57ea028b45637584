import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachGroupPolicy, attachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { putRolePermissionsBoundary, putUserPermissionsBoundary } from './permissions-boundary.ts';
import { listEntitiesForPolicy } from './policy-entity.ts';
import { addRole, assertRefused, openTestIam, secondAccount, type TestIam } from './testing.ts';
import { createUser } from './user.ts';

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const which = { PolicyArn: readOnlyAccess };
type Answer = Awaited<ReturnType<typeof listEntitiesForPolicy.run>>;

async function attachToAll(iam: TestIam): Promise<void> {
  for (const name of ['B', 'a']) {
    await iam.call(createUser, { UserName: name, Path: name === 'a' ? '/eu/' : '/' });
    await iam.call(attachUserPolicy, { UserName: name, ...which });
    await iam.call(createGroup, { GroupName: name, Path: name === 'a' ? '/eu/' : '/' });
    await iam.call(attachGroupPolicy, { GroupName: name, ...which });
  }
  await iam.call(createUser, { UserName: 'without' });
  await addRole(iam, { name: 'App', attached: [readOnlyAccess] });
}

function names(answer: Answer): string[] {
  return [
    ...(answer.PolicyGroups ?? []).map((group) => `group ${group.GroupName}`),
    ...(answer.PolicyRoles ?? []).map((role) => `role ${role.RoleName}`),
    ...(answer.PolicyUsers ?? []).map((user) => `user ${user.UserName}`),
  ];
}

const everybody = ['group a', 'group B', 'role App', 'user a', 'user B'];

test('users, groups and roles with the policy are listed with their ids', async (t) => {
  const iam = await openTestIam(t);
  await attachToAll(iam);
  const answer = await iam.call(listEntitiesForPolicy, which);
  assert.deepEqual(names(answer), everybody);
  assert.equal(answer.IsTruncated, false);
  assert.match(answer.PolicyGroups?.[0]?.GroupId ?? '', /^AGPA/);
  assert.match(answer.PolicyRoles?.[0]?.RoleId ?? '', /^AROA/);
  assert.match(answer.PolicyUsers?.[0]?.UserId ?? '', /^AIDA/);
});

test('pages of every size give everybody once', async (t) => {
  const iam = await openTestIam(t);
  await attachToAll(iam);
  for (const size of [1, 2, 3, 4, 5]) {
    const seen: string[] = [];
    let marker: string | undefined;
    do {
      const page = await iam.call(listEntitiesForPolicy, {
        ...which,
        MaxItems: size,
        Marker: marker,
      });
      assert.ok(names(page).length <= size);
      seen.push(...names(page));
      marker = page.Marker;
    } while (marker !== undefined);
    assert.deepEqual(seen, everybody, `pages of ${size}`);
  }
});

test('kind, path and use filter the list', async (t) => {
  const iam = await openTestIam(t);
  await attachToAll(iam);
  const filtered = async (filter: Partial<Parameters<typeof listEntitiesForPolicy.run>[1]>) =>
    names(await iam.call(listEntitiesForPolicy, { ...which, ...filter }));
  assert.deepEqual(await filtered({ EntityFilter: 'User' }), ['user a', 'user B']);
  assert.deepEqual(await filtered({ EntityFilter: 'Group' }), ['group a', 'group B']);
  assert.deepEqual(await filtered({ EntityFilter: 'Role' }), ['role App']);
  assert.deepEqual(await filtered({ EntityFilter: 'AWSManagedPolicy' }), []);
  assert.deepEqual(await filtered({ PathPrefix: '/eu/' }), ['group a', 'user a']);
  assert.deepEqual(await filtered({ PolicyUsageFilter: 'PermissionsPolicy' }), everybody);
  assert.deepEqual(await filtered({ PolicyUsageFilter: 'PermissionsBoundary' }), []);
});

test('who has the policy as a boundary is listed too, and once when it is attached as well', async (t) => {
  const iam = await openTestIam(t);
  await attachToAll(iam);
  await addRole(iam, { name: 'bounded', path: '/eu/' });
  const boundary = { PermissionsBoundary: readOnlyAccess };
  await iam.call(createUser, { UserName: 'ab' });
  for (const UserName of ['a', 'ab', 'without']) {
    await iam.call(putUserPermissionsBoundary, { UserName, ...boundary });
  }
  await iam.call(putRolePermissionsBoundary, { RoleName: 'bounded', ...boundary });
  const filtered = async (filter: Partial<Parameters<typeof listEntitiesForPolicy.run>[1]>) =>
    names(await iam.call(listEntitiesForPolicy, { ...which, ...filter }));
  const all = [
    'group a',
    'group B',
    'role App',
    'role bounded',
    'user a',
    'user ab',
    'user B',
    'user without',
  ];
  assert.deepEqual(await filtered({}), all);
  assert.deepEqual(await filtered({ PolicyUsageFilter: 'PermissionsPolicy' }), everybody);
  const bounded = { PolicyUsageFilter: 'PermissionsBoundary' } as const;
  assert.deepEqual(await filtered(bounded), ['role bounded', 'user a', 'user ab', 'user without']);
  assert.deepEqual(await filtered({ ...bounded, EntityFilter: 'Group' }), []);
  assert.deepEqual(await filtered({ ...bounded, PathPrefix: '/eu/' }), ['role bounded', 'user a']);
  for (const size of [1, 2, 3]) {
    const seen: string[] = [];
    let marker: string | undefined;
    do {
      const input = { ...which, MaxItems: size, Marker: marker };
      const page = await iam.call(listEntitiesForPolicy, input);
      seen.push(...names(page));
      marker = page.Marker;
    } while (marker !== undefined);
    assert.deepEqual(seen, all, `pages of ${size}`);
  }
});

test('an unknown policy is not found, another account’s entities are not listed', async (t) => {
  const iam = await openTestIam(t);
  const second = iam.inAccount(secondAccount);
  await attachToAll(second);
  const boundary = { PermissionsBoundary: readOnlyAccess };
  await second.call(putUserPermissionsBoundary, { UserName: 'without', ...boundary });
  assert.deepEqual(names(await iam.call(listEntitiesForPolicy, which)), []);
  const arn = 'arn:aws:iam::111111111111:policy/Unknown';
  await assertRefused(
    iam.call(listEntitiesForPolicy, { PolicyArn: arn }),
    'NoSuchEntity',
    404,
    `Policy ${arn} does not exist or is not attachable.`,
  );
});
