import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resource, ResourceReference } from '../../operation.ts';
import { createInstanceProfile } from '../instance-profile.ts';
import {
  addRole,
  adminCaller,
  noResourcePolicies,
  openTestIam,
  secondAccount,
  type TestIam,
  testSettings,
} from '../testing.ts';
import {
  instanceProfileResource,
  newInstanceProfileResource,
  passedRoleResource,
} from './instance-profile.ts';

type Names = Readonly<Record<string, string>>;

const named = instanceProfileResource(({ profile }: Names) => profile);
const made = newInstanceProfileResource(
  ({ profile }: Names) => profile,
  ({ path }: Names) => path,
);
const passed = passedRoleResource(
  ({ role }: Names) => role,
  ({ profile }: Names) => profile,
);

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

const ofProfile = 'arn:aws:iam::111111111111:instance-profile';
const ofRole = 'arn:aws:iam::111111111111:role';
const accountId = '111111111111';
const tags = new Map([['team', 'photos']]);

test('an instance profile is its stored ARN with its tags, or one at the root path', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createInstanceProfile, {
    InstanceProfileName: 'Web',
    Path: '/eu/',
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  assert.deepEqual(await resolve(iam, named, { profile: 'WEB' }), {
    arn: `${ofProfile}/eu/Web`,
    askedArn: `${ofProfile}/WEB`,
    accountId,
    tags,
  });
  const none = { arn: `${ofProfile}/none`, accountId };
  assert.deepEqual(await resolve(iam, named, { profile: 'none' }), none);
  const other = await resolve(iam.inAccount(secondAccount), named, { profile: 'Web' });
  assert.equal(other.arn, 'arn:aws:iam::222222222222:instance-profile/Web');
});

test('an instance profile about to be made is at the path that it will have', async (t) => {
  const iam = await openTestIam(t);
  const there = { arn: `${ofProfile}/eu/Web`, accountId };
  assert.deepEqual(await resolve(iam, made, { profile: 'Web', path: '/eu/' }), there);
  const atRoot = { arn: `${ofProfile}/Web`, accountId };
  assert.deepEqual(await resolve(iam, made, { profile: 'Web' }), atRoot);
});

test('a role is passed together with the profile that it comes into', async (t) => {
  const iam = await openTestIam(t);
  await addRole(iam, { name: 'App', path: '/service/', tags: [['team', 'photos']] });
  await iam.call(createInstanceProfile, { InstanceProfileName: 'Web', Path: '/eu/' });
  assert.deepEqual(await resolve(iam, passed, { role: 'app', profile: 'web' }), {
    arn: `${ofRole}/service/App`,
    askedArn: `${ofRole}/app`,
    accountId,
    tags,
    conditionKeys: new Map([['iam:associatedresourcearn', `${ofProfile}/eu/Web`]]),
  });
  assert.deepEqual(await resolve(iam, passed, { role: 'none', profile: 'none' }), {
    arn: `${ofRole}/none`,
    accountId,
    conditionKeys: new Map([['iam:associatedresourcearn', `${ofProfile}/none`]]),
  });
});
