import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
import type { ApplicablePolicies, AuthorizationRequest } from './authorization-request.ts';
import { authorize } from './authorize.ts';

/** Theorems about the decision, tried on policies and requests over a small world. */
type Statement = Readonly<Record<string, unknown>>;
type Documents = readonly (readonly Statement[])[];

interface World {
  readonly request: AuthorizationRequest;
  readonly identity: Documents;
  readonly resource: Documents;
  readonly trust: Documents;
  readonly permissionsBoundary: Documents;
  readonly session: Documents;
  readonly serviceControl: Documents;
  readonly resourceControl: Documents;
  readonly vpcEndpoint: Documents;
}

const some = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const list = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { minLength: 1, maxLength: 2 });

const action = some('s3:GetObject', 's3:Get*', 's3:*', '*', '*', 'iam:*', 'sts:AssumeRole');
const resource = some(
  '*',
  '*',
  'arn:aws:s3:::photos/*',
  'arn:aws:s3:::photos/a?',
  'arn:aws:s3:*',
  `arn:aws:s3:::photos/\${aws:username, 'ab'}`,
  `arn:aws:s3:::photos/\${aws:PrincipalTag/team}`,
);
const operator = some(
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringEqualsIfExists',
  'ForAllValues:StringEquals',
  'ForAnyValue:StringEquals',
  'ForAnyValue:StringNotLike',
);
const key = some('aws:username', 'aws:PrincipalTag/team', 'aws:TagKeys');
const value = some('ab', 'a*', 'x', '', `\${aws:PrincipalTag/team}`);
const condition = fc.dictionary(operator, fc.dictionary(key, list(value), { maxKeys: 2 }), {
  maxKeys: 2,
});
const principals = [DAVE, PHOTO_APP, FEDERATED, ROOT, EC2, ANONYMOUS] as const;
const named = fc.oneof(
  some<unknown>('*', { Service: 'ec2.amazonaws.com' }),
  list(
    some(
      ACCOUNT,
      OTHER_ACCOUNT,
      ...[DAVE, PHOTO_APP, FEDERATED].map(({ arn }) => arn),
      PHOTO_APP.roleArn,
      FEDERATED.userArn,
      'AIDADAVE567890123456',
    ),
  ).map((AWS) => ({ AWS })),
);

/** Either an element or its `Not…` twin. */
function either(name: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<Statement> {
  const names = fc.oneof({ weight: 4, arbitrary: some(name) }, some(`Not${name}`));
  return fc.tuple(names, values).map(([written, content]) => ({ [written]: content }));
}

function statement(type: PolicyType): fc.Arbitrary<Statement> {
  const parts: fc.Arbitrary<Statement>[] = [
    some({ Effect: 'Allow' }, { Effect: 'Allow' }, { Effect: 'Allow' }, { Effect: 'Deny' }),
    fc.oneof(
      { weight: 3, arbitrary: some({}) },
      condition.map((Condition) => ({ Condition })),
    ),
  ];
  if (type === 'trust') parts.push(some({ Action: 'sts:*' }, { Action: 'sts:AssumeRole' }));
  else parts.push(either('Action', list(action)), either('Resource', list(resource)));
  if (type === 'trust') parts.push(named.map((Principal) => ({ Principal })));
  if (type === 'resource' || type === 'vpcEndpoint') parts.push(either('Principal', named));
  if (type === 'resourceControl') parts.push(some({ Principal: '*' }));
  return fc.tuple(...parts).map((elements) => Object.assign({}, ...elements));
}

function documents(type: PolicyType, maxLength: number): fc.Arbitrary<Documents> {
  const document = fc.array(statement(type), { minLength: 1, maxLength: 3 });
  return fc.array(document, { maxLength });
}

/** So that not every world has every limit. */
function rarely(limits: fc.Arbitrary<Documents>): fc.Arbitrary<Documents> {
  return fc.oneof({ weight: 2, arbitrary: some<Documents>([]) }, limits);
}

const contextKeys = fc.dictionary(
  some('aws:username', 'aws:principaltag/team', 'aws:tagkeys'),
  fc.oneof(
    some<string | string[]>('ab', 'x', '', '*'),
    fc.array(some('ab', 'x'), { maxLength: 2 }),
  ),
  { maxKeys: 3 },
);

const request: fc.Arbitrary<AuthorizationRequest> = fc.record({
  principal: some<Principal>(...principals),
  action: some('s3:GetObject', 'S3:getobject', 's3:PutObject', 'sts:AssumeRole'),
  resource: some('arn:aws:s3:::photos/ab', 'arn:aws:s3:::photos/x', 'arn:aws:s3:::music/a'),
  resourceAccount: some(ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
  context: contextKeys.map((keys) => new Map(Object.entries(keys))),
});

const world: fc.Arbitrary<World> = fc.record({
  request,
  identity: documents('identity', 2),
  resource: documents('resource', 1),
  trust: documents('trust', 1),
  permissionsBoundary: rarely(documents('permissionsBoundary', 1)),
  session: rarely(documents('session', 2)),
  serviceControl: rarely(documents('serviceControl', 2)),
  resourceControl: rarely(documents('resourceControl', 1)),
  vpcEndpoint: rarely(documents('vpcEndpoint', 1)),
});

function policiesOf(given: World): ApplicablePolicies {
  const all = (type: Exclude<keyof World, 'request'>) =>
    given[type].map((statements) => compiled(type, ...statements));
  const gate = (type: Exclude<keyof World, 'request'>) =>
    given[type].length === 0 ? undefined : all(type);
  return {
    identity: all('identity'),
    resource: all('resource')[0],
    trust: given.request.action === 'sts:AssumeRole' ? all('trust')[0] : undefined,
    permissionsBoundary: all('permissionsBoundary')[0],
    session: gate('session'),
    serviceControl: all('serviceControl').map((policy) => [policy]),
    resourceControl: gate('resourceControl'),
    vpcEndpoint: all('vpcEndpoint')[0],
  };
}

function decide(given: World) {
  return authorize(given.request, policiesOf(given));
}

function theorem(name: string, holds: (given: World) => void): void {
  test(name, () => fc.assert(fc.property(world, holds), { numRuns: 1_000 }));
}

test('the worlds are no desert: every decision comes about', () => {
  const seen = fc.sample(world, { numRuns: 1_000, seed: 1 }).map((given) => decide(given).decision);
  for (const decision of ['allowed', 'explicitDeny', 'implicitDeny']) {
    const count = seen.filter((one) => one === decision).length;
    assert.ok(count > 50, `${decision}: ${count}`);
  }
});

const DENY_ALL = { Effect: 'Deny', Action: '*', Resource: '*' };

theorem('explicitDenyTrumpsAllow', (given) => {
  const { principal } = given.request;
  const hasAccount = principal.kind !== 'anonymous' && principal.kind !== 'service';
  const denied: World[] = [
    { ...given, resource: [[...(given.resource[0] ?? []), { ...DENY_ALL, Principal: '*' }]] },
    { ...given, resourceControl: [...given.resourceControl, [{ ...DENY_ALL, Principal: '*' }]] },
  ];
  if (hasAccount) {
    denied.push(
      { ...given, identity: [...given.identity, [DENY_ALL]] },
      { ...given, session: [...given.session, [DENY_ALL]] },
      { ...given, serviceControl: [...given.serviceControl, [DENY_ALL]] },
      { ...given, permissionsBoundary: [[...(given.permissionsBoundary[0] ?? []), DENY_ALL]] },
    );
  }
  for (const one of denied) assert.equal(decide(one).decision, 'explicitDeny');
});

theorem('explicitDenyOnlyWhereADenyMatched', (given) => {
  const { decision, matchedStatements } = decide(given);
  const effects = matchedStatements.map(
    ({ policy, statementIndex }) => policy.document.statements[statementIndex]?.effect,
  );
  const expected = decision === 'explicitDeny' ? 'Deny' : 'Allow';
  assert.ok(effects.every((effect) => effect === expected));
  if (decision === 'explicitDeny') assert.ok(effects.length > 0);
});

function without(given: World, effect: 'Allow' | 'Deny'): World {
  const kept = (all: Documents) =>
    all
      .map((statements) => statements.filter((one) => one.Effect !== effect))
      .filter((statements) => statements.length > 0);
  return {
    request: given.request,
    identity: kept(given.identity),
    resource: kept(given.resource),
    trust: kept(given.trust),
    permissionsBoundary: kept(given.permissionsBoundary),
    session: kept(given.session),
    serviceControl: kept(given.serviceControl),
    resourceControl: kept(given.resourceControl),
    vpcEndpoint: kept(given.vpcEndpoint),
  };
}

theorem('nothingAllowsByDefault', (given) => {
  const { principal, resourceAccount, action: asked } = given.request;
  const isOwnRoot = principal.kind === 'root' && principal.accountId === resourceAccount;
  if (isOwnRoot && asked !== 'sts:AssumeRole') return;
  assert.notEqual(decide(without(given, 'Allow')).decision, 'allowed');
  assert.equal(authorize(given.request, { identity: [] }).decision, 'implicitDeny');
});

theorem('anAllowedRequestNamesAStatement', (given) => {
  const { decision, matchedStatements } = decide(given);
  if (decision !== 'allowed' || given.request.principal.kind === 'root') return;
  assert.ok(matchedStatements.length > 0);
});

function reversed(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(reversed).reverse();
  if (content === null || typeof content !== 'object' || content instanceof Map) return content;
  const entries = Object.entries(content).map(([name, inner]) => [name, reversed(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

theorem('orderDoesNotMatter', (given) => {
  const turned = { ...(reversed({ ...given, request: null }) as World), request: given.request };
  assert.equal(decide(turned).decision, decide(given).decision);
});

/** What is allowed under the limit is allowed without it. */
function onlyNarrows(limit: 'permissionsBoundary' | 'serviceControl' | 'resourceControl') {
  return (given: World) => {
    if (decide(given).decision !== 'allowed') return;
    assert.equal(decide({ ...given, [limit]: [] }).decision, 'allowed');
  };
}

theorem('boundaryOnlyNarrows', onlyNarrows('permissionsBoundary'));
theorem('scpOnlyNarrows', onlyNarrows('serviceControl'));
theorem('rcpOnlyNarrows', onlyNarrows('resourceControl'));

theorem('sessionPolicyOnlyNarrows', (given) => {
  // For a federated session no policy is the narrowest of all.
  const { principal } = given.request;
  if (principal.kind === 'federatedUser' || decide(given).decision !== 'allowed') return;
  assert.equal(decide({ ...given, session: [] }).decision, 'allowed');
});
