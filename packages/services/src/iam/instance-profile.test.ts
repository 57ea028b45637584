import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  removeRoleFromInstanceProfile,
} from './instance-profile.ts';
import {
  listInstanceProfileTags,
  tagInstanceProfile,
  untagInstanceProfile,
} from './instance-profile-tag.ts';
import { createServiceLinkedRole } from './service-linked-role.ts';
import {
  addRole,
  assertRefused,
  firstCallAt,
  openTestIam,
  roleTrustPolicy,
  secondAccount,
  type TestIam,
} from './testing.ts';

const profile = { InstanceProfileName: 'Web' };
const role = { RoleName: 'App' };

async function openWithProfile(...[test, quotas]: Parameters<typeof openTestIam>) {
  const iam = await openTestIam(test, quotas);
  await iam.call(createInstanceProfile, profile);
  return iam;
}

const names = async (iam: TestIam) =>
  (await iam.call(listInstanceProfiles, {})).InstanceProfiles?.map(
    ({ InstanceProfileName: name }) => name,
  );

test('an instance profile is made, read and deleted', async (t) => {
  const iam = await openTestIam(t);
  const { InstanceProfile: made } = await iam.call(createInstanceProfile, profile);
  assert.match(made?.InstanceProfileId ?? '', /^AIPA[A-Z0-9]{17}$/);
  assert.deepEqual(made, {
    Path: '/',
    InstanceProfileName: 'Web',
    InstanceProfileId: made?.InstanceProfileId,
    Arn: 'arn:aws:iam::111111111111:instance-profile/Web',
    CreateDate: new Date(firstCallAt),
    Roles: [],
  });
  const { InstanceProfile: read } = await iam.call(getInstanceProfile, {
    InstanceProfileName: 'WEB',
  });
  assert.deepEqual(read, { ...made, Tags: [] }, 'GetInstanceProfile always has Tags');
  await iam.call(deleteInstanceProfile, { InstanceProfileName: 'wEB' });
  assert.deepEqual(await names(iam), []);
});

test('an instance profile has a path and tags, which go with it', async (t) => {
  const iam = await openTestIam(t);
  const tags = [{ Key: 'team', Value: 'photos' }];
  const { InstanceProfile: made } = await iam.call(createInstanceProfile, {
    ...profile,
    Path: '/eu/',
    Tags: tags,
  });
  assert.equal(made?.Arn, 'arn:aws:iam::111111111111:instance-profile/eu/Web');
  assert.deepEqual(made?.Tags, tags);
  const { InstanceProfiles: listed } = await iam.call(listInstanceProfiles, {
    PathPrefix: '/eu/',
  });
  const { Tags: _tags, ...withoutTags } = made ?? {};
  assert.deepEqual(listed, [withoutTags]);
  await iam.call(tagInstanceProfile, { ...profile, Tags: [{ Key: 'TEAM', Value: 'videos' }] });
  await iam.call(tagInstanceProfile, { ...profile, Tags: [{ Key: 'stage', Value: '' }] });
  await iam.call(untagInstanceProfile, { ...profile, TagKeys: ['stage', 'Team', 'none'] });
  assert.deepEqual(await iam.call(listInstanceProfileTags, profile), {
    Tags: [{ Key: 'TEAM', Value: 'videos' }, ...tags],
    IsTruncated: false,
  });
  await iam.call(deleteInstanceProfile, profile);
  assert.deepEqual(await iam.store.database.selectFrom('iam_tag').selectAll().execute(), []);
});

test('a role comes into a profile with who may assume it, and out again', async (t) => {
  const iam = await openWithProfile(t);
  const roleId = await addRole(iam, { name: 'App', path: '/service/' });
  assert.deepEqual(
    await iam.call(addRoleToInstanceProfile, {
      InstanceProfileName: 'web',
      RoleName: 'APP',
    }),
    {},
  );
  const { InstanceProfile: read } = await iam.call(getInstanceProfile, profile);
  const [held, ...others] = read?.Roles ?? [];
  assert.deepEqual(others, []);
  assert.deepEqual(held, {
    Path: '/service/',
    RoleName: 'App',
    RoleId: roleId,
    Arn: 'arn:aws:iam::111111111111:role/service/App',
    CreateDate: new Date(firstCallAt + 1000),
    AssumeRolePolicyDocument: encodeURIComponent(roleTrustPolicy).replaceAll('*', '%2A'),
  });
  const { Tags: _tags, ...withoutTags } = read ?? {};
  for (const { InstanceProfiles: listed } of [
    await iam.call(listInstanceProfiles, {}),
    await iam.call(listInstanceProfilesForRole, role),
  ]) {
    assert.deepEqual(listed, [withoutTags]);
  }
  await iam.call(removeRoleFromInstanceProfile, { ...profile, ...role });
  assert.deepEqual((await iam.call(getInstanceProfile, profile)).InstanceProfile?.Roles, []);
  assert.deepEqual((await iam.call(listInstanceProfilesForRole, role)).InstanceProfiles, []);
});

test('a profile holds one role, and a role is in many profiles', async (t) => {
  const iam = await openWithProfile(t);
  await addRole(iam, { name: 'App' });
  await addRole(iam, { name: 'Other' });
  await iam.call(addRoleToInstanceProfile, { ...profile, ...role });
  for (const RoleName of ['App', 'Other']) {
    await assertRefused(
      iam.call(addRoleToInstanceProfile, { ...profile, RoleName }),
      'LimitExceeded',
      409,
      'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    );
  }
  await iam.call(createInstanceProfile, { InstanceProfileName: 'Api' });
  await iam.call(addRoleToInstanceProfile, { InstanceProfileName: 'Api', ...role });
  const { InstanceProfiles: listed } = await iam.call(listInstanceProfilesForRole, role);
  assert.deepEqual(
    listed?.map(({ InstanceProfileName: name }) => name),
    ['Api', 'Web'],
  );
});

test('a profile with a role in it is not deleted', async (t) => {
  const iam = await openWithProfile(t);
  await addRole(iam, { name: 'App' });
  await iam.call(addRoleToInstanceProfile, { ...profile, ...role });
  await assertRefused(
    iam.call(deleteInstanceProfile, profile),
    'DeleteConflict',
    409,
    'Cannot delete entity, must remove roles from instance profile first.',
  );
  assert.deepEqual(await names(iam), ['Web']);
});

test('names are taken in every case, and only in their account', async (t) => {
  const iam = await openWithProfile(t);
  await assertRefused(
    iam.call(createInstanceProfile, { InstanceProfileName: 'WEB' }),
    'EntityAlreadyExists',
    409,
    'Instance Profile WEB already exists.',
  );
  const other = iam.inAccount(secondAccount);
  assert.deepEqual(await names(other), []);
  await other.call(createInstanceProfile, profile);
  await addRole(other, { name: 'App' });
  await assertRefused(
    iam.call(addRoleToInstanceProfile, { ...profile, ...role }),
    'NoSuchEntity',
    404,
    'The role with name App cannot be found.',
  );
});

test('a service-linked role comes into no profile', async (t) => {
  const iam = await openWithProfile(t);
  await iam.call(createServiceLinkedRole, { AWSServiceName: 'ecs.amazonaws.com' });
  for (const change of [addRoleToInstanceProfile, removeRoleFromInstanceProfile]) {
    await assertRefused(
      iam.call(change, { ...profile, RoleName: 'awsserviceroleforecs' }),
      'UnmodifiableEntity',
      400,
      "Cannot perform the operation on the protected role 'AWSServiceRoleForECS' - " +
        'this role is only modifiable by AWS',
    );
  }
});

test('what is not there is named as it was asked for', async (t) => {
  const iam = await openWithProfile(t);
  await addRole(iam, { name: 'App' });
  await iam.inAccount(secondAccount).call(createInstanceProfile, { InstanceProfileName: 'None' });
  const none = { InstanceProfileName: 'none' };
  const noRole = { RoleName: 'nobody' };
  for (const call of [
    iam.call(getInstanceProfile, none),
    iam.call(deleteInstanceProfile, none),
    iam.call(addRoleToInstanceProfile, { ...none, ...role }),
    iam.call(removeRoleFromInstanceProfile, { ...none, ...role }),
    iam.call(tagInstanceProfile, { ...none, Tags: [] }),
    iam.call(untagInstanceProfile, { ...none, TagKeys: [] }),
    iam.call(listInstanceProfileTags, none),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'Instance Profile none cannot be found.');
  }
  for (const call of [
    iam.call(addRoleToInstanceProfile, { ...profile, ...noRole }),
    iam.call(removeRoleFromInstanceProfile, { ...profile, ...noRole }),
    iam.call(listInstanceProfilesForRole, noRole),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The role with name nobody cannot be found.');
  }
  await assertRefused(
    iam.call(removeRoleFromInstanceProfile, { ...profile, ...role }),
    'NoSuchEntity',
    404,
    'Role App in Instance Profile Web cannot be found.',
  );
});

test('profiles are counted against the quota of their account', async (t) => {
  const iam = await openWithProfile(t, { instanceProfilesPerAccount: 2 });
  await iam.call(createInstanceProfile, { InstanceProfileName: 'Api' });
  await assertRefused(
    iam.call(createInstanceProfile, { InstanceProfileName: 'Third' }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for InstanceProfilesPerAccount: 2',
  );
  await iam.inAccount(secondAccount).call(createInstanceProfile, profile);
});
