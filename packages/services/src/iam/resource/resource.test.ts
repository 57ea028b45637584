import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../authentication/caller.ts';
import type { Resource, ResourceReference } from '../../operation.ts';
import { createAccessKey } from '../access-key.ts';
import { createGroup } from '../group.ts';
import { createPolicy } from '../managed-policy.ts';
import {
  addRole,
  adminCaller,
  allow,
  assertRefused,
  firstAccount,
  noResourcePolicies,
  openTestIam,
  rootCaller,
  secondAccount,
  type TestIam,
  testSettings,
  userCaller,
} from '../testing.ts';
import { createUser } from '../user.ts';
import { groupResource, newGroupResource, renamedGroupResource } from './group.ts';
import { newPolicyResource, policyResource } from './policy.ts';
import { roleResource } from './role.ts';
import {
  accessKeyUserResource,
  callingUserResource,
  newUserResource,
  renamedUserResource,
  userResource,
} from './user.ts';

type Name = string | undefined;

async function resolve<Input>(
  iam: TestIam,
  reference: ResourceReference<Input>,
  input: Input,
  caller: Caller = adminCaller(iam.accountId),
): Promise<Resource> {
  return await reference.resolve(
    {
      caller,
      database: iam.store.database,
      resourcePolicies: noResourcePolicies,
      settings: testSettings,
    },
    input,
  );
}

const tags = new Map([['team', 'photos']]);
const tagList = [{ Key: 'team', Value: 'photos' }];
const named = userResource((name: Name) => name);

test('a user is its stored ARN with its tags, or one at the root path', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'analyst', Tags: [{ Key: 'admin', Value: 'true' }] });
  await iam.call(createUser, { UserName: 'Dave', Path: '/ops/', Tags: tagList });
  const dave = {
    arn: 'arn:aws:iam::111111111111:user/ops/Dave',
    askedArn: 'arn:aws:iam::111111111111:user/dave',
    accountId: firstAccount,
    tags,
  };
  assert.deepEqual(await resolve(iam, named, 'dave'), dave);
  assert.deepEqual(await resolve(iam, named, 'nobody'), {
    arn: 'arn:aws:iam::111111111111:user/nobody',
    accountId: firstAccount,
  });
  assert.deepEqual(await resolve(iam.inAccount(secondAccount), named, 'dave'), {
    arn: 'arn:aws:iam::222222222222:user/dave',
    accountId: secondAccount,
  });
});

test('without a name the user is the caller, and nobody but a user may leave it out', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'dave', Path: '/ops/' });
  const caller = userCaller(firstAccount, user?.UserId ?? '', 'dave');
  const calling = callingUserResource<Name>();
  for (const reference of [named, calling]) {
    const resource = await resolve(iam, reference, undefined, caller);
    assert.equal(resource.arn, user?.Arn);
  }
  for (const other of [adminCaller(firstAccount), rootCaller(firstAccount)]) {
    await assertRefused(
      resolve(iam, named, undefined, other),
      'ValidationError',
      400,
      'Must specify userName when calling with non-User credentials',
    );
    await assertRefused(
      resolve(iam, calling, undefined, other),
      'InvalidUserType',
      400,
      'Only IAM users have a password to change.',
    );
  }
});

test('an anonymous caller has no resources', async (t) => {
  const iam = await openTestIam(t);
  await assertRefused(
    resolve(iam, named, 'dave', { kind: 'anonymous' }),
    'AccessDenied',
    403,
    'Access Denied',
  );
});

test('what is made is named by the path it asks for', async (t) => {
  const iam = await openTestIam(t);
  // An existing user must not lend its path to the question whether another may be made.
  await iam.call(createUser, { UserName: 'dave', Path: '/ops/', Tags: tagList });
  const path = (input: { path?: string }) => input.path;
  const name = () => 'dave';
  const arnOf = async (reference: ResourceReference<{ path?: string }>, input = {}) =>
    (await resolve(iam, reference, input)).arn;
  const user = newUserResource(name, path);
  assert.equal(await arnOf(user), 'arn:aws:iam::111111111111:user/dave');
  assert.equal(await arnOf(user, { path: '/eu/' }), 'arn:aws:iam::111111111111:user/eu/dave');
  assert.equal((await resolve(iam, user, {})).tags, undefined);
  const group = newGroupResource(name, path);
  assert.equal(await arnOf(group, { path: '/eu/' }), 'arn:aws:iam::111111111111:group/eu/dave');
  const policy = newPolicyResource(name, path);
  assert.equal(await arnOf(policy, { path: '/eu/' }), 'arn:aws:iam::111111111111:policy/eu/dave');
});

test('a renamed user or group keeps what is not changed', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'Dave', Path: '/ops/', Tags: tagList });
  await iam.call(createGroup, { GroupName: 'Devs', Path: '/ops/' });
  interface Renaming {
    readonly name: string;
    readonly newPath?: string;
    readonly newName?: string;
  }
  const user = renamedUserResource<Renaming>(
    (input) => input.name,
    (input) => input.newPath,
    (input) => input.newName,
  );
  const group = renamedGroupResource<Renaming>(
    (input) => input.name,
    (input) => input.newPath,
    (input) => input.newName,
  );
  const arnOf = async (reference: ResourceReference<Renaming>, input: Renaming) =>
    (await resolve(iam, reference, input)).arn;
  const iamArn = 'arn:aws:iam::111111111111:';
  assert.equal(await arnOf(user, { name: 'dave', newName: 'x' }), `${iamArn}user/ops/x`);
  assert.equal(await arnOf(user, { name: 'dave', newPath: '/eu/' }), `${iamArn}user/eu/Dave`);
  assert.equal(await arnOf(user, { name: 'nobody', newName: 'x' }), `${iamArn}user/x`);
  assert.deepEqual((await resolve(iam, user, { name: 'dave', newName: 'x' })).tags, tags);
  assert.equal(await arnOf(group, { name: 'devs', newName: 'x' }), `${iamArn}group/ops/x`);
  assert.equal(await arnOf(group, { name: 'devs', newPath: '/eu/' }), `${iamArn}group/eu/Devs`);
  assert.equal(await arnOf(group, { name: 'nobody', newName: 'x' }), `${iamArn}group/x`);
});

test('an access key is its user, an unknown or foreign one every user', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave', Path: '/ops/', Tags: tagList });
  const { AccessKey: key } = await iam.call(createAccessKey, { UserName: 'dave' });
  const reference = accessKeyUserResource((id: Name) => id);
  assert.deepEqual(await resolve(iam, reference, key?.AccessKeyId), {
    arn: 'arn:aws:iam::111111111111:user/ops/dave',
    askedArn: 'arn:aws:iam::111111111111:user/*',
    accountId: firstAccount,
    tags,
  });
  const every = { arn: 'arn:aws:iam::111111111111:user/*', accountId: firstAccount };
  assert.deepEqual(await resolve(iam, reference, 'AKIAEXAMPLEEXAMPLE22'), every);
  const other = iam.inAccount(secondAccount);
  assert.deepEqual(await resolve(other, reference, key?.AccessKeyId), {
    arn: 'arn:aws:iam::222222222222:user/*',
    accountId: secondAccount,
  });
});

test('groups and roles are their stored ARNs', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createGroup, { GroupName: 'Devs', Path: '/ops/' });
  await addRole(iam, { name: 'App', path: '/ops/', tags: [['team', 'photos']] });
  const group = groupResource((name: Name) => name);
  const role = roleResource((name: Name) => name);
  const accountId = firstAccount;
  assert.deepEqual(await resolve(iam, group, 'devs'), {
    arn: 'arn:aws:iam::111111111111:group/ops/Devs',
    askedArn: 'arn:aws:iam::111111111111:group/devs',
    accountId,
  });
  assert.deepEqual(await resolve(iam, group, 'none'), {
    arn: 'arn:aws:iam::111111111111:group/none',
    askedArn: 'arn:aws:iam::111111111111:group/none',
    accountId,
  });
  assert.deepEqual(await resolve(iam, role, 'app'), {
    arn: 'arn:aws:iam::111111111111:role/ops/App',
    askedArn: 'arn:aws:iam::111111111111:role/app',
    accountId,
    tags,
  });
  assert.deepEqual(await resolve(iam, role, 'none'), {
    arn: 'arn:aws:iam::111111111111:role/none',
    accountId,
  });
});

test('a policy is its ARN, owned by the account in it', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createPolicy, {
    PolicyName: 'Photos',
    PolicyDocument: allow('s3:GetObject'),
    Tags: tagList,
  });
  const reference = policyResource((arn: Name) => arn);
  const own = 'arn:aws:iam::111111111111:policy/Photos';
  assert.deepEqual(await resolve(iam, reference, own), {
    arn: own,
    accountId: firstAccount,
    tags,
  });
  // Another spelling is another resource: it has no tags to be let in by.
  const spelled = 'arn:aws:iam::111111111111:policy/photos';
  assert.deepEqual(await resolve(iam, reference, spelled), {
    arn: spelled,
    accountId: firstAccount,
  });
  const aws = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  assert.deepEqual(await resolve(iam, reference, aws), { arn: aws, accountId: firstAccount });
  const other = iam.inAccount(secondAccount);
  assert.deepEqual(await resolve(other, reference, own), { arn: own, accountId: firstAccount });
  await assertRefused(
    resolve(iam, reference, 'arn:aws:iam::111111111111:role/Photos'),
    'InvalidInput',
    400,
    'ARN arn:aws:iam::111111111111:role/Photos is not valid.',
  );
});
