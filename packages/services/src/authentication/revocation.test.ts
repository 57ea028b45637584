import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ApiError, readCredentials } from '@carnet/wire';
import type { Session } from '../sts/session.ts';
import { type Credentials, firstAccountId, signed } from '../testing.ts';
import {
  createMfaDevice,
  createRole,
  getToken,
  openSessionWorld,
  type SessionWorld,
} from './testing-session.ts';

/** What ends sessions before their time: the very next call is refused, of every service. */

const RoleName = 'PhotoAppRole';
const UserName = 'dave';
const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';

const statement = (Effect: 'Allow' | 'Deny', Action: string, Condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect, Action, Resource: '*', ...(Condition && { Condition }) },
  });

/** Each with a call that the policies of its principal allow. */
const calls = [
  ['iam', 'ListRoles'],
  ['sts', 'GetCallerIdentity'],
  ['s3', 'ListBuckets'],
] as const;

/** IAM takes no session of a user without MFA, and none of a federated user. */
const callsOf = ({ kind, mfa }: Partial<Session>) =>
  kind === 'federatedUser' || (kind === 'user' && mfa === undefined) ? calls.slice(1) : calls;

async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return `${error.code} ${error.status}`;
  }
  return 'answered';
}

/** What each service says to these credentials. */
async function answers(
  { call }: SessionWorld,
  credentials: Credentials,
  session: Partial<Session>,
) {
  const said: string[] = [];
  for (const [service, operation] of callsOf(session)) {
    said.push(await refusal(call(service, operation, {}, credentials)));
  }
  return said;
}

const ended: Readonly<Record<string, string>> = {
  iam: 'InvalidClientTokenId 403',
  sts: 'InvalidClientTokenId 403',
  s3: 'InvalidToken 400',
};

const endedOf = (session: Partial<Session>) => callsOf(session).map(([service]) => ended[service]);
const answeredOf = (session: Partial<Session>) => callsOf(session).map(() => 'answered');

/** A session, and what it must say before and after. */
interface Held {
  readonly facts: Partial<Session>;
  readonly credentials: Credentials;
}

function hold(world: SessionWorld, kind: Session['kind'], more: Partial<Session> = {}): Held {
  return { facts: { kind, ...more } as Partial<Session>, credentials: world.issue(kind, more) };
}

async function assertAll(world: SessionWorld, held: readonly Held[], state: 'good' | 'ended') {
  for (const { facts, credentials } of held) {
    const expected = state === 'good' ? answeredOf(facts) : endedOf(facts);
    assert.deepEqual(await answers(world, credentials, facts), expected, JSON.stringify(facts));
  }
}

const RoleArn = `arn:aws:iam::${firstAccountId}:role/${RoleName}`;
const NextRoleArn = `arn:aws:iam::${firstAccountId}:role/Next`;

/** Sessions of every kind that begin with this key, and what roles make of them in turn. */
async function begunWith(world: SessionWorld, key: Credentials, mfa?: object): Promise<Held[]> {
  const assume = (by: Credentials, RoleArn: string, more?: object) =>
    getToken(world, by, 'AssumeRole', { RoleArn, RoleSessionName: 'photos', ...more });
  const role = await assume(key, RoleArn, mfa);
  const next = await assume(role, NextRoleArn);
  const held: Held[] = [
    { facts: { kind: 'role' }, credentials: role },
    { facts: { kind: 'role' }, credentials: next },
    { facts: { kind: 'role' }, credentials: await assume(next, RoleArn) },
  ];
  if (mfa !== undefined) return held;
  const user = await getToken(world, key, 'GetSessionToken', {});
  const guest = { Name: 'guest', PolicyArns: [{ arn: PolicyArn }] };
  const federatedUser = await getToken(world, key, 'GetFederationToken', guest);
  return [
    ...held,
    { facts: { kind: 'user' }, credentials: user },
    { facts: { kind: 'role' }, credentials: await assume(user, RoleArn) },
    { facts: { kind: 'federatedUser' }, credentials: federatedUser },
    hold(world, 'root', { makerKeyId: key.accessKeyId }),
  ];
}

describe('a role’s sessions end', () => {
  it('when it is deleted, and do not come back with its name', async (test) => {
    const world = await openSessionWorld(test);
    const old = [hold(world, 'role')];
    const others = [hold(world, 'user'), hold(world, 'root')];
    await assertAll(world, [...old, ...others], 'good');
    await world.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
    await world.call('iam', 'DeleteRole', { RoleName });
    await assertAll(world, old, 'ended');
    const roleId = await createRole(world, RoleName);
    assert.notEqual(roleId, world.roleId);
    await assertAll(world, old, 'ended');
    await assertAll(world, [hold(world, 'role', { roleId }), ...others], 'good');
  });

  it('by the policy that revokes what is older than a moment, to the second', async (test) => {
    const world = await openSessionWorld(test);
    const { clock } = world;
    const start = clock.now;
    const at = (milliseconds: number) => {
      clock.now = start + milliseconds;
      return hold(world, 'role').credentials;
    };
    const sessions = [at(0), at(59_999), at(60_000), at(60_999), at(61_000)];
    const PolicyDocument = statement('Deny', '*', {
      DateLessThan: { 'aws:TokenIssueTime': new Date(start + 60_000).toISOString() },
    });
    const denied = ['AccessDenied 403', 'answered', 'AccessDenied 403'];
    const facts = { kind: 'role' } as const;
    for (const session of sessions) {
      assert.deepEqual(await answers(world, session, facts), answeredOf(facts));
    }
    const policy = { RoleName, PolicyName: 'AWSRevokeOlderSessions', PolicyDocument };
    await world.call('iam', 'PutRolePolicy', policy);
    for (const [index, session] of sessions.entries()) {
      // Nothing denies GetCallerIdentity.
      const expected = index < 2 ? denied : answeredOf(facts);
      assert.deepEqual(await answers(world, session, facts), expected, `session ${index}`);
    }
    // A time is whole seconds: what began in the second of the moment counts as before it.
    const within = {
      DateLessThan: { 'aws:TokenIssueTime': new Date(start + 60_500).toISOString() },
    };
    await world.call('iam', 'PutRolePolicy', {
      ...policy,
      PolicyDocument: statement('Deny', '*', within),
    });
    for (const [index, session] of sessions.entries()) {
      const expected = index < 4 ? denied : answeredOf(facts);
      assert.deepEqual(await answers(world, session, facts), expected, `session ${index}`);
    }
  });

  it('when what they were allowed is taken away', async (test) => {
    const world = await openSessionWorld(test);
    const { call, issue } = world;
    const session = issue('role');
    const list = (credentials: Credentials = session) =>
      refusal(call('iam', 'ListRoles', {}, credentials));
    assert.equal(await list(), 'answered');
    await call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
    assert.equal(await list(), 'AccessDenied 403');
    await call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
    assert.equal(await list(), 'answered');
    const boundary = `arn:aws:iam::${firstAccountId}:policy/Boundary`;
    const PolicyDocument = statement('Allow', 's3:*');
    await call('iam', 'CreatePolicy', { PolicyName: 'Boundary', PolicyDocument });
    const bound = { RoleName, PermissionsBoundary: boundary };
    await call('iam', 'PutRolePermissionsBoundary', bound);
    assert.equal(await list(), 'AccessDenied 403');
    await call('iam', 'DeleteRolePermissionsBoundary', { RoleName });
    assert.equal(await list(), 'answered');
    const limit = `arn:aws:iam::${firstAccountId}:policy/Limit`;
    const Limit = { PolicyName: 'Limit', PolicyDocument: statement('Allow', 'iam:*') };
    await call('iam', 'CreatePolicy', Limit);
    const limited = issue('role', { policies: { arns: [limit] } });
    assert.equal(await list(limited), 'answered');
    const version = { PolicyArn: limit, PolicyDocument, SetAsDefault: true };
    await call('iam', 'CreatePolicyVersion', version);
    assert.equal(await list(limited), 'AccessDenied 403');
    await call('iam', 'SetDefaultPolicyVersion', { PolicyArn: limit, VersionId: 'v1' });
    assert.equal(await list(limited), 'answered');
    await call('iam', 'DeletePolicyVersion', { PolicyArn: limit, VersionId: 'v2' });
    await call('iam', 'DeletePolicy', { PolicyArn: limit });
    assert.equal(await list(limited), 'AccessDenied 403');
    assert.equal(await list(), 'answered');
  });
});

describe('a user’s sessions end', () => {
  it('with the key that began them, and rest while it is inactive', async (test) => {
    const world = await openSessionWorld(test);
    const { call } = world;
    await createRole(world, 'Next');
    const { accessKeyId: AccessKeyId } = world.longTerm;
    const second = await call('iam', 'CreateAccessKey', { UserName });
    const { AccessKey } = second as {
      AccessKey: { AccessKeyId: string; SecretAccessKey: string };
    };
    const own = await begunWith(world, world.longTerm);
    const others = await begunWith(world, {
      accessKeyId: AccessKey.AccessKeyId,
      secretAccessKey: AccessKey.SecretAccessKey,
    });
    const unmade = [hold(world, 'role'), hold(world, 'user')];
    await assertAll(world, [...own, ...others, ...unmade], 'good');
    await call('iam', 'UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' });
    await assertAll(world, own, 'ended');
    await assertAll(world, [...others, ...unmade], 'good');
    await call('iam', 'UpdateAccessKey', { UserName, AccessKeyId, Status: 'Active' });
    await assertAll(world, own, 'good');
    await call('iam', 'DeleteAccessKey', { UserName, AccessKeyId });
    await assertAll(world, own, 'ended');
    await assertAll(world, [...others, ...unmade], 'good');
  });

  it('with the user, whose name brings none of them back', async (test) => {
    const world = await openSessionWorld(test);
    const { call, createUser, longTerm } = world;
    await createRole(world, 'Next');
    const { accessKeyId } = longTerm;
    const own = [
      ...(await begunWith(world, longTerm)),
      hold(world, 'user'),
      hold(world, 'federatedUser'),
    ];
    await assertAll(world, own, 'good');
    await call('iam', 'DeleteAccessKey', { UserName, AccessKeyId: accessKeyId });
    await call('iam', 'DetachUserPolicy', { UserName, PolicyArn });
    await call('iam', 'DeleteUser', { UserName });
    await assertAll(world, own, 'ended');
    await createUser(UserName);
    await call('iam', 'AttachUserPolicy', { UserName, PolicyArn });
    await assertAll(world, own, 'ended');
  });
});

const SerialNumber = `arn:aws:iam::${firstAccountId}:mfa/phone`;

/** Sessions that proved the device a moment ago, and some that follow from one that did. */
async function proving(world: SessionWorld, code: () => string): Promise<Held[]> {
  const follow = await begunWith(world, world.longTerm, { SerialNumber, TokenCode: code() });
  const proof = { SerialNumber, TokenCode: code() };
  const user = await getToken(world, world.longTerm, 'GetSessionToken', proof);
  const mfa = {
    accountId: firstAccountId,
    serialNumber: SerialNumber,
    authenticatedAt: world.clock.now,
  };
  return [
    ...follow,
    { facts: { kind: 'user', mfa }, credentials: user },
    hold(world, 'role', { mfa }),
  ];
}

describe('sessions that proved an MFA device end', () => {
  it('when it is deactivated, and do not go on when it is enabled anew', async (test) => {
    const world = await openSessionWorld(test);
    await createRole(world, 'Next');
    const { enable, code } = await createMfaDevice(world);
    await enable();
    const old = await proving(world, code);
    const without = [hold(world, 'role'), hold(world, 'user')];
    await assertAll(world, [...old, ...without], 'good');
    await world.call('iam', 'DeactivateMFADevice', { UserName, SerialNumber });
    await assertAll(world, old, 'ended');
    await enable();
    await assertAll(world, old, 'ended');
    await assertAll(world, [...(await proving(world, code)), ...without], 'good');
  });

  it('when it is deleted, whatever comes in its place', async (test) => {
    const world = await openSessionWorld(test);
    await createRole(world, 'Next');
    const { enable, code } = await createMfaDevice(world);
    await enable();
    const old = await proving(world, code);
    await assertAll(world, old, 'good');
    await world.call('iam', 'DeactivateMFADevice', { UserName, SerialNumber });
    await world.call('iam', 'DeleteVirtualMFADevice', { SerialNumber });
    await assertAll(world, old, 'ended');
    const next = await createMfaDevice(world);
    await next.enable();
    await assertAll(world, old, 'ended');
  });

  it('when it is of no account or another one', async (test) => {
    const world = await openSessionWorld(test);
    const { enable } = await createMfaDevice(world);
    await enable();
    for (const [accountId, serialNumber] of [
      ['222222222222', SerialNumber],
      [firstAccountId, SerialNumber.replace(firstAccountId, '222222222222')],
      [firstAccountId, `${SerialNumber}2`],
    ] as const) {
      const mfa = { accountId, serialNumber, authenticatedAt: world.clock.now };
      await assertAll(world, [hold(world, 'role', { mfa })], 'ended');
    }
  });
});

describe('a call under way ends with its session', () => {
  /** Authenticated, and then something happens before the call changes anything. */
  async function during(test: TestContext, revoke: Revoke) {
    const world = await openSessionWorld(test);
    const { services, clock, call, issue, longTerm } = world;
    const credentials = issue('role', { makerKeyId: longTerm.accessKeyId });
    const request = await services.authenticate(
      readCredentials(signed(credentials, 's3', clock.now)),
      { sourceIp: '127.0.0.1', secure: false },
      new Uint8Array(0),
    );
    async function* body() {
      yield Buffer.from('half of it');
      await revoke(world);
      yield Buffer.from(', and the rest');
    }
    await call('s3', 'CreateBucket', { Bucket: 'photos' });
    const upload = services.dispatch({
      request,
      service: 's3',
      operation: 'PutObject',
      input: { Bucket: 'photos', Key: 'beach.jpg', Body: body() },
      requestId: 'test',
    });
    const answer = await refusal(upload);
    const { Contents = [] } = (await call('s3', 'ListObjectsV2', { Bucket: 'photos' })) as {
      Contents?: readonly unknown[];
    };
    return [answer, Contents.length];
  }
  type Revoke = (world: SessionWorld) => Promise<unknown>;

  it('and an upload without any of it is stored', async (test) => {
    assert.deepEqual(await during(test, async () => undefined), ['answered', 1]);
  });

  const revocations: readonly (readonly [what: string, Revoke, answer: string])[] = [
    [
      'its role is deleted',
      async ({ call }) => {
        await call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
        await call('iam', 'DeleteRole', { RoleName });
      },
      'InvalidToken 400',
    ],
    [
      'the key that began it is inactive',
      ({ call, longTerm: { accessKeyId: AccessKeyId } }) =>
        call('iam', 'UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' }),
      'InvalidToken 400',
    ],
    [
      'it expires',
      async ({ clock }) => {
        clock.now += 3_600_000;
      },
      'ExpiredToken 400',
    ],
    [
      'its policy is detached',
      ({ call }) => call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }),
      'AccessDenied 403',
    ],
  ];
  for (const [what, revoke, answer] of revocations) {
    it(`when ${what}, and nothing is stored`, async (test) => {
      assert.deepEqual(await during(test, revoke), [answer, 0]);
    });
  }
});
