import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyIdentifier, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import { attachGroupPolicy, attachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { addUserToGroup, removeUserFromGroup } from './group-membership.ts';
import { putGroupPolicy, putUserPolicy } from './inline-policy.ts';
import { createPolicy } from './managed-policy.ts';
import { putUserPermissionsBoundary } from './permissions-boundary.ts';
import { simulatePrincipalPolicy } from './policy-simulation.ts';
import { createPolicyVersion } from './policy-version.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstAccount,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';

const arnOf = (resource: string) => `arn:aws:iam::${firstAccount}:${resource}`;
const DAVE = arnOf('user/ops/dave');
const MANAGED = arnOf('policy/ops/Photos');
const LIMIT = arnOf('policy/ops/Limit');
const limit = { UserName: 'dave', PermissionsBoundary: LIMIT };

/** Dave may get by an inline policy, put by his group, delete by a managed policy on both. */
async function openWithDave(t: Parameters<typeof openTestIam>[0]): Promise<TestIam> {
  const iam = await openTestIam(t);
  const Path = '/ops/';
  await iam.call(createUser, { UserName: 'dave', Path });
  await iam.call(createGroup, { GroupName: 'Developers', Path });
  await iam.call(addUserToGroup, { UserName: 'dave', GroupName: 'Developers' });
  const photos = { PolicyName: 'Photos', Path, PolicyDocument: allow('s3:DeleteObject') };
  await iam.call(createPolicy, photos);
  const getAndPut = allow('s3:GetObject').replace(
    '"s3:GetObject"',
    '["s3:GetObject","s3:PutObject"]',
  );
  await iam.call(createPolicy, { PolicyName: 'Limit', Path, PolicyDocument: getAndPut });
  await iam.call(putUserPolicy, {
    UserName: 'dave',
    PolicyName: 'Own',
    PolicyDocument: allow('s3:GetObject'),
  });
  await iam.call(putGroupPolicy, {
    GroupName: 'Developers',
    PolicyName: 'Shared',
    PolicyDocument: allow('s3:PutObject'),
  });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: MANAGED });
  await iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: MANAGED });
  return iam;
}

const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];

/** The policies that allow each action; `no` where it is denied. */
async function allowing(iam: TestIam, input: Partial<SimulatePrincipalPolicyRequest> = {}) {
  const { EvaluationResults: results = [] } = await iam.call(simulatePrincipalPolicy, {
    PolicySourceArn: DAVE,
    ActionNames: actions,
    ...input,
  });
  return results.map(({ EvalDecision: decision, MatchedStatements: statements = [] }) =>
    decision === 'allowed'
      ? statements.map(({ SourcePolicyId }) => SourcePolicyId).join()
      : decision,
  );
}

const no = 'implicitDeny';

test("a user has its own policies and its groups', a managed one once", async (t) => {
  const iam = await openWithDave(t);
  const all = ['user_dave_Own', 'group_Developers_Shared', 'Photos'];
  assert.deepEqual(await allowing(iam), all);
  const group = { PolicySourceArn: arnOf('group/ops/Developers') };
  assert.deepEqual(await allowing(iam, group), [no, 'group_Developers_Shared', 'Photos']);
  const name = 'App';
  await addRole(iam, { name, attached: [MANAGED], inline: [['In', allow('s3:GetObject')]] });
  const role = { PolicySourceArn: arnOf('role/App') };
  assert.deepEqual(await allowing(iam, role), ['role_App_In', no, 'Photos']);
  const PolicyInputList = [allow('s3:*')];
  assert.deepEqual(await allowing(iam, { ...role, PolicyInputList }), [
    'role_App_In,PolicyInputList.1',
    'PolicyInputList.1',
    'Photos,PolicyInputList.1',
  ]);
});

test('what has changed is in force at once', async (t) => {
  const iam = await openWithDave(t);
  await iam.call(removeUserFromGroup, { UserName: 'dave', GroupName: 'Developers' });
  await iam.call(createPolicyVersion, {
    PolicyArn: MANAGED,
    PolicyDocument: allow('s3:PutObject'),
    SetAsDefault: true,
  });
  assert.deepEqual(await allowing(iam), ['user_dave_Own', 'Photos', no]);
});

test('a policy of AWS is asked in its default version', async (t) => {
  const iam = await openWithDave(t);
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn });
  const [got] = await allowing(iam);
  assert.equal(got, 'user_dave_Own,AmazonS3ReadOnlyAccess');
});

test('the boundary is the attached one, unless another is passed', async (t) => {
  const iam = await openWithDave(t);
  await iam.call(putUserPermissionsBoundary, limit);
  const within = ['user_dave_Own', 'group_Developers_Shared', no];
  assert.deepEqual(await allowing(iam), within);
  const passed = { PermissionsBoundaryPolicyInputList: [allow('s3:DeleteObject')] };
  assert.deepEqual(await allowing(iam, passed), [no, no, 'Photos']);
  const { EvaluationResults: [result] = [] } = await iam.call(simulatePrincipalPolicy, {
    PolicySourceArn: DAVE,
    ActionNames: ['s3:DeleteObject'],
  });
  assert.deepEqual(result?.PermissionsBoundaryDecisionDetail, {
    AllowedByPermissionsBoundary: false,
  });
});

test('policies are left out by type, by ARN and by name', async (t) => {
  const iam = await openWithDave(t);
  await iam.call(attachUserPolicy, {
    UserName: 'dave',
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
  });
  await iam.call(putUserPermissionsBoundary, limit);
  const read = 'AmazonS3ReadOnlyAccess';
  const without = (...PolicyExclusionList: PolicyIdentifier[]) =>
    allowing(iam, { PolicyExclusionList });
  const inline = (PolicyName: string, AttachmentType: string, AttachmentName: string) =>
    ({
      InlinePolicyIdentifier: { PolicyName, AttachmentType, AttachmentName },
    }) as PolicyIdentifier;
  const own = `user_dave_Own,${read}`;
  const group = 'group_Developers_Shared';
  assert.deepEqual(await without(), [own, group, no]);
  assert.deepEqual(await without({ PolicyType: 'inline' }), [read, no, no]);
  assert.deepEqual(await without({ PolicyType: 'aws-managed' }), ['user_dave_Own', group, no]);
  assert.deepEqual(await without({ PolicyType: 'permission-boundary' }), [own, group, 'Photos']);
  const unbounded: PolicyIdentifier = { PolicyType: 'permission-boundary' };
  assert.deepEqual(await without(unbounded, { PolicyType: 'user-managed' }), [own, group, no]);
  for (const PolicyArn of [
    MANAGED,
    arnOf('policy/Photos'),
    arnOf('policy/P*s'),
    arnOf('policy/?hotos'),
  ]) {
    assert.deepEqual(await without(unbounded, { PolicyArn }), [own, group, no], PolicyArn);
  }
  for (const PolicyArn of [arnOf('policy/other/Photos'), arnOf('policy/Photo'), LIMIT]) {
    assert.deepEqual(await without(unbounded, { PolicyArn }), [own, group, 'Photos'], PolicyArn);
  }
  assert.deepEqual(await without({ PolicyArn: LIMIT }), [own, group, no]);
  for (const type of ['scp', 'rcp'] as const) {
    assert.deepEqual(await without({ PolicyType: type }), [own, group, no]);
  }
  for (const owner of ['dave', 'd*', 'da?e', '*e', 'd*e']) {
    assert.deepEqual(await without(inline('Own', 'user', owner)), [read, group, no], owner);
  }
  for (const wrong of [
    inline('Own', 'group', 'dave'),
    inline('Own', 'user', 'dav'),
    inline('Own', 'user', 'dave*e'),
    inline('Ow?', 'user', 'dave'),
  ]) {
    assert.deepEqual(await without(wrong), [own, group, no], JSON.stringify(wrong));
  }
  const passed = { PolicyInputList: [allow('s3:PutObject')] };
  const PolicyExclusionList: PolicyIdentifier[] = [{ PolicyType: 'inline' }];
  assert.deepEqual(await allowing(iam, { ...passed, PolicyExclusionList }), [
    read,
    'PolicyInputList.1',
    no,
  ]);
});

test('an exclusion that is none is refused', async (t) => {
  const iam = await openWithDave(t);
  const refused = (list: readonly object[], code: string, message: string) =>
    assertRefused(
      allowing(iam, { PolicyExclusionList: list as PolicyIdentifier[] }),
      code,
      400,
      message,
    );
  const oneOf =
    'A policy identifier must specify exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier.';
  await refused([{}], 'InvalidInput', oneOf);
  await refused([{ PolicyType: 'inline', PolicyArn: MANAGED }], 'InvalidInput', oneOf);
  const inline = { PolicyName: 'Own', AttachmentType: 'bogus', AttachmentName: 'dave' };
  const constraint = 'failed to satisfy constraint: Member must satisfy enum value set';
  await refused(
    [{ PolicyType: 'inline' }, { InlinePolicyIdentifier: inline }],
    'ValidationError',
    `1 validation error detected: Value at 'policyExclusionList.2.member.inlinePolicyIdentifier.attachmentType' ${constraint}: [user, role, group]`,
  );
  await refused(
    [{ PolicyType: 'bogus' }],
    'ValidationError',
    `1 validation error detected: Value at 'policyExclusionList.1.member.policyType' ${constraint}: [permission-boundary, aws-managed, inline, scp, user-managed, rcp]`,
  );
  for (const PolicyArn of ['Photos', arnOf('user/dave'), 'arn:aws:iam::*:policy/Photos']) {
    const message = `Invalid ARN provided in the request: ${PolicyArn}`;
    await refused([{ PolicyArn }], 'InvalidInput', message);
  }
  const stars = arnOf('policy/*o*');
  await refused(
    [{ PolicyArn: stars }],
    'InvalidInput',
    `${stars} has more than one wildcard character *.`,
  );
});

test('the source is found by its name, and is of the own account', async (t) => {
  const iam = await openWithDave(t);
  const all = ['user_dave_Own', 'group_Developers_Shared', 'Photos'];
  for (const path of ['user/dave', 'user/other/path/DAVE']) {
    assert.deepEqual(await allowing(iam, { PolicySourceArn: arnOf(path) }), all, path);
  }
  const refused = (PolicySourceArn: string, ...refusal: [string, number, string]) =>
    assertRefused(allowing(iam, { PolicySourceArn }), ...refusal);
  for (const path of ['user/nobody', 'group/nobody', 'role/nobody', 'user/Developers']) {
    const noEntity = 'Unable to retrieve specified IAM entity.';
    await refused(arnOf(path), 'NoSuchEntity', 404, noEntity);
  }
  await refused(
    `arn:aws:iam::${secondAccount}:user/dave`,
    'InvalidInput',
    400,
    `Invalid Policy Source Arn: caller's account ${firstAccount} does not have access to policies in account ${secondAccount}.`,
  );
  for (const arn of [
    arnOf('root'),
    `arn:aws:sts::${firstAccount}:assumed-role/App/one`,
    'not-an-arn-but-long-enough',
    arnOf('user/'),
    arnOf('policy/Photos'),
  ]) {
    const message = `Invalid ARN provided in the request: ${arn}`;
    await refused(arn, 'InvalidInput', 400, message);
  }
});

test('the source is the caller, unless another is named', async (t) => {
  const iam = await openWithDave(t);
  const A = 'arn:aws:s3:::photos/a';
  const naming = (arn: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: arn }, Action: 's3:ListBucket', Resource: A },
    });
  const ask = async (
    ResourcePolicy: string,
    more: Partial<SimulatePrincipalPolicyRequest> = {},
  ) => {
    const [decision] = await allowing(iam, {
      ActionNames: ['s3:ListBucket'],
      ResourceArns: [A],
      ResourcePolicy,
      ...more,
    });
    return decision;
  };
  assert.equal(await ask(naming(DAVE)), 'ResourcePolicy');
  const other = arnOf('user/other');
  assert.equal(await ask(naming(other)), no);
  assert.equal(await ask(naming(other), { CallerArn: other }), 'ResourcePolicy');
  const group = { PolicySourceArn: arnOf('group/Developers') };
  assert.equal(await ask(naming(DAVE), group), no);
  assert.equal(await ask(naming(DAVE), { ...group, CallerArn: DAVE }), 'ResourcePolicy');
});
