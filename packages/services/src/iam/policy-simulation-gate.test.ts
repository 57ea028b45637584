import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ContextEntry,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { ApiError } from '@carnet/wire';
import {
  type Credentials,
  firstAccountId,
  openTestServices,
  type TestServices,
} from '../testing.ts';

/**
 * What a simulation of a user says and what happens when that user calls: the same requests are made
 * both ways, under policies of every kind.
 */

const arnOf = (resource: string) => `arn:aws:iam::${firstAccountId}:${resource}`;

interface Request {
  readonly service: 'iam' | 's3';
  readonly operation: string;
  readonly input: object;
  readonly action: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string>>;
}

const requests: readonly Request[] = [
  {
    service: 'iam',
    operation: 'GetUser',
    input: { UserName: 'dave' },
    action: 'iam:GetUser',
    resource: arnOf('user/dave'),
  },
  {
    service: 'iam',
    operation: 'GetUser',
    input: { UserName: 'nobody' },
    action: 'iam:GetUser',
    resource: arnOf('user/nobody'),
  },
  { service: 'iam', operation: 'ListUsers', input: {}, action: 'iam:ListUsers' },
  {
    service: 'iam',
    operation: 'CreateGroup',
    input: { GroupName: 'New', Path: '/ops/' },
    action: 'iam:CreateGroup',
    resource: arnOf('group/ops/New'),
  },
  {
    service: 'iam',
    operation: 'TagUser',
    input: { UserName: 'dave', Tags: [{ Key: 'zone', Value: 'eu' }] },
    action: 'iam:TagUser',
    resource: arnOf('user/dave'),
    context: { 'aws:RequestTag/zone': 'eu' },
  },
  {
    service: 'iam',
    operation: 'GetContextKeysForPrincipalPolicy',
    input: { PolicySourceArn: arnOf('user/dave') },
    action: 'iam:GetContextKeysForPrincipalPolicy',
    resource: arnOf('user/dave'),
  },
  { service: 's3', operation: 'ListBuckets', input: {}, action: 's3:ListAllMyBuckets' },
  {
    service: 's3',
    operation: 'ListObjectsV2',
    input: { Bucket: 'photos' },
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::photos',
  },
  {
    service: 's3',
    operation: 'DeleteBucketPolicy',
    input: { Bucket: 'archive' },
    action: 's3:DeleteBucketPolicy',
    resource: 'arn:aws:s3:::archive',
  },
];

/** What the gate knows of every call, besides what follows from the caller. */
const ofEveryCall = { 'aws:SourceIp': '127.0.0.1', 'aws:PrincipalTag/team': 'photos' };

type Statement = Readonly<Record<string, unknown>>;

/** Policies of dave, of his group, and his boundary; the action and resource are all unless told. */
interface Permissions {
  readonly own?: readonly Statement[];
  readonly group?: readonly Statement[];
  readonly managed?: string;
  readonly boundary?: string;
}

const allow = (more: Statement = {}): Statement => ({
  Effect: 'Allow',
  ...(more.NotAction === undefined && { Action: '*' }),
  ...(more.NotResource === undefined && { Resource: '*' }),
  ...more,
});
const deny = (more: Statement) => allow({ ...more, Effect: 'Deny' });
const when = (operator: string, key: string, value: string) => ({
  Condition: { [operator]: { [key]: value } },
});
const readOnly = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';

const worlds: Readonly<Record<string, Permissions>> = {
  nothing: {},
  everything: { own: [allow()] },
  'one action': { own: [allow({ Action: 'iam:GetUser' })] },
  'actions by a pattern': { own: [allow({ Action: ['iam:Get*', 's3:List*'] })] },
  'all but some actions': { own: [allow({ NotAction: ['iam:*User*', 's3:DeleteBucketPolicy'] })] },
  'itself only': { own: [allow({ Resource: arnOf(`user/\${aws:username}`) })] },
  'all resources but one': { own: [allow({ NotResource: arnOf('user/dave') })] },
  'groups at a path': { own: [allow({ Action: 'iam:*', Resource: arnOf('group/ops/*') })] },
  'everything but a denied action': { own: [allow(), deny({ Action: 'iam:ListUsers' })] },
  'a deny by the group': { own: [allow()], group: [deny({ Resource: 'arn:aws:s3:::photos' })] },
  'the group only': { group: [allow({ Action: 's3:*' })] },
  'a managed policy': { managed: readOnly },
  'a managed policy and a deny': {
    managed: readOnly,
    own: [deny({ Resource: arnOf('user/dave') })],
  },
  'a boundary': { own: [allow()], boundary: readOnly },
  'a boundary alone': { boundary: readOnly },
  'a boundary that leaves nothing': { own: [allow({ Action: 's3:*' })], boundary: readOnly },
  'from an address': { own: [allow(when('IpAddress', 'aws:SourceIp', '127.0.0.0/8'))] },
  'from another address': { own: [allow(when('IpAddress', 'aws:SourceIp', '10.0.0.0/8'))] },
  'for a team': { own: [allow(when('StringEquals', 'aws:PrincipalTag/team', 'photos'))] },
  'tags of one zone': {
    own: [allow(), deny(when('StringNotEqualsIfExists', 'aws:RequestTag/zone', 'us'))],
  },
  'for nobody else': { own: [allow(when('ArnEquals', 'aws:PrincipalArn', arnOf('user/dave')))] },
  'by its name': { own: [allow(when('StringEquals', 'aws:username', 'other'))] },
};

test('a simulation and the gate agree about every request', async (t) => {
  let denials = 0;
  for (const [name, permissions] of Object.entries(worlds)) {
    const world = await openTestServices(t);
    const dave = await populate(world, permissions);
    for (const request of requests) {
      const simulated = await isSimulatedAllowed(world, request);
      const happened = await isLetThrough(world, request, dave);
      assert.equal(simulated, happened, `${name}: ${request.action} on ${request.resource}`);
      if (!happened) denials++;
    }
  }
  const all = requests.length * Object.keys(worlds).length;
  assert.ok(denials > all / 4 && denials < (all * 3) / 4, `${denials} of ${all} are denied`);
});

test('a bucket policy decides in both in the same way', async (t) => {
  for (const [own, statement] of [
    [[], { Effect: 'Allow', Principal: { AWS: arnOf('user/dave') } }],
    [[], { Effect: 'Allow', Principal: { AWS: arnOf('root') } }],
    [[allow()], { Effect: 'Deny', Principal: '*' }],
    [[allow()], { Effect: 'Deny', NotPrincipal: { AWS: arnOf('user/dave') } }],
    [[allow()], { Effect: 'Allow', Principal: { AWS: arnOf('user/other') } }],
  ] as const) {
    const world = await openTestServices(t);
    const dave = await populate(world, { own });
    await world.call('iam', 'CreateUser', { UserName: 'other' });
    const resource = 'arn:aws:s3:::photos';
    const ResourcePolicy = policyOf([
      { ...statement, Action: 's3:ListBucket', Resource: resource },
    ]);
    await world.call('s3', 'PutBucketPolicy', { Bucket: 'photos', Policy: ResourcePolicy });
    const request = requests.find(({ operation }) => operation === 'ListObjectsV2');
    assert.ok(request);
    const simulated = await isSimulatedAllowed(world, request, { ResourcePolicy });
    assert.equal(simulated, await isLetThrough(world, request, dave), JSON.stringify(statement));
  }
});

const policyOf = (statements: readonly Statement[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

async function populate(world: TestServices, permissions: Permissions): Promise<Credentials> {
  const { call, createUser } = world;
  const { own = [], group = [], managed, boundary } = permissions;
  const dave = await createUser('dave');
  const UserName = 'dave';
  await call('iam', 'TagUser', { UserName, Tags: [{ Key: 'team', Value: 'photos' }] });
  await call('iam', 'CreateGroup', { GroupName: 'Developers' });
  await call('iam', 'AddUserToGroup', { UserName, GroupName: 'Developers' });
  const PolicyName = 'one';
  if (own.length > 0) {
    await call('iam', 'PutUserPolicy', { UserName, PolicyName, PolicyDocument: policyOf(own) });
  }
  if (group.length > 0) {
    const PolicyDocument = policyOf(group);
    await call('iam', 'PutGroupPolicy', { GroupName: 'Developers', PolicyName, PolicyDocument });
  }
  if (managed) await call('iam', 'AttachUserPolicy', { UserName, PolicyArn: managed });
  for (const Bucket of ['photos', 'archive']) await call('s3', 'CreateBucket', { Bucket });
  if (boundary) {
    const input = { UserName, PermissionsBoundary: boundary };
    await call('iam', 'PutUserPermissionsBoundary', input);
  }
  return dave;
}

async function isSimulatedAllowed(
  { call }: TestServices,
  { action, resource, context = {} }: Request,
  more: Partial<SimulatePrincipalPolicyRequest> = {},
): Promise<boolean> {
  const entries = Object.entries({ ...ofEveryCall, ...context }).map(
    ([ContextKeyName, value]): ContextEntry => ({
      ContextKeyName,
      ContextKeyType: 'string',
      ContextKeyValues: [value],
    }),
  );
  const answer = (await call('iam', 'SimulatePrincipalPolicy', {
    PolicySourceArn: arnOf('user/dave'),
    ActionNames: [action],
    ...(resource && { ResourceArns: [resource] }),
    ContextEntries: entries,
    ...more,
  })) as SimulatePolicyResponse;
  return answer.EvaluationResults?.[0]?.EvalDecision === 'allowed';
}

/** Whatever else goes wrong with a call, it came through the gate. */
async function isLetThrough(
  { call }: TestServices,
  { service, operation, input }: Request,
  credentials: Credentials,
): Promise<boolean> {
  try {
    await call(service, operation, input, credentials);
    return true;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return error.code !== 'AccessDenied';
  }
}
