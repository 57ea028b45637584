import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listAttachedRolePolicies } from './attached-policy.ts';
import { getRolePolicy, listRolePolicies } from './inline-policy.ts';
import { getRole, listRoles } from './role.ts';
import { listRoleTags } from './tag.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstCallAt,
  openTestIam,
  roleTrustPolicy,
  secondAccount,
} from './testing.ts';

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

test('a role is read with its trust policy, tags and policies', async (t) => {
  const iam = await openTestIam(t);
  const roleId = await addRole(iam, {
    name: 'App',
    path: '/service/',
    attached: [readOnlyAccess],
    inline: [['Photos', allow('s3:GetObject')]],
    tags: [['team', 'photos']],
  });
  const { Role: role } = await iam.call(getRole, { RoleName: 'app' });
  const described = {
    Path: '/service/',
    RoleName: 'App',
    RoleId: roleId,
    Arn: 'arn:aws:iam::111111111111:role/service/App',
    CreateDate: new Date(firstCallAt),
    AssumeRolePolicyDocument: role?.AssumeRolePolicyDocument,
    Description: 'for tests',
    MaxSessionDuration: 3600,
  };
  assert.deepEqual(role, { ...described, Tags: [{ Key: 'team', Value: 'photos' }] });
  assert.equal(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ''), roleTrustPolicy);
  assert.deepEqual(await iam.call(listRoles, {}), { Roles: [described], IsTruncated: false });
  const name = { RoleName: 'App' };
  assert.deepEqual((await iam.call(listRoleTags, name)).Tags, role?.Tags);
  assert.deepEqual((await iam.call(listRolePolicies, name)).PolicyNames, ['Photos']);
  assert.deepEqual((await iam.call(listAttachedRolePolicies, name)).AttachedPolicies, [
    { PolicyName: 'ReadOnlyAccess', PolicyArn: readOnlyAccess },
  ]);
  const inline = await iam.call(getRolePolicy, { ...name, PolicyName: 'Photos' });
  assert.equal(inline.RoleName, 'App');
  assert.equal(decodeURIComponent(inline.PolicyDocument ?? ''), allow('s3:GetObject'));
});

test('roles are paged in the order of their names and filtered by path', async (t) => {
  const iam = await openTestIam(t);
  for (const name of ['c', 'B', 'a']) {
    await addRole(iam, { name, path: name === 'B' ? '/eu/' : '/' });
  }
  const page = await iam.call(listRoles, { MaxItems: 2 });
  const rest = await iam.call(listRoles, { Marker: page.Marker });
  assert.deepEqual(
    [page, rest].map((part) => part.Roles?.map((role) => role.RoleName)),
    [['a', 'B'], ['c']],
  );
  const filtered = await iam.call(listRoles, { PathPrefix: '/eu/' });
  assert.deepEqual(
    filtered.Roles?.map((role) => role.RoleName),
    ['B'],
  );
});

test('an unknown role, and another account’s, is not found', async (t) => {
  const iam = await openTestIam(t);
  await addRole(iam.inAccount(secondAccount), { name: 'App' });
  const name = { RoleName: 'App' };
  for (const call of [
    iam.call(getRole, name),
    iam.call(listRoleTags, name),
    iam.call(listRolePolicies, name),
    iam.call(listAttachedRolePolicies, name),
    iam.call(getRolePolicy, { ...name, PolicyName: 'Photos' }),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The role with name App cannot be found.');
  }
  assert.deepEqual((await iam.call(listRoles, {})).Roles, []);
  await addRole(iam, { name: 'App' });
  await assertRefused(
    iam.call(getRolePolicy, { ...name, PolicyName: 'Photos' }),
    'NoSuchEntity',
    404,
    'The role policy with name Photos cannot be found.',
  );
});
