import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listAttachedRolePolicies } from './attached-policy.ts';
import { getRole, listRoles } from './role.ts';
import {
  createServiceLinkedRole,
  deleteServiceLinkedRole,
  getServiceLinkedRoleDeletionStatus,
} from './service-linked-role.ts';
import { tagRole } from './tag.ts';
import {
  addRole,
  assertRefused,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';

const ecs = { AWSServiceName: 'ecs.amazonaws.com' };
const autoScaling = { AWSServiceName: 'autoscaling.amazonaws.com' };
const ofEcs = { RoleName: 'AWSServiceRoleForECS' };

const documentIn = (text: string | undefined) => JSON.parse(decodeURIComponent(text ?? ''));

async function deletionTask(iam: TestIam, RoleName: string): Promise<string> {
  return (await iam.call(deleteServiceLinkedRole, { RoleName })).DeletionTaskId ?? '';
}

test('a service-linked role has its name, path, trust policy and policy from its service', async (t) => {
  const iam = await openTestIam(t);
  const { Role: made } = await iam.call(createServiceLinkedRole, { ...ecs, Description: 'tasks' });
  assert.match(made?.RoleId ?? '', /^AROA[A-Z0-9]{17}$/);
  const { AssumeRolePolicyDocument: document, ...rest } = made ?? {};
  assert.deepEqual(rest, {
    Path: '/aws-service-role/ecs.amazonaws.com/',
    RoleName: 'AWSServiceRoleForECS',
    RoleId: made?.RoleId,
    Arn: 'arn:aws:iam::111111111111:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    CreateDate: new Date(firstCallAt),
  });
  assert.deepEqual(documentIn(document), {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: ['ecs.amazonaws.com'] },
        Action: ['sts:AssumeRole'],
      },
    ],
  });
  const { Role: read } = await iam.call(getRole, ofEcs);
  assert.deepEqual(documentIn(read?.AssumeRolePolicyDocument), {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'ecs.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ],
  });
  assert.equal(read?.Description, 'tasks');
  assert.equal(read?.MaxSessionDuration, 3600);
  assert.equal((await iam.call(listRoles, {})).Roles?.[0]?.RoleId, made?.RoleId);
  assert.deepEqual((await iam.call(listAttachedRolePolicies, ofEcs)).AttachedPolicies, [
    {
      PolicyName: 'AmazonECSServiceRolePolicy',
      PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy',
    },
  ]);
});

test('a suffix tells the roles of one service apart', async (t) => {
  const iam = await openTestIam(t);
  const { Role: first } = await iam.call(createServiceLinkedRole, autoScaling);
  assert.equal(first?.RoleName, 'AWSServiceRoleForAutoScaling');
  assert.equal(first?.Description, undefined);
  const { Role: second } = await iam.call(createServiceLinkedRole, {
    ...autoScaling,
    CustomSuffix: 'web',
  });
  assert.equal(second?.RoleName, 'AWSServiceRoleForAutoScaling_web');
  assert.equal(second?.Path, first?.Path);
  await assertRefused(
    iam.call(createServiceLinkedRole, { ...autoScaling, CustomSuffix: 'WEB' }),
    'InvalidInput',
    400,
    'Service role name AWSServiceRoleForAutoScaling_WEB has been taken in this account, please ' +
      'try a different suffix.',
  );
  await assertRefused(
    iam.call(createServiceLinkedRole, { ...autoScaling, CustomSuffix: 'x'.repeat(36) }),
    'ValidationError',
    400,
    "1 validation error detected: Value at 'roleName' failed to satisfy constraint: " +
      'Member must have length less than or equal to 64',
  );
  await iam.call(createServiceLinkedRole, { ...autoScaling, CustomSuffix: 'x'.repeat(35) });
  await assertRefused(
    iam.call(createServiceLinkedRole, { ...ecs, CustomSuffix: 'web' }),
    'InvalidInput',
    400,
    'Custom suffix is not allowed for ecs.amazonaws.com',
  );
});

test('a service has one role in each account, and unknown services have none', async (t) => {
  const iam = await openTestIam(t, { rolesPerAccount: 0 });
  await iam.call(createServiceLinkedRole, ecs);
  await assertRefused(
    iam.call(createServiceLinkedRole, ecs),
    'InvalidInput',
    400,
    'Service role name AWSServiceRoleForECS has been taken in this account, please try a ' +
      'different suffix.',
  );
  await iam.inAccount(secondAccount).call(createServiceLinkedRole, ecs);
  await assertRefused(
    iam.call(createServiceLinkedRole, { AWSServiceName: 'photos.amazonaws.com' }),
    'AccessDenied',
    403,
    'Cannot find Service Linked Role template for photos.amazonaws.com',
  );
});

test('deleting gives a task that has succeeded and outlives the role', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createServiceLinkedRole, ecs);
  await iam.call(tagRole, { ...ofEcs, Tags: [{ Key: 'team', Value: 'photos' }] });
  const taskId = await deletionTask(iam, 'awsserviceroleforecs');
  assert.deepEqual(await iam.store.database.selectFrom('iam_tag').selectAll().execute(), []);
  assert.match(
    taskId,
    /^task\/aws-service-role\/ecs\.amazonaws\.com\/AWSServiceRoleForECS\/[\da-f-]{36}$/,
  );
  const status = { DeletionTaskId: taskId };
  assert.deepEqual(await iam.call(getServiceLinkedRoleDeletionStatus, status), {
    Status: 'SUCCEEDED',
  });
  const gone = 'The role with name AWSServiceRoleForECS cannot be found.';
  await assertRefused(iam.call(getRole, ofEcs), 'NoSuchEntity', 404, gone);
  await assertRefused(iam.call(deleteServiceLinkedRole, ofEcs), 'NoSuchEntity', 404, gone);
  await iam.call(createServiceLinkedRole, ecs);
  const { AttachedPolicies: attached } = await iam.call(listAttachedRolePolicies, ofEcs);
  assert.equal(attached?.length, 1);
  assert.notEqual(await deletionTask(iam, 'AWSServiceRoleForECS'), taskId);
  assert.equal((await iam.call(getServiceLinkedRoleDeletionStatus, status)).Status, 'SUCCEEDED');
});

test('a role that is linked to no service is not deleted', async (t) => {
  const iam = await openTestIam(t);
  await addRole(iam, { name: 'App' });
  await assertRefused(
    iam.call(deleteServiceLinkedRole, { RoleName: 'app' }),
    'NoSuchEntity',
    404,
    'App exists but is not a service role.',
  );
  await iam.inAccount(secondAccount).call(createServiceLinkedRole, ecs);
  await assertRefused(
    iam.call(deleteServiceLinkedRole, ofEcs),
    'NoSuchEntity',
    404,
    'The role with name AWSServiceRoleForECS cannot be found.',
  );
});

test('a task is forgotten by the first deletion a day later', async (t) => {
  const iam = await openTestIam(t);
  const second = iam.inAccount(secondAccount);
  const deletedIn = async (account: TestIam, madeAt?: number) => {
    await account.call(createServiceLinkedRole, ecs);
    const id = await deletionTask(account, 'AWSServiceRoleForECS');
    if (madeAt !== undefined) {
      await iam.store.transaction(async ({ database }) => {
        await database
          .updateTable('iam_service_linked_role_deletion')
          .set({ created_at: madeAt })
          .where('deletion_task_id', '=', id)
          .execute();
      });
    }
    return id;
  };
  const day = 86_400_000;
  await deletedIn(iam, firstCallAt - day);
  const kept = [
    await deletedIn(second, firstCallAt - day),
    await deletedIn(iam, firstCallAt - day + 3_600_000),
    await deletedIn(iam),
  ];
  const rows = await iam.store.database
    .selectFrom('iam_service_linked_role_deletion')
    .select('deletion_task_id')
    .execute();
  assert.deepEqual(rows.map((row) => row.deletion_task_id).sort(), kept.sort());
});

test('a task is known in its account alone, and an id has its form', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createServiceLinkedRole, ecs);
  const taskId = await deletionTask(iam, 'AWSServiceRoleForECS');
  for (const [caller, id] of [
    [iam.inAccount(secondAccount), taskId],
    [iam, taskId.replace(/[\da-f-]{36}$/, '00000000-0000-0000-0000-000000000000')],
  ] as const) {
    await assertRefused(
      caller.call(getServiceLinkedRoleDeletionStatus, { DeletionTaskId: id }),
      'NoSuchEntity',
      404,
      'Cannot find deletion status for given id.',
    );
  }
  for (const id of ['no-task', `${taskId}0`, taskId.replace('ecs.', 'a/b'), `x${taskId}`]) {
    await assertRefused(
      iam.call(getServiceLinkedRoleDeletionStatus, { DeletionTaskId: id }),
      'InvalidInput',
      400,
      'Invalid task id',
    );
  }
});
