import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRole, deleteRole, getRole, listRoles, updateAssumeRolePolicy } from './role.ts';
import {
  assertRefused,
  openTestIam,
  roleTrustPolicy,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser, deleteUser, updateUser } from './user.ts';

const app = { RoleName: 'App' };

/** A trust policy that says whom it trusts, and more where a test wants it. */
function trusting(principal: unknown, more: object = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more },
  });
}

async function create(iam: TestIam, document: string): Promise<string | undefined> {
  const answer = await iam.call(createRole, { ...app, AssumeRolePolicyDocument: document });
  return decodeURIComponent(answer.Role?.AssumeRolePolicyDocument ?? '');
}

async function shown(iam: TestIam): Promise<string> {
  const { Role: role } = await iam.call(getRole, app);
  return decodeURIComponent(role?.AssumeRolePolicyDocument ?? '');
}

async function stored(iam: TestIam): Promise<string | undefined> {
  const row = await iam.store.database
    .selectFrom('iam_role')
    .select('trust_policy')
    .where('account_id', '=', iam.accountId)
    .where('name', '=', 'App')
    .executeTakeFirst();
  return row?.trust_policy;
}

test('a trust policy is kept as it was written', async (t) => {
  const iam = await openTestIam(t);
  const spaced = `{ "Statement" : [ {"Effect":"Allow",
    "Principal": {"Service": ["ec2.amazonaws.com"]}, "Action": ["sts:AssumeRole"] } ] }`;
  assert.equal(await create(iam, spaced), spaced);
  assert.equal(await shown(iam), spaced);
  await iam.call(updateAssumeRolePolicy, { ...app, PolicyDocument: roleTrustPolicy });
  assert.equal(await shown(iam), roleTrustPolicy);
});

test('users and roles are kept by their ids and shown by their ARNs', async (t) => {
  const iam = await openTestIam(t);
  const { User: user } = await iam.call(createUser, { UserName: 'dave', Path: '/team/' });
  const { Role: role } = await iam.call(createRole, {
    RoleName: 'Deployer',
    AssumeRolePolicyDocument: roleTrustPolicy,
  });
  const account = 'arn:aws:iam::222222222222:root';
  const document = trusting({ AWS: [user?.Arn, role?.Arn, account] });
  assert.equal(await create(iam, document), document);
  assert.equal(await stored(iam), trusting({ AWS: [user?.UserId, role?.RoleId, account] }));
  assert.equal(await shown(iam), document);
  const { Roles: roles } = await iam.call(listRoles, {});
  assert.equal(decodeURIComponent(roles?.[0]?.AssumeRolePolicyDocument ?? ''), document);

  await iam.call(updateUser, { UserName: 'dave', NewUserName: 'dora', NewPath: '/' });
  const renamed = 'arn:aws:iam::111111111111:user/dora';
  assert.equal(await shown(iam), trusting({ AWS: [renamed, role?.Arn, account] }));
  await iam.call(deleteUser, { UserName: 'dora' });
  await iam.call(deleteRole, { RoleName: 'Deployer' });
  await iam.call(createUser, { UserName: 'dora' });
  assert.equal(await shown(iam), trusting({ AWS: [user?.UserId, role?.RoleId, account] }));
});

test('an updated trust policy is kept by ids too', async (t) => {
  const iam = await openTestIam(t);
  await create(iam, roleTrustPolicy);
  const { User: user } = await iam.call(createUser, { UserName: 'dave' });
  const document = trusting({ AWS: user?.Arn });
  await iam.call(updateAssumeRolePolicy, { ...app, PolicyDocument: document });
  assert.equal(await stored(iam), trusting({ AWS: user?.UserId }));
  assert.equal(await shown(iam), document);
});

const malformed: readonly (readonly [what: string, document: string, message: string])[] = [
  ['no JSON', '{"Version"', 'This policy contains invalid Json'],
  [
    'another action',
    trusting({ AWS: '*' }, { Action: 's3:GetObject' }),
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  ['a resource', trusting({ AWS: '*' }, { Resource: '*' }), 'Has prohibited field Resource'],
  [
    'nobody',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' },
    }),
    'Missing required field Principal',
  ],
  [
    'a user who is not there',
    trusting({ AWS: 'arn:aws:iam::111111111111:user/nobody' }),
    'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/nobody"',
  ],
  [
    'a role who is not there',
    trusting({ AWS: ['arn:aws:iam::111111111111:root', 'arn:aws:iam::111111111111:role/nobody'] }),
    'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/nobody"',
  ],
  [
    'an account that is not there',
    trusting({ AWS: 'arn:aws:iam::333333333333:root' }),
    'Invalid principal in policy: "AWS":"arn:aws:iam::333333333333:root"',
  ],
  [
    'a group',
    trusting({ AWS: 'arn:aws:iam::111111111111:group/Developers' }),
    'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:group/Developers"',
  ],
  [
    'the operator',
    trusting({ Service: ['ec2.amazonaws.com', 'operator.carnet'] }),
    'Invalid principal in policy: "SERVICE":"operator.carnet"',
  ],
  [
    'the operator in another spelling',
    trusting({ Service: 'Operator.CARNET' }),
    'Invalid principal in policy: "SERVICE":"operator.carnet"',
  ],
  ...['nope.example.com', 'ec2.amazonaw.com', 'lambda.amazon.com', '.amazonaws.com'].map(
    (service): readonly [string, string, string] => [
      `the service ${service}`,
      trusting({ Service: ['ec2.amazonaws.com', service] }),
      `Invalid principal in policy: "SERVICE":"${service}"`,
    ],
  ),
];

for (const [what, document, message] of malformed) {
  test(`a trust policy with ${what} is refused, and nothing is changed`, async (t) => {
    const iam = await openTestIam(t);
    await assertRefused(create(iam, document), 'MalformedPolicyDocument', 400, message);
    assert.deepEqual((await iam.call(listRoles, {})).Roles, []);
    await create(iam, roleTrustPolicy);
    await assertRefused(
      iam.call(updateAssumeRolePolicy, { ...app, PolicyDocument: document }),
      'MalformedPolicyDocument',
      400,
      message,
    );
    assert.equal(await stored(iam), roleTrustPolicy);
  });
}

test('the operator stays nobody, however its name is written into the JSON', async (t) => {
  const iam = await openTestIam(t);
  const escaped = trusting({ Service: 'operator.carnet' }).replace('or.c', 'or\\u002ec');
  assert.ok(!escaped.includes('operator.carnet'));
  await assert.rejects(create(iam, escaped), { code: 'MalformedPolicyDocument' });
});

test('a trust policy has so many characters, white space not counted', async (t) => {
  const most = roleTrustPolicy.length;
  const iam = await openTestIam(t, { assumeRolePolicySize: most });
  await create(iam, roleTrustPolicy.replaceAll(',', ', '));
  const longer = roleTrustPolicy.replace('ec2.', 'ecs2.');
  const refused = async (call: Promise<unknown>) =>
    await assertRefused(
      call,
      'LimitExceeded',
      409,
      `Cannot exceed quota for ACLSizePerRole: ${most}`,
    );
  await refused(iam.call(updateAssumeRolePolicy, { ...app, PolicyDocument: longer }));
  const second = { RoleName: 'Second', AssumeRolePolicyDocument: longer };
  await refused(iam.call(createRole, second));
});

test('another account’s user of the same name is another principal', async (t) => {
  const iam = await openTestIam(t);
  const second = iam.inAccount(secondAccount);
  const { User: own } = await iam.call(createUser, { UserName: 'dave' });
  const { User: other } = await second.call(createUser, { UserName: 'dave' });
  await create(iam, trusting({ AWS: other?.Arn }));
  assert.equal(await stored(iam), trusting({ AWS: other?.UserId }));
  assert.notEqual(own?.UserId, other?.UserId);
  await assertRefused(
    second.call(updateAssumeRolePolicy, { ...app, PolicyDocument: roleTrustPolicy }),
    'NoSuchEntity',
    404,
    'The role with name App cannot be found.',
  );
});
