import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resource, ResourceReference } from '../../operation.ts';
import {
  adminCaller,
  assertRefused,
  noResourcePolicies,
  openTestIam,
  type TestIam,
  testSettings,
} from '../testing.ts';
import { deletionTaskRoleResource, newServiceLinkedRoleResource } from './service-linked-role.ts';

type Names = Readonly<Record<string, string>>;

const made = newServiceLinkedRoleResource(
  ({ service }: Names) => service,
  ({ suffix }: Names) => suffix,
);
const ofTask = deletionTaskRoleResource(({ task }: Names) => task);

async function resolve(
  iam: TestIam,
  reference: ResourceReference<Names>,
  input: Names,
): Promise<Resource> {
  const caller = adminCaller(iam.accountId);
  const resourcePolicies = noResourcePolicies;
  return await reference.resolve(
    { caller, database: iam.store.database, resourcePolicies, settings: testSettings },
    input,
  );
}

const accountId = '111111111111';
const path = 'arn:aws:iam::111111111111:role/aws-service-role';

test('a service-linked role is decided by the ARN that it will have', async (t) => {
  const iam = await openTestIam(t);
  const service = 'autoscaling.amazonaws.com';
  const arn = `${path}/${service}/AWSServiceRoleForAutoScaling`;
  assert.deepEqual(await resolve(iam, made, { service }), { arn, accountId });
  const suffixed = await resolve(iam, made, { service, suffix: 'web' });
  assert.equal(suffixed.arn, `${arn}_web`);
  const unknown = await resolve(iam, made, { service: 'photos.amazonaws.com' });
  assert.equal(unknown.arn, `${path}/photos.amazonaws.com/*`);
});

test('a deletion task is decided by its role', async (t) => {
  const iam = await openTestIam(t);
  const role = 'ecs.amazonaws.com/AWSServiceRoleForECS';
  const task = `task/aws-service-role/${role}/8a1f6f0e-3c1e-4f3e-9d0b-2f4e6a7c8b9d`;
  assert.deepEqual(await resolve(iam, ofTask, { task }), { arn: `${path}/${role}`, accountId });
  await assertRefused(resolve(iam, ofTask, { task: role }), 'InvalidInput', 400, 'Invalid task id');
});
