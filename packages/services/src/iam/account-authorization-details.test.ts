import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testingStore } from '../testing-store.ts';
import { getAccountAuthorizationDetails } from './account-authorization-details.ts';
import { attachGroupPolicy, attachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { addUserToGroup } from './group-membership.ts';
import { putGroupPolicy, putUserPolicy } from './inline-policy.ts';
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  listInstanceProfiles,
} from './instance-profile.ts';
import { createPolicy } from './managed-policy.ts';
import { encodePolicyDocument } from './policy-document.ts';
import { createPolicyVersion } from './policy-version.ts';
import { createRole, listRoles } from './role.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  roleTrustPolicy,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const viewOnly = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';

async function details(iam: TestIam, input: object = {}) {
  return await iam.call(getAccountAuthorizationDetails, input);
}

async function update(iam: TestIam, table: 'iam_user' | 'iam_role', values: object): Promise<void> {
  await iam.store.transaction(async ({ database }) => {
    await database.updateTable(table).set(values).execute();
  });
}

test('an account without anything has four empty lists', async (t) => {
  const iam = await openTestIam(t);
  assert.deepEqual(await details(iam), {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [],
    IsTruncated: false,
  });
});

test('a user is told with its policies, groups, boundary and tags', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, {
    UserName: 'Dave',
    Path: '/team/',
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  await iam.call(createGroup, { GroupName: 'Zoo' });
  await iam.call(createGroup, { GroupName: 'apes' });
  await iam.call(addUserToGroup, { UserName: 'Dave', GroupName: 'Zoo' });
  await iam.call(addUserToGroup, { UserName: 'Dave', GroupName: 'apes' });
  await iam.call(attachUserPolicy, { UserName: 'Dave', PolicyArn: readOnly });
  await iam.call(putUserPolicy, {
    UserName: 'Dave',
    PolicyName: 'own',
    PolicyDocument: allow('s3:Get*'),
  });
  await update(iam, 'iam_user', { permissions_boundary: viewOnly });
  await iam.call(createUser, { UserName: 'plain' });

  const { UserDetailList: [dave, plain] = [] } = await details(iam, { Filter: ['User'] });
  assert.deepEqual(dave, {
    Path: '/team/',
    UserName: 'Dave',
    UserId: user?.UserId,
    Arn: `arn:aws:iam::${firstAccount}:user/team/Dave`,
    CreateDate: new Date(firstCallAt),
    UserPolicyList: [{ PolicyName: 'own', PolicyDocument: encodePolicyDocument(allow('s3:Get*')) }],
    GroupList: ['apes', 'Zoo'],
    AttachedManagedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly }],
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: viewOnly },
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  assert.ok(dave?.UserPolicyList?.[0]?.PolicyDocument?.includes('s3%3AGet%2A'));
  // What AWS leaves out for a user, it answers empty for a group and a role.
  assert.equal(plain && 'UserPolicyList' in plain, false);
  assert.deepEqual(plain?.GroupList, []);
  assert.deepEqual(plain?.AttachedManagedPolicies, []);
});

test('a group is told with its policies', async (t) => {
  const iam = await openTestIam(t);
  const { Group: group } = await iam.call(createGroup, { GroupName: 'Developers', Path: '/d/' });
  await iam.call(createGroup, { GroupName: 'empty' });
  await iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: viewOnly });
  await iam.call(putGroupPolicy, {
    GroupName: 'Developers',
    PolicyName: 'own',
    PolicyDocument: allow('s3:GetObject'),
  });
  const { GroupDetailList: groups } = await details(iam, { Filter: ['Group'] });
  assert.deepEqual(groups?.[0], {
    Path: '/d/',
    GroupName: 'Developers',
    GroupId: group?.GroupId,
    Arn: `arn:aws:iam::${firstAccount}:group/d/Developers`,
    CreateDate: new Date(firstCallAt),
    GroupPolicyList: [
      { PolicyName: 'own', PolicyDocument: encodePolicyDocument(allow('s3:GetObject')) },
    ],
    AttachedManagedPolicies: [{ PolicyName: 'ViewOnlyAccess', PolicyArn: viewOnly }],
  });
  assert.deepEqual(groups?.[1]?.GroupPolicyList, []);
});

test('a role is told with its profiles, its last use and ARNs for ids', async (t) => {
  const iam = await openTestIam(t);
  const { User: dave } = await iam.call(createUser, { UserName: 'dave' });
  const roleId = await addRole(iam, {
    name: 'PhotoAppRole',
    path: '/app/',
    attached: [readOnly],
    inline: [['own', allow('s3:GetObject')]],
    tags: [['team', 'photos']],
  });
  const trust = (principal: string) =>
    roleTrustPolicy.replace('{"Service":"ec2.amazonaws.com"}', `{"AWS":"${principal}"}`);
  await update(iam, 'iam_role', {
    trust_policy: trust(dave?.UserId ?? ''),
    permissions_boundary: viewOnly,
    last_used_at: firstCallAt,
    last_used_region: 'eu-west-1',
  });
  await addInstanceProfile(iam, roleId);
  await addRole(iam, { name: 'unused' });

  const { RoleDetailList: roles } = await details(iam, { Filter: ['Role'] });
  const shared = {
    Path: '/app/',
    RoleName: 'PhotoAppRole',
    RoleId: roleId,
    Arn: `arn:aws:iam::${firstAccount}:role/app/PhotoAppRole`,
    CreateDate: new Date(firstCallAt + 1000),
    AssumeRolePolicyDocument: encodePolicyDocument(trust(`arn:aws:iam::${firstAccount}:user/dave`)),
  };
  assert.deepEqual(roles?.[0], {
    ...shared,
    InstanceProfileList: [
      {
        Path: '/app/',
        InstanceProfileName: 'PhotoApp',
        InstanceProfileId: 'AIPAEXAMPLEEXAMPLE222',
        Arn: `arn:aws:iam::${firstAccount}:instance-profile/app/PhotoApp`,
        CreateDate: new Date(firstCallAt),
        Roles: [shared],
      },
    ],
    RolePolicyList: [
      { PolicyName: 'own', PolicyDocument: encodePolicyDocument(allow('s3:GetObject')) },
    ],
    AttachedManagedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly }],
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: viewOnly },
    Tags: [{ Key: 'team', Value: 'photos' }],
    RoleLastUsed: { LastUsedDate: new Date(firstCallAt), Region: 'eu-west-1' },
  });
  assert.deepEqual(roles?.[1]?.RoleLastUsed, {});
  assert.deepEqual(roles?.[1]?.RolePolicyList, []);
  assert.deepEqual(roles?.[1]?.InstanceProfileList, []);
});

test('a policy is told with its versions, newest first, and how often it is used', async (t) => {
  const iam = await openTestIam(t);
  const { Policy: policy } = await iam.call(createPolicy, {
    PolicyName: 'Photos',
    Description: 'photos',
    PolicyDocument: allow('s3:GetObject'),
  });
  await iam.call(createPolicyVersion, {
    PolicyArn: policy?.Arn,
    PolicyDocument: allow('s3:*'),
    SetAsDefault: true,
  });
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: policy?.Arn });
  await addRole(iam, { name: 'PhotoAppRole', attached: [policy?.Arn ?? ''] });
  await update(iam, 'iam_user', { permissions_boundary: policy?.Arn });

  const { Policies: policies } = await details(iam, { Filter: ['LocalManagedPolicy'] });
  assert.deepEqual(policies, [
    {
      PolicyName: 'Photos',
      PolicyId: policy?.PolicyId,
      Arn: policy?.Arn,
      AttachmentCount: 2,
      PermissionsBoundaryUsageCount: 1,
      IsAttachable: true,
      Path: '/',
      DefaultVersionId: 'v2',
      Description: 'photos',
      CreateDate: new Date(firstCallAt),
      UpdateDate: new Date(firstCallAt + 1000),
      PolicyVersionList: [
        {
          Document: encodePolicyDocument(allow('s3:*')),
          VersionId: 'v2',
          CreateDate: new Date(firstCallAt + 1000),
          IsDefaultVersion: true,
        },
        {
          Document: encodePolicyDocument(allow('s3:GetObject')),
          VersionId: 'v1',
          CreateDate: new Date(firstCallAt),
          IsDefaultVersion: false,
        },
      ],
    },
  ]);
});

test('of the policies of AWS the account shows those that are in use', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createPolicy, { PolicyName: 'Own', PolicyDocument: allow('s3:*') });
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: viewOnly });
  await update(iam, 'iam_user', { permissions_boundary: readOnly });

  const used = async (input: object) =>
    ((await details(iam, input)).Policies ?? []).map((policy) => [
      policy.PolicyName,
      policy.AttachmentCount,
      policy.PermissionsBoundaryUsageCount,
    ]);
  const ofAws = [
    ['ReadOnlyAccess', 0, 1],
    ['ViewOnlyAccess', 1, 0],
  ];
  assert.deepEqual(await used({ Filter: ['AWSManagedPolicy'] }), ofAws);
  assert.deepEqual(await used({}), [['Own', 0, 0], ...ofAws]);
  const second = iam.inAccount('222222222222');
  assert.deepEqual((await details(second)).Policies, []);
  const { Policies: [policy] = [] } = await details(iam, { Filter: ['AWSManagedPolicy'] });
  const versions = policy?.PolicyVersionList ?? [];
  assert.equal(versions.filter((version) => version.IsDefaultVersion).length, 1);
  assert.ok(versions.length > 1);
  assert.ok(versions[0]?.IsDefaultVersion);
  const documents = versions.map((version) => decodeURIComponent(version.Document ?? ''));
  assert.ok(documents.every((document) => JSON.parse(document).Statement));
  assert.ok(documents.join('').length < 500_000);
});

test('a filter of several types keeps them alone', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createGroup, { GroupName: 'Developers' });
  await addRole(iam, { name: 'PhotoAppRole' });
  const answer = await details(iam, { Filter: ['Role', 'User'], MaxItems: 1 });
  assert.equal(answer.UserDetailList?.length, 1);
  assert.equal(answer.IsTruncated, true);
  const next = await details(iam, { Filter: ['Role', 'User'], Marker: answer.Marker });
  assert.deepEqual(
    [next.UserDetailList?.length, next.GroupDetailList?.length, next.RoleDetailList?.length],
    [0, 0, 1],
  );
  assert.equal(next.IsTruncated, false);
  await assertRefused(
    details(iam, { Marker: 'made up' }),
    'ValidationError',
    400,
    'Invalid Marker.',
  );
});

test('a page ends when its documents are too much for one answer', async (t) => {
  const iam = await openTestIam(t);
  const large = allow('s3:*').padEnd(1_200_000);
  const larger = allow('s3:*').padEnd(2_400_000);
  for (const name of ['one', 'three', 'two']) {
    await addRole(iam, { name, inline: [[name, allow('s3:*')]] });
  }
  await iam.call(createPolicy, { PolicyName: 'Photos', PolicyDocument: allow('s3:*') });
  await iam.store.transaction(async ({ database }) => {
    await database.updateTable('iam_inline_policy').set({ document: large }).execute();
    await database
      .updateTable('iam_inline_policy')
      .set({ document: larger })
      .where('name', '=', 'three')
      .execute();
    await database.updateTable('iam_policy_version').set({ document: large }).execute();
  });
  const pages: (string | undefined)[][] = [];
  let marker: string | undefined;
  do {
    const page = await details(iam, { Marker: marker });
    pages.push(
      [...(page.RoleDetailList ?? []), ...(page.Policies ?? [])].map((entry) =>
        entry.Arn?.split('/').at(-1),
      ),
    );
    marker = page.Marker;
  } while (marker !== undefined);
  // What is larger than a page stands alone.
  assert.deepEqual(pages, [['one'], ['three'], ['two'], ['Photos']]);
});

test('trust policies are too much for one answer sooner', async (t) => {
  const iam = await openTestIam(t);
  for (const name of ['one', 'three', 'two']) await addRole(iam, { name });
  await update(iam, 'iam_role', { trust_policy: roleTrustPolicy.padEnd(200_000) });
  const { RoleDetailList: roles, IsTruncated } = await details(iam);
  assert.deepEqual([roles?.length, IsTruncated], [2, true]);
});

test('a page takes the same number of queries, whatever is in it', async (t) => {
  const { iam, counted } = await openCountedIam(t);
  const fill = async (suffix: string) => {
    await iam.call(createUser, { UserName: `dave${suffix}` });
    await iam.call(createGroup, { GroupName: `Developers${suffix}` });
    const { Policy: policy } = await iam.call(createPolicy, {
      PolicyName: `Photos${suffix}`,
      PolicyDocument: allow('s3:*'),
    });
    const attached = [policy?.Arn ?? '', viewOnly];
    await addRole(iam, { name: `PhotoAppRole${suffix}`, attached });
  };
  await fill('');
  counted.queries = 0;
  await details(iam);
  const queries = counted.queries;
  assert.ok(queries > 10 && queries < 30, `${queries} queries`);
  for (const suffix of ['1', '2', '3', '4']) await fill(suffix);
  counted.queries = 0;
  const { UserDetailList: users } = await details(iam);
  assert.equal(users?.length, 5);
  assert.equal(counted.queries, queries);
});

test('a list of roles takes no more queries for many roles and principals', async (t) => {
  const { iam, counted } = await openCountedIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'dave' });
  const Principal = { AWS: Array.from({ length: 20 }, () => user?.UserId) };
  const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  for (let number = 0; number < 20; number += 1) {
    const name = `PhotoAppRole${number}`;
    await iam.call(createRole, { RoleName: name, AssumeRolePolicyDocument });
    await iam.call(createInstanceProfile, { InstanceProfileName: name });
    await iam.call(addRoleToInstanceProfile, { InstanceProfileName: name, RoleName: name });
  }
  counted.queries = 0;
  const { Roles: roles } = await iam.call(listRoles, {});
  const { InstanceProfiles: profiles } = await iam.call(listInstanceProfiles, {});
  assert.ok(counted.queries < 10, `${counted.queries} queries`);
  assert.equal(roles?.length, 20);
  assert.ok(roles?.every((role) => role.AssumeRolePolicyDocument?.includes('user%2Fdave')));
  assert.deepEqual(
    profiles?.map((profile) => profile.Roles?.[0]?.AssumeRolePolicyDocument),
    roles?.map((role) => role.AssumeRolePolicyDocument),
  );
});

async function openCountedIam(t: TestContext) {
  const { open } = testingStore;
  const counted = { queries: 0 };
  testingStore.open = async () => {
    const store = await open();
    const database = store.database.withPlugin({
      transformQuery({ node }) {
        counted.queries += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    return new Proxy(store, {
      get(target, name) {
        if (name === 'database') return database;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  try {
    return { iam: await openTestIam(t), counted };
  } finally {
    testingStore.open = open;
  }
}

async function addInstanceProfile(iam: TestIam, roleId: string): Promise<void> {
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_instance_profile')
      .values({
        account_id: iam.accountId,
        instance_profile_id: 'AIPAEXAMPLEEXAMPLE222',
        name: 'PhotoApp',
        name_fold: 'photoapp',
        path: '/app/',
        created_at: firstCallAt,
        role_id: roleId,
      })
      .execute();
  });
}
