import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ApplicablePolicies,
  AuthorizationRequest,
} from '../evaluate/authorization-request.ts';
import { ACCOUNT, compiled, DAVE, EC2, OTHER_ACCOUNT, PHOTO_APP, ROOT } from '../test-support.ts';
import { type ExplainOptions, explain } from './explain.ts';
import type { ElementExplanation, Explanation } from './explanation.ts';

const allowPhotos = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: ['arn:aws:s3:::photos/*', 'arn:aws:s3:::albums/*'],
};

function asking(
  policies: Partial<ApplicablePolicies>,
  request: Partial<Omit<AuthorizationRequest, 'context'>> & {
    readonly context?: Readonly<Record<string, string | readonly string[]>>;
  } = {},
  options: ExplainOptions = {},
): Explanation {
  const asked: AuthorizationRequest = {
    principal: DAVE,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::photos/pic.jpg',
    resourceAccount: ACCOUNT,
    ...request,
    context: new Map(Object.entries(request.context ?? {})),
  };
  return explain(asked, { identity: [], ...policies }, options);
}

/** The elements of the only statement of a gate, by name. */
function elementsOf(explanation: Explanation, type: string): Record<string, ElementExplanation> {
  const gate = explanation.gates.find((one) => one.type === type);
  const [statement, ...others] = gate?.statements ?? [];
  assert.ok(statement !== undefined && others.length === 0);
  const named = statement.elements.map((one) => [one.key ?? one.element, one] as const);
  return Object.fromEntries(named);
}

/** Every compared value, cut out of the policy's text where its position says it stands. */
function cutOut(explanation: Explanation, type: string, element: string): readonly string[] {
  const gate = explanation.gates.find((one) => one.type === type);
  const text = gate?.statements[0]?.policy.document.text ?? '';
  return (elementsOf(explanation, type)[element]?.values ?? []).map(({ text: value, position }) =>
    text.slice(position.offset + 1, position.offset + 1 + value.length),
  );
}

test('a value that fits is the one that is told, in its place', () => {
  const explanation = asking({ identity: [compiled('identity', allowPhotos)] });
  assert.equal(explanation.decision.decision, 'allowed');
  assert.deepEqual(cutOut(explanation, 'identity', 'Action'), ['s3:GetObject']);
  assert.deepEqual(cutOut(explanation, 'identity', 'Resource'), ['arn:aws:s3:::photos/*']);
  assert.deepEqual(explanation.singleChanges, []);
});

test('where no value fits, all of them are told, beside what the request carries', () => {
  const explanation = asking(
    { identity: [compiled('identity', allowPhotos)] },
    { resource: 'arn:aws:s3:::music/song.mp3' },
  );
  const { Resource, Action } = elementsOf(explanation, 'identity');
  assert.equal(Action?.truth, 'true');
  assert.equal(Resource?.truth, 'false');
  assert.equal(Resource?.carried, 'arn:aws:s3:::music/song.mp3');
  assert.deepEqual(cutOut(explanation, 'identity', 'Resource'), [
    'arn:aws:s3:::photos/*',
    'arn:aws:s3:::albums/*',
  ]);
  const [change, ...others] = explanation.singleChanges;
  assert.deepEqual(others, []);
  assert.deepEqual([change?.kind, change?.element], ['fit', Resource]);
});

test('of a negated element the value that fits is told: it is the one that keeps the request out', () => {
  const statement = {
    Effect: 'Allow',
    NotAction: ['iam:*', 's3:Get*'],
    NotResource: ['arn:aws:s3:::music/*'],
    Condition: { StringNotEquals: { 'aws:username': ['ab', 'dave'] } },
  };
  const explanation = asking(
    { identity: [compiled('identity', statement)] },
    { context: { 'aws:username': 'dave' } },
  );
  const elements = elementsOf(explanation, 'identity');
  assert.deepEqual(cutOut(explanation, 'identity', 'NotAction'), ['s3:Get*']);
  assert.deepEqual(cutOut(explanation, 'identity', 'aws:username'), ['dave']);
  assert.deepEqual(
    [elements.NotAction?.holds, elements.NotResource?.holds, elements['aws:username']?.holds],
    [false, true, false],
  );
  assert.deepEqual(explanation.singleChanges, [], 'two elements are in the way');
});

test('values of a request that do not pass by themselves', () => {
  const statement = {
    ...allowPhotos,
    Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'project'] } },
  };
  const explanation = asking(
    { identity: [compiled('identity', statement)] },
    { context: { 'aws:tagkeys': ['team', 'secret', 'project'] } },
  );
  const condition = elementsOf(explanation, 'identity')['aws:TagKeys'];
  assert.deepEqual(condition?.failing, ['secret']);
  assert.equal(explanation.singleChanges[0]?.element, condition);
});

test('what does not parse, and several values where one is taken, are undecidable', () => {
  const numbers = { NumericLessThan: { 's3:max-keys': '10' } };
  const policy = compiled('identity', { ...allowPhotos, Condition: numbers });
  for (const carried of ['many', ['5', '6']]) {
    const explanation = asking({ identity: [policy] }, { context: { 's3:max-keys': carried } });
    const condition = elementsOf(explanation, 'identity')['s3:max-keys'];
    assert.deepEqual([condition?.isUndecidable, condition?.holds], [true, false]);
  }
  const explanation = asking({ identity: [policy] }, { context: { 's3:max-keys': '5' } });
  assert.equal(elementsOf(explanation, 'identity')['s3:max-keys']?.isUndecidable, false);
});

test('a missing key is absent when it is decided, and unknown when it is simulated', () => {
  const ifMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const policy = compiled('identity', { ...allowPhotos, Condition: ifMfa });
  const decided = elementsOf(asking({ identity: [policy] }), 'identity');
  assert.equal(decided['aws:MultiFactorAuthPresent']?.truth, 'false');

  const simulated = asking({ identity: [policy] }, {}, { simulate: true });
  const condition = elementsOf(simulated, 'identity')['aws:MultiFactorAuthPresent'];
  assert.deepEqual(
    [condition?.truth, condition?.holds, condition?.missing],
    ['unknown', false, ['aws:MultiFactorAuthPresent']],
  );
  assert.equal(simulated.decision.decision, 'implicitDeny');
  assert.deepEqual(simulated.bounds, { best: 'allowed', worst: 'implicitDeny' });
});

test('a statement that is false anyhow does not become unknown by a missing key', () => {
  const condition = { StringEquals: { 'aws:PrincipalTag/team': 'a' } };
  const policy = compiled('identity', { ...allowPhotos, Condition: condition });
  const explanation = asking({ identity: [policy] }, { action: 's3:Foo' }, { simulate: true });
  assert.equal(explanation.gates.find(({ type }) => type === 'identity')?.statements.length, 1);
  assert.deepEqual(explanation.bounds, { best: 'implicitDeny', worst: 'implicitDeny' });
});

test('a missing variable makes unknown what no other value settles', () => {
  const resource = `arn:aws:s3:::photos/\${aws:username}/*`;
  const simulated = (...resources: readonly string[]) =>
    asking(
      { identity: [compiled('identity', { ...allowPhotos, Resource: resources })] },
      { resource: 'arn:aws:s3:::photos/dave/pic.jpg' },
      { simulate: true },
    );
  assert.equal(elementsOf(simulated(resource), 'identity').Resource?.truth, 'unknown');
  const settled = elementsOf(simulated(resource, 'arn:aws:s3:::photos/*'), 'identity').Resource;
  assert.equal(settled?.truth, 'true');
});

test('a deny that a missing key may still bring about is in the bounds', () => {
  const away = { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
  const identity = [
    compiled('identity', allowPhotos),
    compiled('identity', { Effect: 'Deny', Action: '*', Resource: '*', Condition: away }),
  ];
  const explanation = asking({ identity }, {}, { simulate: true });
  assert.equal(explanation.decision.decision, 'explicitDeny');
  assert.deepEqual(explanation.bounds, { best: 'allowed', worst: 'explicitDeny' });
  const [change] = explanation.singleChanges;
  assert.deepEqual([change?.kind, change?.element], ['lift', undefined]);
});

test('two denies are not lifted by one change, nor is a deny behind which nothing allows', () => {
  const deny = { Effect: 'Deny', Action: '*', Resource: '*' };
  const allow = compiled('identity', allowPhotos);
  const one = asking({ identity: [allow, compiled('identity', deny)] });
  assert.equal(one.singleChanges.length, 1);
  assert.deepEqual(
    asking({ identity: [allow, compiled('identity', deny, deny)] }).singleChanges,
    [],
  );
  assert.deepEqual(asking({ identity: [compiled('identity', deny)] }).singleChanges, []);
});

test('across accounts one change is enough only when the other side allows already', () => {
  const bucketPolicy = compiled('resource', { ...allowPhotos, Principal: { AWS: DAVE.arn } });
  const wrongPrincipal = compiled('resource', {
    ...allowPhotos,
    Principal: { AWS: OTHER_ACCOUNT },
  });
  const identity = [compiled('identity', { ...allowPhotos, Action: 's3:PutObject' })];
  const across = { resourceAccount: OTHER_ACCOUNT };
  const ours = asking({ identity, resource: bucketPolicy }, across);
  assert.deepEqual(
    ours.singleChanges.map(({ element }) => element?.element),
    ['Action'],
  );
  assert.deepEqual(asking({ identity, resource: wrongPrincipal }, across).singleChanges, []);
});

test('a policy that only delegates would be enough if it named the caller', () => {
  const delegating = compiled('resource', { ...allowPhotos, Principal: { AWS: ACCOUNT } });
  const explanation = asking({ resource: delegating });
  assert.equal(explanation.decision.stoppedBy, 'identity');
  const [change] = explanation.singleChanges;
  assert.deepEqual([change?.kind, change?.element?.nearest], ['name', 'account']);
});

test('each gate has its own verdict, each level of SCPs too', () => {
  const all = { Effect: 'Allow', Action: '*', Resource: '*' };
  const explanation = asking({
    identity: [compiled('identity', allowPhotos)],
    permissionsBoundary: compiled('permissionsBoundary', { ...all, Action: 's3:*' }),
    serviceControl: [
      [compiled('serviceControl', all)],
      [compiled('serviceControl', { ...all, Action: 'ec2:*' })],
    ],
  });
  const verdicts = explanation.gates.map(({ type, level, verdict }) =>
    level === undefined ? `${type} ${verdict}` : `${type} ${level} ${verdict}`,
  );
  assert.deepEqual(verdicts, [
    'resourceControl noPolicy',
    'serviceControl 0 allowed',
    'serviceControl 1 implicitDeny',
    'vpcEndpoint noPolicy',
    'resource noPolicy',
    'trust noPolicy',
    'identity allowed',
    'permissionsBoundary allowed',
    'session noPolicy',
  ]);
  assert.deepEqual(
    explanation.singleChanges.map(({ element }) => element?.element),
    ['Action'],
  );
});

test('policies that are not about the caller are exempt', () => {
  const all = { Effect: 'Allow', Action: '*', Resource: '*' };
  const scp = [[compiled('serviceControl', { ...all, Effect: 'Deny' })]];
  const explanation = asking(
    {
      serviceControl: scp,
      resource: compiled('resource', { ...all, Principal: { Service: EC2.service } }),
    },
    { principal: EC2 },
  );
  assert.equal(explanation.decision.decision, 'allowed');
  assert.equal(explanation.gates.find(({ type }) => type === 'serviceControl')?.verdict, 'exempt');
});

test('the root user needs no statement, and a role is told apart from its session', () => {
  assert.equal(asking({}, { principal: ROOT }).decision.decision, 'allowed');
  const bucketPolicy = compiled('resource', {
    ...allowPhotos,
    Principal: { AWS: PHOTO_APP.roleArn },
  });
  const explanation = asking({ resource: bucketPolicy }, { principal: PHOTO_APP });
  assert.equal(explanation.gates.find(({ type }) => type === 'resource')?.nearest, 'role');
});

test('a policy that stands in two places is changed in both, and told once', () => {
  const all = compiled('serviceControl', { Effect: 'Allow', Action: '*', Resource: '*' });
  const deny = compiled('serviceControl', { Effect: 'Deny', Action: 's3:*', Resource: '*' });
  const identity = [compiled('identity', allowPhotos)];
  const lifted = asking({
    identity,
    serviceControl: [
      [all, deny],
      [all, deny],
    ],
  });
  assert.deepEqual(
    lifted.singleChanges.map(({ policy, kind }) => [policy, kind]),
    [[deny, 'lift']],
  );
  const managed = compiled('identity', { ...allowPhotos, Action: 's3:PutObject' });
  assert.equal(asking({ identity: [managed, managed] }).singleChanges.length, 1);
});
