import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroup } from '../group.ts';
import {
  addRole,
  adminCaller,
  assertRefused,
  firstAccount,
  noResourcePolicies,
  openTestIam,
  secondAccount,
  type TestIam,
  testSettings,
} from '../testing.ts';
import { createUser } from '../user.ts';
import { policySourceResource } from './policy-source.ts';

const reference = policySourceResource((arn: string) => arn);

const arnOf = (resource: string, accountId = firstAccount) =>
  `arn:aws:iam::${accountId}:${resource}`;

async function resolve({ store, accountId }: TestIam, arn: string) {
  const resourcePolicies = noResourcePolicies;
  const caller = adminCaller(accountId);
  return await reference.resolve(
    { caller, database: store.database, resourcePolicies, settings: testSettings },
    arn,
  );
}

test('whose policies are read is decided by the stored ARN and its tags', async (t) => {
  const iam = await openTestIam(t);
  const Path = '/ops/';
  const Tags = [{ Key: 'team', Value: 'photos' }];
  await iam.call(createUser, { UserName: 'dave', Path, Tags });
  await iam.call(createGroup, { GroupName: 'Devs', Path });
  await addRole(iam, { name: 'App', path: Path, tags: [['team', 'photos']] });
  const accountId = firstAccount;
  const tags = new Map([['team', 'photos']]);
  for (const asked of ['user/dave', 'user/other/DAVE', 'user/ops/dave']) {
    const askedArn = arnOf(asked);
    const arn = arnOf('user/ops/dave');
    assert.deepEqual(await resolve(iam, askedArn), { arn, askedArn, accountId, tags });
  }
  const role = { arn: arnOf('role/ops/App'), askedArn: arnOf('role/App'), accountId, tags };
  assert.deepEqual(await resolve(iam, arnOf('role/App')), role);
  const group = { arn: arnOf('group/ops/Devs'), askedArn: arnOf('group/devs'), accountId };
  assert.deepEqual(await resolve(iam, arnOf('group/devs')), group);
});

test('who is not there is what was asked for', async (t) => {
  const iam = await openTestIam(t);
  for (const kind of ['user', 'group', 'role']) {
    const arn = arnOf(`${kind}/ops/nobody`);
    assert.deepEqual(await resolve(iam, arn), { arn, accountId: firstAccount });
  }
});

test("another account's is refused before anything is decided", async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  await assertRefused(
    resolve(iam.inAccount(secondAccount), arnOf('user/dave')),
    'InvalidInput',
    400,
    `Invalid Policy Source Arn: caller's account ${secondAccount} does not have access to policies in account ${firstAccount}.`,
  );
});
