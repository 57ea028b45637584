import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachRolePolicy, detachRolePolicy, listAttachedRolePolicies } from './attached-policy.ts';
import {
  deleteRolePolicy,
  getRolePolicy,
  listRolePolicies,
  putRolePolicy,
} from './inline-policy.ts';
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  updateRole,
  updateRoleDescription,
} from './role.ts';
import { listRoleTags } from './tag.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  roleTrustPolicy,
  secondAccount,
} from './testing.ts';

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const encodedTrustPolicy = encodeURIComponent(roleTrustPolicy).replaceAll('*', '%2A');
const app = { RoleName: 'App' };
const appWithTrust = { ...app, AssumeRolePolicyDocument: roleTrustPolicy };

test('a created role is described without description and duration, which GetRole shows', async (t) => {
  const iam = await openTestIam(t);
  const { Role: created } = await iam.call(createRole, {
    ...appWithTrust,
    Path: '/service/',
    Description: 'for the app',
    MaxSessionDuration: 7200,
    PermissionsBoundary: readOnlyAccess,
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  assert.match(created?.RoleId ?? '', /^AROA[A-Z0-9]{17}$/);
  const described = {
    Path: '/service/',
    RoleName: 'App',
    RoleId: created?.RoleId,
    Arn: 'arn:aws:iam::111111111111:role/service/App',
    CreateDate: new Date(firstCallAt),
    AssumeRolePolicyDocument: encodedTrustPolicy,
    PermissionsBoundary: {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: readOnlyAccess,
    },
    Tags: [{ Key: 'team', Value: 'photos' }],
  };
  assert.deepEqual(created, described);
  assert.deepEqual(iam.changes, [
    { accountId: firstAccount, kind: 'role', id: created?.RoleId ?? '' },
  ]);
  const settings = { Description: 'for the app', MaxSessionDuration: 7200 };
  assert.deepEqual((await iam.call(getRole, { RoleName: 'app' })).Role, {
    ...described,
    ...settings,
    RoleLastUsed: {},
  });
  const { Tags: _, PermissionsBoundary: __, ...listed } = described;
  assert.deepEqual(await iam.call(listRoles, {}), {
    Roles: [{ ...listed, ...settings }],
    IsTruncated: false,
  });
});

test('a role without choices is at / for an hour, and has no description', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createRole, appWithTrust);
  const { Role: role } = await iam.call(getRole, app);
  assert.deepEqual(role, {
    Path: '/',
    RoleName: 'App',
    RoleId: role?.RoleId,
    Arn: 'arn:aws:iam::111111111111:role/App',
    CreateDate: new Date(firstCallAt),
    AssumeRolePolicyDocument: encodedTrustPolicy,
    MaxSessionDuration: 3600,
    RoleLastUsed: {},
  });
});

test('a role is read with its policies and tags', async (t) => {
  const iam = await openTestIam(t);
  await addRole(iam, {
    name: 'App',
    attached: [readOnlyAccess],
    inline: [['Photos', allow('s3:GetObject')]],
    tags: [['team', 'photos']],
  });
  assert.deepEqual((await iam.call(listRoleTags, app)).Tags, [{ Key: 'team', Value: 'photos' }]);
  assert.deepEqual((await iam.call(listRolePolicies, app)).PolicyNames, ['Photos']);
  assert.deepEqual((await iam.call(listAttachedRolePolicies, app)).AttachedPolicies, [
    { PolicyName: 'ReadOnlyAccess', PolicyArn: readOnlyAccess },
  ]);
  const inline = await iam.call(getRolePolicy, { ...app, PolicyName: 'Photos' });
  assert.equal(inline.RoleName, 'App');
  assert.equal(decodeURIComponent(inline.PolicyDocument ?? ''), allow('s3:GetObject'));
});

test('when and where a role was last used is shown by GetRole alone', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createRole, appWithTrust);
  await iam.store.transaction(async ({ database }) => {
    const use = { last_used_at: firstCallAt, last_used_region: 'eu-central-1' };
    await database.updateTable('iam_role').set(use).execute();
  });
  assert.deepEqual((await iam.call(getRole, app)).Role?.RoleLastUsed, {
    LastUsedDate: new Date(firstCallAt),
    Region: 'eu-central-1',
  });
  const { Roles: roles } = await iam.call(listRoles, {});
  assert.equal(roles?.length, 1);
  assert.equal(roles[0]?.RoleLastUsed, undefined);
});

test('a name is taken in every case, in its own account alone', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createRole, appWithTrust);
  await assertRefused(
    iam.call(createRole, { ...appWithTrust, RoleName: 'APP', Path: '/other/' }),
    'EntityAlreadyExists',
    409,
    'Role with name APP already exists.',
  );
  await iam.inAccount(secondAccount).call(createRole, appWithTrust);
  assert.equal((await iam.call(listRoles, {})).Roles?.length, 1);
});

test('the quota of roles counts the account alone', async (t) => {
  const iam = await openTestIam(t, { rolesPerAccount: 1 });
  await iam.inAccount(secondAccount).call(createRole, appWithTrust);
  await iam.call(createRole, appWithTrust);
  await assertRefused(
    iam.call(createRole, { ...appWithTrust, RoleName: 'Second' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for RolesPerAccount: 1',
  );
});

test('an update changes what it names, and nothing else', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createRole, { ...appWithTrust, Description: 'first' });
  const settings = async () => {
    const { Role: role } = await iam.call(getRole, app);
    return [role?.Description, role?.MaxSessionDuration];
  };
  assert.deepEqual(await iam.call(updateRole, { ...app, MaxSessionDuration: 7200 }), {});
  assert.deepEqual(await settings(), ['first', 7200]);
  await iam.call(updateRole, { ...app, Description: 'second' });
  assert.deepEqual(await settings(), ['second', 7200]);
  await iam.call(updateRole, app);
  assert.deepEqual(await settings(), ['second', 7200]);
  await iam.call(updateRole, { ...app, Description: '' });
  assert.deepEqual(await settings(), ['', 7200]);
});

test('UpdateRoleDescription answers with the role, without its duration', async (t) => {
  const iam = await openTestIam(t);
  const { Role: created } = await iam.call(createRole, { ...appWithTrust, Description: 'first' });
  assert.deepEqual(await iam.call(updateRoleDescription, { ...app, Description: 'second' }), {
    Role: { ...created, Description: 'second' },
  });
  assert.equal((await iam.call(getRole, app)).Role?.Description, 'second');
});

test('a role is deleted when nothing hangs on it, whatever its boundary and tags', async (t) => {
  const iam = await openTestIam(t);
  const tags = [{ Key: 'team', Value: 'photos' }];
  await iam.call(createRole, {
    ...appWithTrust,
    PermissionsBoundary: readOnlyAccess,
    Tags: tags,
  });
  await iam.call(attachRolePolicy, { ...app, PolicyArn: readOnlyAccess });
  const inline = { ...app, PolicyName: 'own' };
  await iam.call(putRolePolicy, { ...inline, PolicyDocument: allow('s3:*') });
  const conflict = async (message: string) =>
    await assertRefused(iam.call(deleteRole, app), 'DeleteConflict', 409, message);
  await conflict('Cannot delete entity, must detach all policies first.');
  await iam.call(detachRolePolicy, { ...app, PolicyArn: readOnlyAccess });
  await conflict('Cannot delete entity, must delete policies first.');
  await iam.call(deleteRolePolicy, inline);
  await iam.call(deleteRole, { RoleName: 'app' });
  for (const table of ['iam_role', 'iam_tag'] as const) {
    assert.deepEqual(await iam.store.database.selectFrom(table).selectAll().execute(), [], table);
  }
});

test('a role that is made again under its name is another one', async (t) => {
  const iam = await openTestIam(t);
  const { Role: first } = await iam.call(createRole, appWithTrust);
  await iam.call(deleteRole, app);
  const { Role: second } = await iam.call(createRole, appWithTrust);
  assert.notEqual(first?.RoleId, second?.RoleId);
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

test('a page of roles ends when their trust policies are too much for one answer', async (t) => {
  const iam = await openTestIam(t);
  for (const name of ['a', 'b', 'c', 'd']) await addRole(iam, { name });
  await iam.store.transaction(async ({ database }) => {
    for (const [name, length] of [
      ['a', 200_000],
      ['b', 200_000],
      ['c', 400_001],
    ] as const) {
      const trust_policy = roleTrustPolicy.padEnd(length);
      await database
        .updateTable('iam_role')
        .set({ trust_policy })
        .where('name', '=', name)
        .execute();
    }
  });
  const pages: (string | undefined)[][] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.call(listRoles, { Marker, MaxItems: 3 });
    pages.push((page.Roles ?? []).map((role) => role.RoleName));
    Marker = page.Marker;
  } while (Marker !== undefined);
  assert.deepEqual(pages, [['a', 'b'], ['c'], ['d']]);
});

test('an unknown role, and another account’s, is not found', async (t) => {
  const iam = await openTestIam(t);
  await addRole(iam.inAccount(secondAccount), { name: 'App' });
  for (const call of [
    iam.call(getRole, app),
    iam.call(listRoleTags, app),
    iam.call(listRolePolicies, app),
    iam.call(listAttachedRolePolicies, app),
    iam.call(getRolePolicy, { ...app, PolicyName: 'Photos' }),
    iam.call(updateRole, { ...app, Description: 'new' }),
    iam.call(updateRoleDescription, { ...app, Description: 'new' }),
    iam.call(deleteRole, app),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The role with name App cannot be found.');
  }
  assert.deepEqual((await iam.call(listRoles, {})).Roles, []);
  const { Role: other } = await iam.inAccount(secondAccount).call(getRole, app);
  assert.equal(other?.Description, 'for tests');
});
