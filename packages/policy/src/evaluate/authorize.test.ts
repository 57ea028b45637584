import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Principal } from '../principal.ts';
import {
  ACCOUNT,
  ANONYMOUS,
  compiled,
  DAVE,
  EC2,
  FEDERATED,
  OTHER_ACCOUNT,
  PHOTO_APP,
  ROOT,
} from '../test-support.ts';
import type { ApplicablePolicies } from './authorization-request.ts';
import { authorize } from './authorize.ts';

/**
 * The tables of section "the answer": who is allowed when which policies allow. `D`, `R` and `X` are
 * a resource policy that names the caller, what is behind the caller's session, or the account.
 */
const S3 = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const ASSUME = { Effect: 'Allow', Action: 'sts:AssumeRole' };

const I = compiled('identity', S3, { ...ASSUME, Resource: '*' });
const PB = compiled('permissionsBoundary', S3, { ...ASSUME, Resource: '*' });
const NO_PB = compiled('permissionsBoundary', { ...S3, Action: 'iam:*' });
const SP = compiled('session', S3, { ...ASSUME, Resource: '*' });
const NO_SP = compiled('session', { ...S3, Action: 'iam:*' });

function nameOf(principal: Principal): object {
  if (principal.kind === 'anonymous') return { AWS: '*' };
  if (principal.kind === 'service') return { Service: principal.service };
  return { AWS: principal.arn };
}

function behind(principal: Principal): string {
  if (principal.kind === 'assumedRole') return principal.roleArn;
  return principal.kind === 'federatedUser' ? principal.userArn : '';
}

function bucket(Principal: object | string, effect: 'Allow' | 'Deny' = 'Allow'): CompiledPolicy {
  return compiled('resource', { ...S3, Effect: effect, Principal });
}

const everyone = bucket('*');
const account = bucket({ AWS: ACCOUNT });

function outcome(
  principal: Principal,
  policies: Partial<ApplicablePolicies>,
  options: {
    readonly resourceAccount?: string;
    readonly action?: string;
    readonly resource?: string;
  } = {},
): PolicyType | 'allowed' | 'explicitDeny' {
  const {
    resourceAccount = ACCOUNT,
    action = 's3:GetObject',
    resource = 'arn:aws:s3:::photos/pic.jpg',
  } = options;
  const request = { principal, action, resource, resourceAccount, context: new Map() };
  const decision = authorize(request, { identity: [], ...policies });
  if (decision.decision !== 'implicitDeny') return decision.decision;
  return decision.stoppedBy ?? 'allowed';
}

const CALLERS = [DAVE, PHOTO_APP, FEDERATED];

test('same account: an identity policy or a grant by name is enough', () => {
  for (const caller of CALLERS) {
    const session = [SP];
    assert.equal(outcome(caller, { session }), 'identity');
    assert.equal(outcome(caller, { session, identity: [I] }), 'allowed');
    assert.equal(outcome(caller, { session, resource: bucket(nameOf(caller)) }), 'allowed');
    assert.equal(outcome(caller, { session, resource: everyone }), 'allowed');
    assert.equal(outcome(caller, { session, resource: account }), 'identity');
    assert.equal(outcome(caller, { session, resource: account, identity: [I] }), 'allowed');
  }
});

test('same account: a grant by name passes the boundary and the session policies, others do not', () => {
  for (const caller of CALLERS) {
    const direct = bucket(nameOf(caller));
    for (const limits of [{ permissionsBoundary: NO_PB }, { session: [NO_SP] }]) {
      assert.equal(outcome(caller, { ...limits, resource: direct }), 'allowed');
    }
    const identity = [I];
    const limited = { session: [SP], permissionsBoundary: NO_PB };
    assert.equal(outcome(caller, { ...limited, identity }), 'permissionsBoundary');
    assert.equal(outcome(caller, { identity, session: [NO_SP] }), 'session');
    assert.equal(outcome(caller, { identity, session: [NO_SP, SP] }), 'allowed');
    assert.equal(outcome(caller, { identity, session: [SP], permissionsBoundary: PB }), 'allowed');
  }
});

test('same account: a grant to what is behind the session is limited by both', () => {
  for (const caller of [PHOTO_APP, FEDERATED]) {
    const resource = bucket({ AWS: behind(caller) });
    assert.equal(outcome(caller, { resource, session: [SP] }), 'allowed');
    assert.equal(
      outcome(caller, { resource, session: [SP], permissionsBoundary: NO_PB }),
      'permissionsBoundary',
    );
    assert.equal(outcome(caller, { resource, session: [NO_SP] }), 'session');
  }
});

test('a federated session without a session policy has only what names it', () => {
  assert.equal(outcome(FEDERATED, { identity: [I] }), 'session');
  assert.equal(outcome(FEDERATED, { identity: [I], session: [] }), 'session');
  assert.equal(outcome(FEDERATED, { resource: bucket(nameOf(FEDERATED)) }), 'allowed');
  assert.equal(outcome(PHOTO_APP, { identity: [I], session: [] }), 'allowed');
});

test('cross account: both sides, and a grant by name bypasses nothing', () => {
  const options = { resourceAccount: OTHER_ACCOUNT };
  for (const caller of CALLERS) {
    const grants = [bucket(nameOf(caller)), account, everyone];
    if (caller !== DAVE) grants.push(bucket({ AWS: behind(caller) }));
    for (const resource of grants) {
      const both = { resource, identity: [I], session: [SP] };
      assert.equal(outcome(caller, both, options), 'allowed');
      assert.equal(outcome(caller, { ...both, identity: [] }, options), 'identity');
      assert.equal(outcome(caller, { ...both, session: [NO_SP] }, options), 'session');
      const bounded = { ...both, permissionsBoundary: NO_PB };
      assert.equal(outcome(caller, bounded, options), 'permissionsBoundary');
    }
    assert.equal(outcome(caller, { identity: [I], session: [SP] }, options), 'resource');
    const stranger = { resource: bucket({ AWS: OTHER_ACCOUNT }), identity: [I] };
    assert.equal(outcome(caller, { ...stranger, session: [SP] }, options), 'resource');
  }
});

test('the root user needs no policy in the own account, and is let into another by its policy', () => {
  assert.equal(outcome(ROOT, {}), 'allowed');
  assert.equal(outcome(ROOT, {}, { resourceAccount: OTHER_ACCOUNT }), 'resource');
  assert.equal(outcome(ROOT, { resource: account }, { resourceAccount: OTHER_ACCOUNT }), 'allowed');
  assert.equal(outcome(ROOT, { resource: bucket('*', 'Deny') }), 'explicitDeny');
});

test('anonymous callers are let in by a star only', () => {
  assert.equal(outcome(ANONYMOUS, {}), 'resource');
  assert.equal(outcome(ANONYMOUS, { resource: everyone }), 'allowed');
  assert.equal(outcome(ANONYMOUS, { resource: account }), 'resource');
  assert.equal(outcome(ANONYMOUS, { resource: bucket({ AWS: '*' }) }), 'allowed');
});

test('a service is let in by the policy that names it', () => {
  assert.equal(outcome(EC2, {}), 'resource');
  assert.equal(outcome(EC2, { resource: bucket(nameOf(EC2)) }), 'allowed');
  assert.equal(outcome(EC2, { resource: bucket({ Service: 'lambda.amazonaws.com' }) }), 'resource');
  const trust = compiled('trust', { ...ASSUME, Principal: nameOf(EC2) });
  assert.equal(outcome(EC2, { trust }, { action: 'sts:AssumeRole' }), 'allowed');
  assert.equal(outcome(DAVE, { trust, identity: [I] }, { action: 'sts:AssumeRole' }), 'trust');
});

function trusting(Principal: object | string): CompiledPolicy {
  return compiled('trust', { ...ASSUME, Principal });
}

test('sts:AssumeRole in the same account: the trust policy has to agree', () => {
  const action = { action: 'sts:AssumeRole' };
  assert.equal(outcome(DAVE, { identity: [I] }, action), 'trust');
  assert.equal(outcome(DAVE, { trust: trusting(nameOf(DAVE)) }, action), 'allowed');
  assert.equal(outcome(DAVE, { trust: trusting({ AWS: ACCOUNT }) }, action), 'identity');
  const both = { trust: trusting({ AWS: ACCOUNT }), identity: [I] };
  assert.equal(outcome(DAVE, both, action), 'allowed');
  const role = { trust: trusting({ AWS: behind(PHOTO_APP) }) };
  assert.equal(outcome(PHOTO_APP, role, action), 'allowed');
  assert.equal(outcome(PHOTO_APP, { identity: [I], trust: trusting(EC2_ONLY) }, action), 'trust');
});

const EC2_ONLY = { Service: 'ec2.amazonaws.com' };

test('sts:AssumeRole: the boundary limits even a grant by name', () => {
  const action = { action: 'sts:AssumeRole' };
  for (const caller of [DAVE, PHOTO_APP]) {
    const trust = trusting(nameOf(caller));
    const bounded = { trust, permissionsBoundary: NO_PB };
    assert.equal(outcome(caller, bounded, action), 'permissionsBoundary');
    assert.equal(outcome(caller, { trust, permissionsBoundary: PB }, action), 'allowed');
    assert.equal(outcome(caller, { trust, session: [NO_SP] }, action), 'allowed');
  }
});

test('sts:AssumeRole across accounts: both sides', () => {
  const options = { action: 'sts:AssumeRole', resourceAccount: OTHER_ACCOUNT };
  const trust = trusting({ AWS: ACCOUNT });
  assert.equal(outcome(DAVE, { trust }, options), 'identity');
  assert.equal(outcome(DAVE, { identity: [I] }, options), 'trust');
  assert.equal(outcome(DAVE, { trust, identity: [I] }, options), 'allowed');
});

test('the root user assumes no role', () => {
  const action = { action: 'sts:AssumeRole' };
  assert.equal(outcome(ROOT, { trust: trusting('*') }, action), 'trust');
  const abroad = { ...action, resourceAccount: OTHER_ACCOUNT };
  assert.equal(outcome(ROOT, { trust: trusting({ AWS: ACCOUNT }) }, abroad), 'trust');
});

test('a role assumes itself by an explicit grant to itself alone', () => {
  const itself = { action: 'sts:AssumeRole', resource: behind(PHOTO_APP) };
  const delegated = { identity: [I], trust: trusting({ AWS: ACCOUNT }) };
  assert.equal(outcome(PHOTO_APP, delegated, itself), 'trust');
  assert.equal(outcome(PHOTO_APP, delegated, { action: 'sts:AssumeRole' }), 'allowed');
  const granted = { trust: trusting({ AWS: behind(PHOTO_APP) }) };
  assert.equal(outcome(PHOTO_APP, granted, itself), 'allowed');
});

test('what a role is assumed with is asked of its trust policy too', () => {
  const identity = [compiled('identity', { ...S3, Action: 'sts:*' })];
  for (const action of ['sts:TagSession', 'sts:SetSourceIdentity', 'sts:SetContext']) {
    const ofRole = { action, resource: 'arn:aws:iam::111122223333:role/PhotoAppRole' };
    assert.equal(outcome(DAVE, { identity }, ofRole), 'trust', action);
    // Tags of a federated user's session: there is no role.
    const ofUser = { action, resource: 'arn:aws:sts::111122223333:federated-user/viewer' };
    assert.equal(outcome(DAVE, { identity }, ofUser), 'allowed', action);
  }
});

const SCP = compiled('serviceControl', { ...S3, Action: '*' });
const NARROW_SCP = compiled('serviceControl', { ...S3, Action: 'iam:*' });
const RCP = compiled('resourceControl', { ...S3, Action: '*', Principal: '*' });

test('SCPs: an Allow at every level, for every principal with an account but nobody else', () => {
  for (const caller of [DAVE, ROOT]) {
    const identity = [I];
    assert.equal(outcome(caller, { identity, serviceControl: [[SCP], [SCP]] }), 'allowed');
    const broken = { identity, serviceControl: [[SCP], [NARROW_SCP], [SCP]] };
    assert.equal(outcome(caller, broken), 'serviceControl');
    assert.equal(outcome(caller, { identity, serviceControl: [[SCP], []] }), 'serviceControl');
    const either = { identity, serviceControl: [[NARROW_SCP, SCP]] };
    assert.equal(outcome(caller, either), 'allowed');
  }
  const closed = { serviceControl: [[NARROW_SCP]] };
  assert.equal(outcome(ANONYMOUS, { ...closed, resource: everyone }), 'allowed');
  assert.equal(outcome(EC2, { ...closed, resource: bucket(nameOf(EC2)) }), 'allowed');
  const denying = compiled('serviceControl', { ...S3, Effect: 'Deny' });
  assert.equal(outcome(DAVE, { identity: [I], serviceControl: [[SCP, denying]] }), 'explicitDeny');
});

test('RCPs: also for anonymous callers and services', () => {
  const deny = compiled('resourceControl', { ...S3, Effect: 'Deny', Principal: '*' });
  for (const caller of [DAVE, ANONYMOUS, ROOT]) {
    const resource = everyone;
    assert.equal(outcome(caller, { resource, resourceControl: [RCP] }), 'allowed');
    assert.equal(outcome(caller, { resource, resourceControl: [RCP, deny] }), 'explicitDeny');
    assert.equal(outcome(caller, { resource, resourceControl: [] }), 'resourceControl');
  }
});

test('a VPC endpoint policy is a gate', () => {
  const open = compiled('vpcEndpoint', { ...S3, Principal: '*' });
  const other = compiled('vpcEndpoint', { ...S3, Principal: { AWS: OTHER_ACCOUNT } });
  assert.equal(outcome(DAVE, { identity: [I], vpcEndpoint: open }), 'allowed');
  assert.equal(outcome(DAVE, { identity: [I], vpcEndpoint: other }), 'vpcEndpoint');
  assert.equal(outcome(ROOT, { vpcEndpoint: other }), 'vpcEndpoint');
  const service = { vpcEndpoint: other, resource: bucket(nameOf(EC2)) };
  assert.equal(outcome(EC2, service), 'allowed', 'a service does not come through the endpoint');
  const denying = compiled('vpcEndpoint', { ...S3, Effect: 'Deny', Principal: '*' });
  assert.equal(outcome(EC2, { ...service, vpcEndpoint: denying }), 'explicitDeny');
});

test('a Deny in any policy wins over everything', () => {
  const granting = {
    identity: [I],
    resource: bucket(nameOf(DAVE)),
    permissionsBoundary: PB,
    session: [SP],
    serviceControl: [[SCP]],
    resourceControl: [RCP],
  };
  const deny = (type: PolicyType, extra: object = {}) =>
    compiled(type, S3, { ...S3, Effect: 'Deny' }, extra);
  assert.equal(outcome(DAVE, granting), 'allowed');
  const statement = { ...S3, Effect: 'Deny' };
  const rows: readonly Partial<ApplicablePolicies>[] = [
    { identity: [I, compiled('identity', statement)] },
    { resource: bucket('*', 'Deny') },
    { resource: bucket({ AWS: ACCOUNT }, 'Deny') },
    { permissionsBoundary: deny('permissionsBoundary', S3) },
    { session: [SP, compiled('session', statement)] },
    { serviceControl: [[SCP], [SCP, compiled('serviceControl', statement)]] },
    { resourceControl: [RCP, compiled('resourceControl', { ...statement, Principal: '*' })] },
  ];
  for (const row of rows) assert.equal(outcome(DAVE, { ...granting, ...row }), 'explicitDeny');
});

test('a Deny that names the role, the user behind or the account reaches the session', () => {
  for (const caller of [PHOTO_APP, FEDERATED]) {
    for (const AWS of [behind(caller), ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`]) {
      const resource = bucket({ AWS }, 'Deny');
      assert.equal(outcome(caller, { identity: [I], session: [SP], resource }), 'explicitDeny');
    }
  }
});

function decide(context: ReadonlyMap<string, string>, ...identity: readonly CompiledPolicy[]) {
  const resource = 'arn:aws:s3:::photos/pic.jpg';
  const action = 's3:GetObject';
  return authorize(
    { principal: DAVE, action, resource, resourceAccount: ACCOUNT, context },
    { identity },
  );
}

test('the decision names the statements: the allowing ones, or only the denying ones', () => {
  const both = compiled('identity', { ...S3, Action: 'iam:*' }, S3);
  const allowed = decide(new Map(), both, I);
  assert.deepEqual(
    allowed.matchedStatements.map(({ policy, statementIndex }) => [policy, statementIndex]),
    [
      [both, 1],
      [I, 0],
    ],
  );
  assert.equal(allowed.stoppedBy, undefined);
  const deny = compiled('identity', S3, { ...S3, Effect: 'Deny' });
  const denied = decide(new Map(), both, deny);
  assert.deepEqual(denied.matchedStatements, [{ policy: deny, statementIndex: 1 }]);
  assert.equal(denied.stoppedBy, 'identity');
});

test('the decision names the keys that were asked for and are absent, as written, once', () => {
  const Condition = {
    StringEquals: { 'aws:PrincipalTag/Team': `\${aws:UserName}`, 'aws:Present': 'x' },
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' },
  };
  const elsewhere = {
    ...S3,
    Resource: 'arn:aws:s3:::other',
    Condition: { Null: { 'aws:X': 'true' } },
  };
  const policy = compiled('identity', { ...S3, Condition }, elsewhere);
  const missing = decide(new Map([['aws:present', 'y']]), policy).missingContextValues;
  assert.deepEqual([...missing].sort(), ['aws:MultiFactorAuthPresent', 'aws:PrincipalTag/Team']);
  const tagged = new Map([['aws:principaltag/team', 'red']]);
  assert.ok(decide(tagged, policy).missingContextValues.includes('aws:UserName'));
});

test('context keys that are names of the language itself mean nothing', () => {
  const Condition = {
    StringEquals: { 'constructor:name': 'x', '__proto__:x': 'x', 'aws:toString': 'x' },
  };
  assert.equal(
    decide(new Map(), compiled('identity', { ...S3, Condition })).decision,
    'implicitDeny',
  );
});
