import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimulateCustomPolicyRequest } from '@aws-sdk/client-iam';
import { simulateCustomPolicy } from './policy-simulation.ts';
import { firstAccount, openTestIam, type TestIam } from './testing.ts';

/** What the simulator answers; the positions and forms are those of AWS's own answers. */

type Statement = Readonly<Record<string, unknown>>;

const statement = (more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  ...more,
});
const policy = (...statements: readonly Statement[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const ALLOW = policy(statement());
const DENY = policy(statement({ Effect: 'Deny' }));
const PUT = policy(statement({ Action: 's3:PutObject' }));

const A = 'arn:aws:s3:::photos/a';
const B = 'arn:aws:s3:::photos/b';
const DAVE = `arn:aws:iam::${firstAccount}:user/ops/dave`;

async function simulate(iam: TestIam, input: Partial<SimulateCustomPolicyRequest>) {
  const answer = await iam.call(simulateCustomPolicy, {
    PolicyInputList: [ALLOW],
    ActionNames: ['s3:GetObject'],
    ...input,
  });
  return answer.EvaluationResults ?? [];
}

async function first(iam: TestIam, input: Partial<SimulateCustomPolicyRequest>) {
  const [result] = await simulate(iam, input);
  assert.ok(result);
  return result;
}

const matched = (
  SourcePolicyId: string,
  SourcePolicyType: string,
  [Line, Column]: readonly [number, number],
  [endLine, endColumn]: readonly [number, number],
) => ({
  SourcePolicyId,
  SourcePolicyType,
  StartPosition: { Line, Column },
  EndPosition: { Line: endLine, Column: endColumn },
});
const ofInput = matched('PolicyInputList.1', 'IAM Policy', [1, 38], [1, 95]);

test('without a resource the answer is about every one', async (t) => {
  const iam = await openTestIam(t);
  assert.deepEqual(await first(iam, {}), {
    EvalActionName: 's3:GetObject',
    EvalResourceName: '*',
    EvalDecision: 'allowed',
    MatchedStatements: [ofInput],
    MissingContextValues: [],
  });
  assert.deepEqual(await first(iam, { PolicyInputList: [], ResourceArns: ['*'] }), {
    EvalActionName: 's3:GetObject',
    EvalResourceName: '*',
    EvalDecision: 'implicitDeny',
    MatchedStatements: [],
    MissingContextValues: [],
  });
});

test('with resources each has its own result, and the strictest is that of all', async (t) => {
  const iam = await openTestIam(t);
  const only = policy(statement({ Resource: A }));
  const ofOnly = matched('PolicyInputList.1', 'IAM Policy', [1, 38], [1, 115]);
  assert.deepEqual(await first(iam, { PolicyInputList: [only], ResourceArns: [A, B] }), {
    EvalActionName: 's3:GetObject',
    EvalResourceName: '*',
    EvalDecision: 'implicitDeny',
    MatchedStatements: [ofOnly],
    MissingContextValues: [],
    EvalDecisionDetails: {},
    ResourceSpecificResults: [
      { EvalResourceName: A, EvalResourceDecision: 'allowed', MatchedStatements: [ofOnly] },
      { EvalResourceName: B, EvalResourceDecision: 'implicitDeny' },
    ],
  });
  const denying = [ALLOW, policy(statement({ Effect: 'Deny', Resource: B }))];
  const result = await first(iam, { PolicyInputList: denying, ResourceArns: [A, B, A] });
  assert.equal(result.EvalDecision, 'explicitDeny');
  assert.deepEqual(
    result.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId),
    ['PolicyInputList.2'],
  );
  assert.deepEqual(
    result.ResourceSpecificResults?.map((one) => [one.EvalResourceName, one.EvalResourceDecision]),
    [
      [A, 'allowed'],
      [B, 'explicitDeny'],
      [A, 'allowed'],
    ],
  );
  const single = await first(iam, { ResourceArns: [A] });
  assert.equal(single.EvalResourceName, A);
  assert.equal(single.ResourceSpecificResults?.length, 1);
});

test('every action has a result, in the order of the request', async (t) => {
  const iam = await openTestIam(t);
  const ActionNames = ['s3:PutObject', 'S3:gEtObJeCt', 's3:PutObject', 's3:*', 'made:Up', 's3:'];
  const results = await simulate(iam, { ActionNames });
  assert.deepEqual(
    results.map(({ EvalActionName }) => EvalActionName),
    ActionNames,
  );
  assert.deepEqual(
    results.map(({ EvalDecision }) => EvalDecision === 'allowed'),
    [false, true, false, false, false, false],
  );
});

test('a statement begins behind what comes before it', async (t) => {
  const iam = await openTestIam(t);
  const places = async (text: string, ActionNames = ['s3:GetObject', 's3:PutObject']) => {
    const results = await simulate(iam, { PolicyInputList: [text], ActionNames });
    return results.flatMap(({ MatchedStatements = [] }) =>
      MatchedStatements.map(({ StartPosition: start, EndPosition: end }) => [
        [start?.Line, start?.Column],
        [end?.Line, end?.Column],
      ]),
    );
  };
  const two = [statement({ Sid: 'One' }), statement({ Action: 's3:PutObject', Sid: 'Two' })];
  const pretty = JSON.stringify({ Version: '2012-10-17', Statement: two }, null, 2);
  const ofPretty = [
    [
      [3, 17],
      [9, 6],
    ],
    [
      [9, 6],
      [15, 6],
    ],
  ];
  assert.deepEqual(await places(pretty), ofPretty);
  assert.deepEqual(await places(pretty.replaceAll('\n', '\r\n')), ofPretty);
  assert.deepEqual(await places(pretty.replaceAll('\n', '\r')), ofPretty);
  const single = `{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}`;
  assert.deepEqual(await places(single), [
    [
      [1, 16],
      [1, 77],
    ],
  ]);
});

test('of several policies each statement that decides is named', async (t) => {
  const iam = await openTestIam(t);
  const ids = async (...PolicyInputList: string[]) => {
    const { MatchedStatements = [] } = await first(iam, { PolicyInputList });
    return MatchedStatements.map(({ SourcePolicyId }) => SourcePolicyId);
  };
  assert.deepEqual(await ids(ALLOW, ALLOW), ['PolicyInputList.1', 'PolicyInputList.2']);
  assert.deepEqual(await ids(ALLOW, DENY), ['PolicyInputList.2']);
  assert.deepEqual(await ids(ALLOW, PUT), ['PolicyInputList.1']);
});

test('of an implicit deny all keys that are not supplied are told, whatever action they are of', async (t) => {
  const iam = await openTestIam(t);
  const missing = async (input: Partial<SimulateCustomPolicyRequest>) =>
    (await first(iam, input)).MissingContextValues;
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
  const one = policy(statement({ Condition }));
  const other = policy(
    statement({ Action: 's3:PutObject', Resource: `arn:aws:s3:::photos/\${aws:username}` }),
  );
  const both = ['aws:PrincipalTag/team', 'aws:username'];
  assert.deepEqual(await missing({ PolicyInputList: [other, one] }), both);
  const ContextEntries = [
    {
      ContextKeyName: 'AWS:PrincipalTag/TEAM',
      ContextKeyType: 'string' as const,
      ContextKeyValues: ['blue'],
    },
  ];
  const supplied = { PolicyInputList: [other, one], ContextEntries };
  assert.deepEqual(await missing(supplied), ['aws:username']);
  // Keys that follow from the caller are not supplied by the request.
  assert.deepEqual(await missing({ ...supplied, CallerArn: DAVE }), ['aws:username']);
  assert.deepEqual(await missing({ PolicyInputList: [ALLOW, one] }), []);
  assert.deepEqual(await missing({ PolicyInputList: [DENY, one] }), []);
  const bounded = { PermissionsBoundaryPolicyInputList: [one] };
  assert.deepEqual(await missing(bounded), ['aws:PrincipalTag/team']);
  const result = await first(iam, { PolicyInputList: [one], ResourceArns: [A] });
  assert.deepEqual(result.ResourceSpecificResults, [
    {
      EvalResourceName: A,
      EvalResourceDecision: 'implicitDeny',
      MissingContextValues: ['aws:PrincipalTag/team'],
    },
  ]);
});

test('a boundary only lets through, and says whether it does', async (t) => {
  const iam = await openTestIam(t);
  const within = async (boundary: string) =>
    await first(iam, { PermissionsBoundaryPolicyInputList: [boundary], ResourceArns: [A] });
  const ofBoundary = matched(
    'PermissionsBoundaryPolicyInputList.1',
    'Permissions Boundary Policy',
    [1, 38],
    [1, 94],
  );
  for (const [boundary, allowed, decision, statements] of [
    [ALLOW, true, 'allowed', [ofInput]],
    [PUT, false, 'implicitDeny', []],
    [DENY, false, 'explicitDeny', [ofBoundary]],
  ] as const) {
    const result = await within(boundary);
    const detail = { AllowedByPermissionsBoundary: allowed };
    assert.equal(result.EvalDecision, decision);
    assert.deepEqual(result.MatchedStatements, statements);
    assert.deepEqual(result.PermissionsBoundaryDecisionDetail, detail);
    const [specific] = result.ResourceSpecificResults ?? [];
    assert.deepEqual(specific?.PermissionsBoundaryDecisionDetail, detail);
    assert.deepEqual(specific?.MatchedStatements ?? [], statements);
  }
});

test('service control policies are asked by levels, and are not named', async (t) => {
  const iam = await openTestIam(t);
  const under = async (...levels: readonly (readonly string[])[]) => {
    const result = await first(iam, {
      OrderedOrganizationPolicyInputList: levels.map((texts) => ({
        ServiceControlPolicyInputList: [...texts],
      })),
      PermissionsBoundaryPolicyInputList: [ALLOW],
    });
    const { EvalDecision: decision, MatchedStatements: statements } = result;
    const isAllowed = result.OrganizationsDecisionDetail?.AllowedByOrganizations;
    return [decision, isAllowed, statements?.length, !!result.PermissionsBoundaryDecisionDetail];
  };
  const all = policy(statement({ Action: '*' }));
  assert.deepEqual(await under([all], [all]), ['allowed', true, 1, true]);
  assert.deepEqual(await under([all], [DENY, all]), ['explicitDeny', false, 0, false]);
  assert.deepEqual(await under([all], [PUT]), ['implicitDeny', false, 0, false]);
  assert.equal((await first(iam, {})).OrganizationsDecisionDetail, undefined);
});

const hanging = (principal: string, Effect = 'Allow') =>
  policy(statement({ Effect, Resource: 'arn:aws:s3:::photos/*', Principal: { AWS: principal } }));

test("a resource policy may let the caller in by itself, in the caller's account", async (t) => {
  const iam = await openTestIam(t);
  const ask = async (ResourcePolicy: string, input: Partial<SimulateCustomPolicyRequest> = {}) =>
    await first(iam, {
      PolicyInputList: [],
      ResourceArns: [A],
      CallerArn: DAVE,
      ResourcePolicy,
      ...input,
    });
  const named = await ask(hanging(DAVE));
  assert.equal(named.EvalDecision, 'allowed');
  assert.deepEqual(
    named.MatchedStatements?.map((one) => [one.SourcePolicyId, one.SourcePolicyType]),
    [['ResourcePolicy', 'Resource Policy']],
  );
  assert.deepEqual(named.EvalDecisionDetails, {});
  const other = `arn:aws:iam::${firstAccount}:user/other`;
  assert.equal((await ask(hanging(other))).EvalDecision, 'implicitDeny');
  const role = `arn:aws:iam::${firstAccount}:role/App`;
  assert.equal((await ask(hanging(role), { CallerArn: role })).EvalDecision, 'allowed');
  assert.equal((await ask(hanging('*', 'Deny'))).EvalDecision, 'explicitDeny');
});

test('across accounts both sides have to allow, and the details tell which did', async (t) => {
  const iam = await openTestIam(t);
  const ask = async (input: Partial<SimulateCustomPolicyRequest>) => {
    const result = await first(iam, {
      PolicyInputList: [],
      ResourceArns: [A],
      CallerArn: DAVE,
      ResourcePolicy: hanging(DAVE),
      ResourceOwner: 'arn:aws:iam::999999999999:root',
      ...input,
    });
    const [specific] = result.ResourceSpecificResults ?? [];
    assert.deepEqual(specific?.EvalDecisionDetails, result.EvalDecisionDetails);
    return [result.EvalDecision, { ...result.EvalDecisionDetails }];
  };
  assert.deepEqual(await ask({}), [
    'implicitDeny',
    { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' },
  ]);
  assert.deepEqual(await ask({ PolicyInputList: [ALLOW] }), [
    'allowed',
    { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
  ]);
  const PolicyInputList = [ALLOW];
  assert.deepEqual(await ask({ PolicyInputList, PermissionsBoundaryPolicyInputList: [PUT] }), [
    'implicitDeny',
    {
      'IAM Policy': 'allowed',
      'Resource Policy': 'allowed',
      'Permissions Boundary Policy': 'implicitDeny',
    },
  ]);
  const other = hanging('arn:aws:iam::999999999999:user/x');
  assert.deepEqual(await ask({ PolicyInputList, ResourcePolicy: other }), [
    'implicitDeny',
    { 'IAM Policy': 'allowed', 'Resource Policy': 'implicitDeny' },
  ]);
});

test('without a resource policy nothing is asked of the other side', async (t) => {
  const iam = await openTestIam(t);
  const everything = [policy(statement({ Action: '*' }))];
  for (const [action, resource] of [
    ['iam:GetUser', 'arn:aws:iam::999999999999:user/x'],
    ['kms:Decrypt', `arn:aws:kms:us-east-1:${firstAccount}:key/a`],
    ['sts:AssumeRole', `arn:aws:iam::${firstAccount}:role/App`],
  ] as const) {
    const input = { ActionNames: [action], ResourceArns: [resource] };
    const allowed = await first(iam, { ...input, PolicyInputList: everything });
    assert.equal(allowed.EvalDecision, 'allowed', action);
    assert.deepEqual(allowed.EvalDecisionDetails, {});
    assert.equal(allowed.MatchedStatements?.length, 1);
    assert.equal((await first(iam, input)).EvalDecision, 'implicitDeny', action);
  }
});

test("a key's own policy has to agree, once it is told", async (t) => {
  const iam = await openTestIam(t);
  const key = `arn:aws:kms:us-east-1:${firstAccount}:key/a`;
  const ask = async (principal: string) => {
    const Principal = { AWS: principal };
    const result = await first(iam, {
      PolicyInputList: [policy(statement({ Action: 'kms:*' }))],
      ActionNames: ['kms:Decrypt'],
      ResourceArns: [key],
      CallerArn: DAVE,
      ResourcePolicy: policy(statement({ Action: 'kms:*', Resource: key, Principal })),
    });
    return result.EvalDecision;
  };
  assert.equal(await ask(`arn:aws:iam::${firstAccount}:root`), 'allowed');
  assert.equal(await ask(`arn:aws:iam::${firstAccount}:user/other`), 'implicitDeny');
});

test('a trust policy is the resource policy of a role', async (t) => {
  const iam = await openTestIam(t);
  const trust = (principal: string) =>
    policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' });
  const ask = async (ResourcePolicy: string) =>
    await first(iam, {
      PolicyInputList: [policy(statement({ Action: 'sts:AssumeRole' }))],
      ActionNames: ['sts:AssumeRole'],
      ResourceArns: [`arn:aws:iam::${firstAccount}:role/App`],
      CallerArn: DAVE,
      ResourcePolicy,
    });
  assert.equal((await ask(trust(DAVE))).EvalDecision, 'allowed');
  const other = `arn:aws:iam::${firstAccount}:user/other`;
  assert.equal((await ask(trust(other))).EvalDecision, 'implicitDeny');
});

test('keys that follow from the caller are filled in, and the request goes before them', async (t) => {
  const iam = await openTestIam(t);
  const holds = async (key: string, value: string, input: object = {}) => {
    const PolicyInputList = [policy(statement({ Condition: { StringEquals: { [key]: value } } }))];
    return (await first(iam, { PolicyInputList, ...input })).EvalDecision === 'allowed';
  };
  const ofDave = { CallerArn: DAVE };
  assert.ok(await holds('aws:PrincipalArn', DAVE, ofDave));
  assert.ok(await holds('aws:PrincipalAccount', firstAccount, ofDave));
  assert.ok(await holds('aws:username', 'dave', ofDave));
  assert.ok(await holds('aws:userid', DAVE, ofDave));
  assert.ok(await holds('aws:PrincipalAccount', firstAccount));
  assert.ok(await holds('aws:userid', 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR'));
  const role = { CallerArn: `arn:aws:iam::${firstAccount}:role/ops/App` };
  assert.ok(!(await holds('aws:username', 'App', role)));
  assert.ok(await holds('aws:PrincipalArn', role.CallerArn, role));
  const ContextEntries = [
    { ContextKeyName: 'aws:username', ContextKeyType: 'string', ContextKeyValues: ['other'] },
  ];
  assert.ok(await holds('aws:username', 'other', { ...ofDave, ContextEntries }));
});
