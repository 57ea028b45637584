import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachGroupPolicy, attachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { addUserToGroup } from './group-membership.ts';
import { putGroupPolicy, putUserPolicy } from './inline-policy.ts';
import { createPolicy } from './managed-policy.ts';
import { listPoliciesGrantingServiceAccess } from './policies-granting-service-access.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstAccount,
  openTestIam,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const arnOf = (path: string) => `arn:aws:iam::${firstAccount}:${path}`;

async function granting(iam: TestIam, path: string, ...ServiceNamespaces: string[]) {
  const input = { Arn: arnOf(path), ServiceNamespaces };
  const answer = await iam.call(listPoliciesGrantingServiceAccess, input);
  assert.equal(answer.IsTruncated, false);
  return answer.PoliciesGrantingServiceAccess;
}

test('a user has its own policies and those of its groups', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createGroup, { GroupName: 'Developers' });
  await iam.call(createGroup, { GroupName: 'Others' });
  await iam.call(addUserToGroup, { UserName: 'dave', GroupName: 'Developers' });
  const { Policy: photos } = await iam.call(createPolicy, {
    PolicyName: 'Photos',
    PolicyDocument: allow('s3:*'),
  });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: photos?.Arn });
  await iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: photos?.Arn });
  await iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: administrator });
  const inline = { PolicyName: 'own', PolicyDocument: allow('iam:ListUsers') };
  await iam.call(putUserPolicy, { UserName: 'dave', ...inline });
  await iam.call(putGroupPolicy, { GroupName: 'Developers', ...inline });
  await iam.call(putGroupPolicy, { GroupName: 'Others', ...inline });

  const everything = {
    PolicyName: 'AdministratorAccess',
    PolicyType: 'MANAGED',
    PolicyArn: administrator,
  };
  const own = (EntityType: string, EntityName: string) => ({
    PolicyName: 'own',
    PolicyType: 'INLINE',
    EntityType,
    EntityName,
  });
  assert.deepEqual(await granting(iam, 'user/dave', 's3', 'IAM', 'ec2', 'nothing'), [
    {
      ServiceNamespace: 's3',
      // In the order of their ARNs: an account's come before AWS's.
      Policies: [
        { PolicyName: 'Photos', PolicyType: 'MANAGED', PolicyArn: photos?.Arn },
        everything,
      ],
    },
    {
      ServiceNamespace: 'IAM',
      Policies: [everything, own('USER', 'dave'), own('GROUP', 'Developers')],
    },
    { ServiceNamespace: 'ec2', Policies: [everything] },
    { ServiceNamespace: 'nothing', Policies: [] },
  ]);
  assert.deepEqual(await granting(iam, 'group/Others', 's3', 'iam'), [
    { ServiceNamespace: 's3', Policies: [] },
    { ServiceNamespace: 'iam', Policies: [own('GROUP', 'Others')] },
  ]);
});

test('a role has its own policies, and its boundary is none of them', async (t) => {
  const iam = await openTestIam(t);
  const inline = [['own', allow('s3:GetObject')]] as const;
  await addRole(iam, { name: 'PhotoAppRole', path: '/app/', inline });
  await iam.store.transaction(async ({ database }) => {
    await database.updateTable('iam_role').set({ permissions_boundary: administrator }).execute();
  });
  assert.deepEqual(await granting(iam, 'role/app/PhotoAppRole', 's3', 'iam'), [
    {
      ServiceNamespace: 's3',
      Policies: [
        { PolicyName: 'own', PolicyType: 'INLINE', EntityType: 'ROLE', EntityName: 'PhotoAppRole' },
      ],
    },
    { ServiceNamespace: 'iam', Policies: [] },
  ]);
});

test('services come in pages of a hundred', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const ServiceNamespaces = Array.from({ length: 101 }, (_, index) => `service${index}`);
  const input = { Arn: arnOf('user/dave'), ServiceNamespaces };
  const first = await iam.call(listPoliciesGrantingServiceAccess, input);
  assert.equal(first.PoliciesGrantingServiceAccess?.length, 100);
  assert.equal(first.IsTruncated, true);
  const marked = { ...input, Marker: first.Marker };
  const next = await iam.call(listPoliciesGrantingServiceAccess, marked);
  assert.deepEqual(next.PoliciesGrantingServiceAccess, [
    { ServiceNamespace: 'service100', Policies: [] },
  ]);
});

test('who does not exist has none, and a policy is nobody', async (t) => {
  const iam = await openTestIam(t);
  const refused = async (arn: string, code: string, status: number, message: string) => {
    const input = { Arn: arn, ServiceNamespaces: ['s3'] };
    await assertRefused(iam.call(listPoliciesGrantingServiceAccess, input), code, status, message);
  };
  const message = 'The user with name dave cannot be found.';
  await refused(arnOf('user/dave'), 'NoSuchEntity', 404, message);
  await refused(administrator, 'InvalidInput', 400, `ARN ${administrator} is not valid.`);
});
