import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUniqueId } from '@carnet/store';
import { createAccount } from '../account/account.ts';
import { attachRolePolicy, detachRolePolicy } from './attached-policy.ts';
import { deleteRolePolicy, putRolePolicy } from './inline-policy.ts';
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  removeRoleFromInstanceProfile,
} from './instance-profile.ts';
import {
  deleteRolePermissionsBoundary,
  putRolePermissionsBoundary,
} from './permissions-boundary.ts';
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from './role.ts';
import { tagRole, untagRole } from './tag.ts';
import { allow, assertRefused, openTestIam, roleTrustPolicy, type TestIam } from './testing.ts';
import { everyRow } from './testing-world.ts';

const readOnlyAccess = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const slr = { RoleName: 'AWSServiceRoleForSupport' };

/** As CreateServiceLinkedRole leaves one. */
async function addServiceLinkedRole(iam: TestIam): Promise<void> {
  const roleId = newUniqueId('AROA');
  const owned = { account_id: iam.accountId, owner_id: roleId };
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_role')
      .values({
        account_id: iam.accountId,
        role_id: roleId,
        name: slr.RoleName,
        name_fold: slr.RoleName.toLowerCase(),
        path: '/aws-service-role/support.amazonaws.com/',
        created_at: 0,
        trust_policy: roleTrustPolicy,
        max_session_duration: 3600,
        permissions_boundary: readOnlyAccess,
      })
      .execute();
    const policy = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy';
    await database
      .insertInto('iam_attached_policy')
      .values({ ...owned, policy_arn: policy, attached_at: 0 })
      .execute();
    await database
      .insertInto('iam_inline_policy')
      .values({ ...owned, name: 'own', name_fold: 'own', document: allow('s3:*') })
      .execute();
  });
}

/** Everything that would change a role's permissions, its trust or its existence. */
function changesOf(iam: TestIam, role: { readonly RoleName: string }): readonly Promise<unknown>[] {
  const inline = { ...role, PolicyName: 'own' };
  return [
    iam.call(attachRolePolicy, { ...role, PolicyArn: readOnlyAccess }),
    iam.call(detachRolePolicy, {
      ...role,
      PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy',
    }),
    iam.call(putRolePolicy, { ...inline, PolicyDocument: allow('*') }),
    iam.call(deleteRolePolicy, inline),
    iam.call(putRolePermissionsBoundary, { ...role, PermissionsBoundary: readOnlyAccess }),
    iam.call(deleteRolePermissionsBoundary, role),
    iam.call(updateAssumeRolePolicy, { ...role, PolicyDocument: roleTrustPolicy }),
    iam.call(deleteRole, role),
    iam.call(addRoleToInstanceProfile, { ...role, InstanceProfileName: 'web' }),
    iam.call(removeRoleFromInstanceProfile, { ...role, InstanceProfileName: 'web' }),
  ];
}

test('a service-linked role is for its service alone to change', async (t) => {
  const iam = await openTestIam(t);
  await addServiceLinkedRole(iam);
  await iam.call(createInstanceProfile, { InstanceProfileName: 'web' });
  const before = await everyRow(iam);
  for (const call of changesOf(iam, { RoleName: slr.RoleName.toLowerCase() })) {
    await assertRefused(
      call,
      'UnmodifiableEntity',
      400,
      "Cannot perform the operation on the protected role 'AWSServiceRoleForSupport' - this role is only modifiable by AWS",
    );
  }
  await assertRefused(
    iam.call(updateRole, { RoleName: slr.RoleName, MaxSessionDuration: 7200 }),
    'UnmodifiableEntity',
    400,
    'AWSServiceRoleForSupport is an AWS service linked role, max session duration cannot be changed.',
  );
  assert.deepEqual(await everyRow(iam), before);
});

test('the description and the tags of a service-linked role are everybody’s', async (t) => {
  const iam = await openTestIam(t);
  await addServiceLinkedRole(iam);
  await iam.call(updateRole, { ...slr, Description: 'first' });
  await iam.call(tagRole, { ...slr, Tags: [{ Key: 'team', Value: 'photos' }] });
  const { Role: role } = await iam.call(getRole, slr);
  assert.deepEqual([role?.Description, role?.Tags?.length], ['first', 1]);
  await iam.call(updateRoleDescription, { ...slr, Description: 'second' });
  await iam.call(untagRole, { ...slr, TagKeys: ['team'] });
  const { Role: after } = await iam.call(getRole, slr);
  assert.deepEqual([after?.Description, after?.Tags], ['second', undefined]);
});

test('CreateRole makes no service-linked role', async (t) => {
  const iam = await openTestIam(t);
  for (const path of ['/aws-service-role/', '/aws-service-role/support.amazonaws.com/']) {
    await assertRefused(
      iam.call(createRole, { ...slr, Path: path, AssumeRolePolicyDocument: roleTrustPolicy }),
      'InvalidInput',
      400,
      "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
    );
  }
  await iam.call(createRole, {
    ...slr,
    Path: '/aws-service-roles/',
    AssumeRolePolicyDocument: roleTrustPolicy,
  });
  assert.equal((await iam.call(listRoles, {})).Roles?.length, 1);
});

test('the role that the operator comes in by cannot be changed', async (t) => {
  const iam = (await openTestIam(t)).inAccount('333333333333');
  await iam.store.transaction((transaction) =>
    createAccount(transaction, { name: 'third', accountId: '333333333333', now: 0 }),
  );
  await iam.call(createInstanceProfile, { InstanceProfileName: 'web' });
  const before = await everyRow(iam);
  const administrator = { RoleName: 'Administrator' };
  const duration = iam.call(updateRole, { ...administrator, MaxSessionDuration: 7200 });
  for (const call of [...changesOf(iam, administrator), duration]) {
    await assertRefused(
      call,
      'UnmodifiableEntity',
      400,
      "Cannot perform the operation on the protected role 'Administrator' - this role is only modifiable by Carnet",
    );
  }
  assert.deepEqual(await everyRow(iam), before);
});

test('a role that is only called Administrator is a role as any other', async (t) => {
  const iam = await openTestIam(t);
  const role = { RoleName: 'Administrator' };
  await iam.call(createRole, { ...role, AssumeRolePolicyDocument: roleTrustPolicy });
  await iam.call(attachRolePolicy, { ...role, PolicyArn: readOnlyAccess });
  await iam.call(detachRolePolicy, { ...role, PolicyArn: readOnlyAccess });
  await iam.call(deleteRole, role);
});
