import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { operatorService } from '../account/account.ts';
import { issueSession } from '../sts/session-token.ts';
import { plainRoleSession } from '../sts/testing.ts';
import {
  type Credentials,
  firstAccountId,
  openTestServices,
  type TestServices,
} from '../testing.ts';

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const deny = (Action: string, more: object = {}) => ({ ...allow(Action, more), Effect: 'Deny' });

const policyArn = (name: string) => `arn:aws:iam::${firstAccountId}:policy/${name}`;
const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function createPolicy(
  { call }: TestServices,
  PolicyName: string,
  ...statements: readonly object[]
): Promise<string> {
  await call('iam', 'CreatePolicy', { PolicyName, PolicyDocument: document(...statements) });
  return policyArn(PolicyName);
}

async function bound({ call }: TestServices, UserName: string, arn: string): Promise<void> {
  await call('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary: arn });
}

async function permit(
  { call }: TestServices,
  UserName: string,
  ...statements: readonly object[]
): Promise<void> {
  const PolicyDocument = document(...statements);
  await call('iam', 'PutUserPolicy', { UserName, PolicyName: 'own', PolicyDocument });
}

/** The sentence of a refusal. */
async function refusal(call: Promise<unknown>): Promise<string> {
  let message = '';
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof Error && 'code' in error);
    assert.equal(error.code, 'AccessDenied');
    message = error.message;
    return true;
  });
  return message;
}

const noBoundary = (who: string, action: string, resource: string) =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ` +
  `because no permissions boundary allows the ${action} action`;

describe('a permissions boundary', () => {
  it('is more than a user’s policies can exceed', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    const user = await services.createUser('dave');
    await permit(services, 'dave', allow('*'));
    await call('iam', 'ListRoles', {}, user);
    await bound(services, 'dave', await createPolicy(services, 'Limits', allow('iam:ListUsers')));
    await call('iam', 'ListUsers', {}, user);
    assert.equal(
      await refusal(call('iam', 'ListRoles', {}, user)),
      noBoundary(dave, 'iam:ListRoles', '*'),
    );
    assert.equal(
      await refusal(call('iam', 'GetUser', { UserName: 'dave' }, user)),
      noBoundary(dave, 'iam:GetUser', dave),
    );
    await call('iam', 'DeleteUserPermissionsBoundary', { UserName: 'dave' });
    await call('iam', 'ListRoles', {}, user);
  });

  it('bounds what comes from groups and attached policies as well', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    const user = await services.createUser('dave');
    await bound(services, 'dave', await createPolicy(services, 'Limits', allow('iam:ListUsers')));
    await call('iam', 'CreateGroup', { GroupName: 'Admins' });
    await call('iam', 'AddUserToGroup', { GroupName: 'Admins', UserName: 'dave' });
    await call('iam', 'AttachGroupPolicy', { GroupName: 'Admins', PolicyArn: administratorAccess });
    await refusal(call('iam', 'ListRoles', {}, user));
    await call('iam', 'AttachUserPolicy', { UserName: 'dave', PolicyArn: administratorAccess });
    await refusal(call('iam', 'ListRoles', {}, user));
    await call('iam', 'ListUsers', {}, user);
  });

  it('allows nothing by itself', async (test) => {
    const services = await openTestServices(test);
    const user = await services.createUser('dave');
    await bound(services, 'dave', administratorAccess);
    assert.equal(
      await refusal(services.call('iam', 'ListUsers', {}, user)),
      `User: ${dave} is not authorized to perform: iam:ListUsers on resource: * ` +
        'because no identity-based policy allows the iam:ListUsers action',
    );
  });

  it('denies what it denies, and the refusal names it', async (test) => {
    const services = await openTestServices(test);
    const user = await services.createUser('dave');
    await permit(services, 'dave', allow('*'));
    const limits = await createPolicy(services, 'Limits', allow('*'), deny('iam:ListRoles'));
    await bound(services, 'dave', limits);
    await services.call('iam', 'ListUsers', {}, user);
    assert.equal(
      await refusal(services.call('iam', 'ListRoles', {}, user)),
      `User: ${dave} is not authorized to perform: iam:ListRoles on resource: * ` +
        `with an explicit deny in a permissions boundary: ${limits}`,
    );
  });

  it('is in force from the next call on, in whatever version is its default', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    const user = await services.createUser('dave');
    await permit(services, 'dave', allow('*'));
    const PolicyArn = await createPolicy(services, 'Limits', allow('iam:ListUsers'));
    await bound(services, 'dave', PolicyArn);
    await call('iam', 'ListUsers', {}, user);
    await call('iam', 'CreatePolicyVersion', {
      PolicyArn,
      PolicyDocument: document(allow('iam:ListRoles')),
      SetAsDefault: true,
    });
    await refusal(call('iam', 'ListUsers', {}, user));
    await call('iam', 'ListRoles', {}, user);
    await call('iam', 'SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' });
    await call('iam', 'ListUsers', {}, user);
    await refusal(call('iam', 'ListRoles', {}, user));
    await bound(services, 'dave', await createPolicy(services, 'Other', allow('iam:ListGroups')));
    await refusal(call('iam', 'ListUsers', {}, user));
    await call('iam', 'ListGroups', {}, user);
  });

  it('bounds a user from its creation on', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    const limits = await createPolicy(services, 'Limits', allow('iam:ListUsers'));
    await call('iam', 'CreateUser', { UserName: 'dave', PermissionsBoundary: limits });
    await permit(services, 'dave', allow('*'));
    const user = await keyOf(services, 'dave');
    await call('iam', 'ListUsers', {}, user);
    await refusal(call('iam', 'ListRoles', {}, user));
  });

  it('bounds the sessions of a role', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    const limits = await createPolicy(services, 'Limits', allow('iam:ListUsers'));
    const session = await sessionOf(services, 'PhotoAppRole', limits);
    const name = { RoleName: 'PhotoAppRole' };
    await call('iam', 'AttachRolePolicy', { ...name, PolicyArn: administratorAccess });
    await call('iam', 'ListUsers', {}, session);
    const who = `arn:aws:sts::${firstAccountId}:assumed-role/PhotoAppRole/test`;
    assert.equal(
      await refusal(call('iam', 'ListRoles', {}, session)),
      noBoundary(who, 'iam:ListRoles', '*'),
    );
    await call('iam', 'DeleteRolePermissionsBoundary', name);
    await call('iam', 'ListRoles', {}, session);
    await call('iam', 'PutRolePermissionsBoundary', { ...name, PermissionsBoundary: limits });
    await refusal(call('iam', 'ListRoles', {}, session));
  });

  it('bounds S3 too, but not what a bucket’s policy gives to the user itself', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    await call('s3', 'CreateBucket', { Bucket: 'photos' });
    const user = await services.createUser('dave');
    await permit(services, 'dave', allow('s3:*'));
    await bound(services, 'dave', await createPolicy(services, 'Limits', allow('iam:*')));
    const list = () => call('s3', 'ListObjectsV2', { Bucket: 'photos' }, user);
    assert.match(await refusal(list()), /because no permissions boundary allows the s3:ListBucket/);
    await call('s3', 'PutBucketPolicy', {
      Bucket: 'photos',
      Policy: document({
        Effect: 'Allow',
        Principal: { AWS: dave },
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::photos',
      }),
    });
    await list();
  });
});

const wanted = { StringEquals: { 'iam:PermissionsBoundary': policyArn('Limits') } };

/** A user who may make and empower users, as long as `Limits` bounds them ("Delegating", IAM). */
async function openDelegation(test: TestContext) {
  const services = await openTestServices(test);
  await createPolicy(services, 'Limits', allow('iam:ListUsers'));
  await createPolicy(services, 'Wide', allow('*'));
  const delegate = await services.createUser('delegate');
  await permit(
    services,
    'delegate',
    allow(
      [
        'iam:AttachUserPolicy',
        'iam:CreateRole',
        'iam:CreateUser',
        'iam:DeleteUserPolicy',
        'iam:DetachUserPolicy',
        'iam:PutRolePermissionsBoundary',
        'iam:PutRolePolicy',
        'iam:PutUserPermissionsBoundary',
        'iam:PutUserPolicy',
        'iam:UpdateAssumeRolePolicy',
      ],
      { Condition: wanted },
    ),
  );
  const as = (operation: string, input: object) => services.call('iam', operation, input, delegate);
  return { services, as };
}

const own = { PolicyName: 'own', PolicyDocument: document(allow('*')) };
const trust = document({
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
});

describe('who may only make what is bounded', () => {
  it('makes users with that boundary, with no other and with none', async (test) => {
    const { services, as } = await openDelegation(test);
    const limits = { PermissionsBoundary: policyArn('Limits') };
    await as('CreateUser', { UserName: 'bounded', ...limits });
    await as('PutUserPolicy', { UserName: 'bounded', ...own });
    await as('AttachUserPolicy', { UserName: 'bounded', PolicyArn: administratorAccess });
    await as('CreateRole', { RoleName: 'Bounded', AssumeRolePolicyDocument: trust, ...limits });
    await as('PutRolePolicy', { RoleName: 'Bounded', ...own });
    for (const boundary of [{}, { PermissionsBoundary: policyArn('Wide') }]) {
      await refusal(as('CreateUser', { UserName: 'free', ...boundary }));
      const role = { RoleName: 'Free', AssumeRolePolicyDocument: trust };
      await refusal(as('CreateRole', { ...role, ...boundary }));
    }
    const bounded = await keyOf(services, 'bounded');
    await services.call('iam', 'ListUsers', {}, bounded);
    await refusal(services.call('iam', 'CreateUser', { UserName: 'free' }, bounded));
  });

  it('neither takes a boundary away nor puts another in its place', async (test) => {
    const { services, as } = await openDelegation(test);
    const limits = { PermissionsBoundary: policyArn('Limits') };
    const wide = { PermissionsBoundary: policyArn('Wide') };
    await as('CreateUser', { UserName: 'bounded', ...limits });
    await as('CreateRole', { RoleName: 'Bounded', AssumeRolePolicyDocument: trust, ...limits });
    await refusal(as('DeleteUserPermissionsBoundary', { UserName: 'bounded' }));
    await refusal(as('DeleteRolePermissionsBoundary', { RoleName: 'Bounded' }));
    await refusal(as('PutUserPermissionsBoundary', { UserName: 'bounded', ...wide }));
    await refusal(as('PutRolePermissionsBoundary', { RoleName: 'Bounded', ...wide }));
    await as('PutUserPermissionsBoundary', { UserName: 'bounded', ...limits });
    const { User } = (await services.call('iam', 'GetUser', { UserName: 'bounded' })) as {
      User: { PermissionsBoundary: { PermissionsBoundaryArn: string } };
    };
    assert.equal(User.PermissionsBoundary.PermissionsBoundaryArn, policyArn('Limits'));
  });

  it('empowers nobody who is bounded otherwise or not at all', async (test) => {
    const { services, as } = await openDelegation(test);
    const { call } = services;
    await call('iam', 'CreateUser', { UserName: 'free' });
    await call('iam', 'CreateRole', { RoleName: 'Free', AssumeRolePolicyDocument: trust });
    const user = { UserName: 'free' };
    const role = { RoleName: 'Free' };
    for (const boundary of [undefined, policyArn('Wide')]) {
      if (boundary !== undefined) {
        await bound(services, 'free', boundary);
        const wide = { ...role, PermissionsBoundary: boundary };
        await call('iam', 'PutRolePermissionsBoundary', wide);
      }
      await refusal(as('AttachUserPolicy', { ...user, PolicyArn: administratorAccess }));
      await refusal(as('DetachUserPolicy', { ...user, PolicyArn: administratorAccess }));
      await refusal(as('PutUserPolicy', { ...user, ...own }));
      await refusal(as('DeleteUserPolicy', { ...user, PolicyName: 'own' }));
      await refusal(as('PutRolePolicy', { ...role, ...own }));
      await refusal(as('UpdateAssumeRolePolicy', { ...role, PolicyDocument: trust }));
    }
    // Nor itself.
    await refusal(as('PutUserPolicy', { UserName: 'delegate', ...own }));
  });

  it('is made to bring a boundary by a condition with Null', async (test) => {
    const services = await openTestServices(test);
    const delegate = await services.createUser('delegate');
    // A negated condition holds where the key is absent, so that Null says it plainly.
    const missing = { Null: { 'iam:PermissionsBoundary': 'true' } };
    await permit(
      services,
      'delegate',
      allow('iam:*'),
      deny('iam:CreateUser', { Condition: missing }),
    );
    const create = (more: object) =>
      services.call('iam', 'CreateUser', { UserName: 'new', ...more }, delegate);
    assert.match(await refusal(create({})), /with an explicit deny in an identity-based policy/);
    await create({ PermissionsBoundary: administratorAccess });
  });
});

describe('sessions of a role', () => {
  it('are refused from the moment that the role is deleted, made again or not', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    const session = await sessionOf(services, 'PhotoAppRole');
    const name = { RoleName: 'PhotoAppRole' };
    await call('iam', 'PutRolePolicy', { ...name, ...own });
    await call('iam', 'ListUsers', {}, session);
    await call('iam', 'DeleteRolePolicy', { ...name, PolicyName: 'own' });
    await refusal(call('iam', 'ListUsers', {}, session));
    await call('iam', 'DeleteRole', name);
    const gone = { code: 'InvalidClientTokenId', status: 403 };
    await assert.rejects(call('iam', 'ListUsers', {}, session), gone);
    await call('iam', 'CreateRole', { ...name, AssumeRolePolicyDocument: trust });
    await call('iam', 'PutRolePolicy', { ...name, ...own });
    await assert.rejects(call('iam', 'ListUsers', {}, session), gone);
  });
});

describe('the role Administrator', () => {
  it('keeps its trust, its permissions and its name for the operator', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    const attacker = await services.createUser('attacker');
    await permit(services, 'attacker', allow('iam:*'));
    const name = { RoleName: 'Administrator' };
    for (const [operation, more] of [
      ['UpdateAssumeRolePolicy', { PolicyDocument: trust }],
      ['DetachRolePolicy', { PolicyArn: administratorAccess }],
      ['PutRolePolicy', { PolicyName: 'own', PolicyDocument: document(deny('*')) }],
      ['PutRolePermissionsBoundary', { PermissionsBoundary: administratorAccess }],
      ['DeleteRole', {}],
    ] as const) {
      await assert.rejects(
        call('iam', operation, { ...name, ...more }, attacker),
        { code: 'UnmodifiableEntity', status: 400 },
        operation,
      );
    }
    const document_ = document({
      Effect: 'Allow',
      Principal: { Service: operatorService },
      Action: 'sts:AssumeRole',
    });
    const other = { RoleName: 'Other', AssumeRolePolicyDocument: document_ };
    await assert.rejects(call('iam', 'CreateRole', other, attacker), {
      code: 'MalformedPolicyDocument',
    });
    const operator = await services.services.operator.credentials({});
    await call('iam', 'ListRoles', {}, operator);
  });
});

async function keyOf({ call }: TestServices, UserName: string): Promise<Credentials> {
  const { AccessKey: key } = (await call('iam', 'CreateAccessKey', { UserName })) as {
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  };
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
}

/** A role, and a session of it for an hour. */
async function sessionOf(
  { call, store, clock }: TestServices,
  RoleName: string,
  PermissionsBoundary?: string,
): Promise<Credentials> {
  const { Role: role } = (await call('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: trust,
    ...(PermissionsBoundary !== undefined && { PermissionsBoundary }),
  })) as { Role: { RoleId: string } };
  return issueSession(
    store.sealing,
    plainRoleSession({ accountId: firstAccountId, roleId: role.RoleId, issuedAt: clock.now }),
  );
}
