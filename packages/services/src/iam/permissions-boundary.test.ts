import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPolicy, deletePolicy, getPolicy, listPolicies } from './managed-policy.ts';
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from './permissions-boundary.ts';
import { createRole, deleteRole, getRole, listRoles } from './role.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstAccount,
  openTestIam,
  roleTrustPolicy,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser, deleteUser, getUser, listUsers } from './user.ts';

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const limits = 'arn:aws:iam::111111111111:policy/teams/Limits';
const dave = { UserName: 'dave' };
const app = { RoleName: 'App' };
const shownAs = (arn: string) => ({
  PermissionsBoundaryType: 'Policy',
  PermissionsBoundaryArn: arn,
});

async function withDaveAndApp(iam: TestIam): Promise<{ userId: string; roleId: string }> {
  const { User: user } = await iam.call(createUser, dave);
  const roleId = await addRole(iam, { name: 'App' });
  await iam.call(createPolicy, {
    PolicyName: 'Limits',
    Path: '/teams/',
    PolicyDocument: allow('s3:*'),
  });
  iam.changes.length = 0;
  return { userId: user?.UserId ?? '', roleId };
}

async function boundaries(iam: TestIam): Promise<unknown[]> {
  const { User: user } = await iam.call(getUser, dave);
  const { Role: role } = await iam.call(getRole, app);
  return [user?.PermissionsBoundary, role?.PermissionsBoundary];
}

test('a boundary is put, replaced and deleted', async (t) => {
  const iam = await openTestIam(t);
  const { userId, roleId } = await withDaveAndApp(iam);
  assert.deepEqual(await boundaries(iam), [undefined, undefined]);
  for (const arn of [limits, readOnlyAccess, readOnlyAccess]) {
    await iam.call(putUserPermissionsBoundary, { UserName: 'DAVE', PermissionsBoundary: arn });
    await iam.call(putRolePermissionsBoundary, { RoleName: 'app', PermissionsBoundary: arn });
    assert.deepEqual(await boundaries(iam), [shownAs(arn), shownAs(arn)]);
  }
  await iam.call(deleteUserPermissionsBoundary, dave);
  await iam.call(deleteRolePermissionsBoundary, app);
  assert.deepEqual(await boundaries(iam), [undefined, undefined]);
  const both = [
    { accountId: firstAccount, kind: 'user', id: userId },
    { accountId: firstAccount, kind: 'role', id: roleId },
  ];
  assert.deepEqual(iam.changes, [...both, ...both, ...both, ...both]);
});

test('who is made with a boundary has it, in the answer too; lists do not show it', async (t) => {
  const iam = await openTestIam(t);
  const bounded = { PermissionsBoundary: readOnlyAccess };
  const { User: user } = await iam.call(createUser, { ...dave, ...bounded });
  const { Role: role } = await iam.call(createRole, {
    ...app,
    ...bounded,
    AssumeRolePolicyDocument: roleTrustPolicy,
  });
  const shown = shownAs(readOnlyAccess);
  assert.deepEqual([user?.PermissionsBoundary, role?.PermissionsBoundary], [shown, shown]);
  assert.deepEqual(await boundaries(iam), [shown, shown]);
  const { Users: users = [] } = await iam.call(listUsers, {});
  const { Roles: roles = [] } = await iam.call(listRoles, {});
  assert.deepEqual([users.length, roles.length], [1, 1]);
  assert.equal(users[0]?.PermissionsBoundary, undefined);
  assert.equal(roles[0]?.PermissionsBoundary, undefined);
});

test('who has no boundary has none to delete', async (t) => {
  const iam = await openTestIam(t);
  await withDaveAndApp(iam);
  await assertRefused(
    iam.call(deleteUserPermissionsBoundary, dave),
    'NoSuchEntity',
    404,
    'The permissions boundary of the user with name dave cannot be found.',
  );
  await assertRefused(
    iam.call(deleteRolePermissionsBoundary, app),
    'NoSuchEntity',
    404,
    'The permissions boundary of the role with name App cannot be found.',
  );
  assert.deepEqual(iam.changes, []);
});

/** Every way to set a boundary. */
function settings(iam: TestIam, arn: string): readonly Promise<unknown>[] {
  const bounded = { PermissionsBoundary: arn };
  return [
    iam.call(putUserPermissionsBoundary, { ...dave, ...bounded }),
    iam.call(putRolePermissionsBoundary, { ...app, ...bounded }),
    iam.call(createUser, { UserName: 'new', ...bounded }),
    iam.call(createRole, {
      RoleName: 'new',
      AssumeRolePolicyDocument: roleTrustPolicy,
      ...bounded,
    }),
  ];
}

test('a boundary is a managed policy that the account may use', async (t) => {
  const iam = await openTestIam(t);
  await withDaveAndApp(iam);
  await withDaveAndApp(iam.inAccount(secondAccount));
  for (const arn of [
    'arn:aws:iam::111111111111:policy/Unknown',
    'arn:aws:iam::111111111111:policy/teams/limits',
    'arn:aws:iam::222222222222:policy/teams/Limits',
    'arn:aws:iam::aws:policy/Unknown',
  ]) {
    for (const call of settings(iam, arn)) {
      const message = `Scope ARN: ${arn} does not exist or is not attachable.`;
      await assertRefused(call, 'NoSuchEntity', 404, message);
    }
  }
  const role = 'arn:aws:iam::111111111111:role/App';
  for (const call of settings(iam, role)) {
    await assertRefused(call, 'InvalidInput', 400, `ARN ${role} is not valid.`);
  }
  const linked = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy';
  for (const call of settings(iam, linked)) {
    const message = `Policy ${linked} is for service-linked roles only and cannot be attached.`;
    await assertRefused(call, 'PolicyNotAttachable', 400, message);
  }
  assert.deepEqual(await boundaries(iam), [undefined, undefined]);
  assert.equal((await iam.call(listUsers, {})).Users?.length, 1);
});

test('an unknown user or role, and another account’s, has no boundary', async (t) => {
  const iam = await openTestIam(t);
  await withDaveAndApp(iam.inAccount(secondAccount));
  const bounded = { PermissionsBoundary: readOnlyAccess };
  for (const call of [
    iam.call(putUserPermissionsBoundary, { ...dave, ...bounded }),
    iam.call(deleteUserPermissionsBoundary, dave),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The user with name dave cannot be found.');
  }
  for (const call of [
    iam.call(putRolePermissionsBoundary, { ...app, ...bounded }),
    iam.call(deleteRolePermissionsBoundary, app),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The role with name App cannot be found.');
  }
});

test('a policy counts whom it bounds, and is not deleted before they are free', async (t) => {
  const iam = await openTestIam(t);
  await withDaveAndApp(iam);
  const second = iam.inAccount(secondAccount);
  await withDaveAndApp(second);
  const bounded = { PermissionsBoundary: limits };
  await iam.call(putUserPermissionsBoundary, { ...dave, ...bounded });
  await iam.call(putRolePermissionsBoundary, { ...app, ...bounded });
  const counts = async (in_: TestIam, arn: string) => {
    const { Policy: policy } = await in_.call(getPolicy, { PolicyArn: arn });
    return [policy?.AttachmentCount, policy?.PermissionsBoundaryUsageCount];
  };
  assert.deepEqual(await counts(iam, limits), [0, 2]);
  await iam.call(putUserPermissionsBoundary, { ...dave, PermissionsBoundary: readOnlyAccess });
  assert.deepEqual(await counts(iam, limits), [0, 1]);
  assert.deepEqual(await counts(iam, readOnlyAccess), [0, 1]);
  assert.deepEqual(await counts(second, readOnlyAccess), [0, 0]);
  await assertRefused(
    iam.call(deletePolicy, { PolicyArn: limits }),
    'DeleteConflict',
    409,
    'Cannot delete a policy attached to entities.',
  );
  await iam.call(deleteRole, app);
  await iam.call(deletePolicy, { PolicyArn: limits });
  await iam.call(deleteUser, dave);
  assert.deepEqual(await counts(iam, readOnlyAccess), [0, 0]);
});

test('ListPolicies tells attached policies and boundaries apart', async (t) => {
  const iam = await openTestIam(t);
  await withDaveAndApp(iam);
  await addRole(iam, { name: 'Reader', attached: [readOnlyAccess] });
  await iam.call(putUserPermissionsBoundary, { ...dave, PermissionsBoundary: limits });
  const names = async (filter: Parameters<typeof listPolicies.run>[1]) =>
    ((await iam.call(listPolicies, filter)).Policies ?? []).map(
      ({ PolicyName, AttachmentCount, PermissionsBoundaryUsageCount }) =>
        `${PolicyName} ${AttachmentCount} ${PermissionsBoundaryUsageCount}`,
    );
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsBoundary' }), ['Limits 0 1']);
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsPolicy' }), ['ReadOnlyAccess 1 0']);
  assert.deepEqual(await names({ OnlyAttached: true }), ['ReadOnlyAccess 1 0']);
  const both = { OnlyAttached: true, PolicyUsageFilter: 'PermissionsBoundary' } as const;
  assert.deepEqual(await names(both), []);
  await iam.call(putRolePermissionsBoundary, { ...app, PermissionsBoundary: readOnlyAccess });
  assert.deepEqual(await names(both), ['ReadOnlyAccess 1 1']);
  assert.deepEqual(await names({ Scope: 'Local' }), ['Limits 0 1']);
});
