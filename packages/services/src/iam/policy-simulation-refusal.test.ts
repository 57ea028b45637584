import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContextEntry, SimulateCustomPolicyRequest } from '@aws-sdk/client-iam';
import { ApiError } from '@carnet/wire';
import { simulateCustomPolicy } from './policy-simulation.ts';
import { allow, firstAccount, openTestIam } from './testing.ts';

/** What is wrong with a request to simulate, in the simulator's own words. */

const A = 'arn:aws:s3:::photos/a';
const DAVE = `arn:aws:iam::${firstAccount}:user/dave`;
const ALLOW = allow('s3:GetObject');
const hanging = (Resource: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource },
  });
const ofPhotos = hanging('arn:aws:s3:::photos/*');

type Input = Partial<SimulateCustomPolicyRequest>;

type Refusal = readonly [input: Input, message: string];

const invalidInputs: readonly Refusal[] = [
  [{ PolicyInputList: [ALLOW, '{'] }, 'Policy input list item 2 has invalid content'],
  [
    { PolicyInputList: ['{"Version":"2099-01-01","Statement":[]}'] },
    'Policy input list item 1 has invalid content',
  ],
  [{ PolicyInputList: [ofPhotos] }, 'Policy input list item 1 has invalid content'],
  [
    { PermissionsBoundaryPolicyInputList: [ALLOW, ALLOW] },
    'The list of Permissions Boundary policies cannot exceed 1 items.',
  ],
  [
    { PermissionsBoundaryPolicyInputList: ['x'] },
    'Permissions boundary policy input list item 1 has invalid content',
  ],
  [
    { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [] }] },
    'Organization policy at index 1 must contain at least one service control policy',
  ],
  [
    {
      OrderedOrganizationPolicyInputList: [
        { ServiceControlPolicyInputList: [ALLOW] },
        { ServiceControlPolicyInputList: ['x'] },
      ],
    },
    'Organization policy at index 2 has invalid content',
  ],
  [
    { ActionNames: ['s3:GetObject', 'GetObject'] },
    'The action is invalid since it is missing names',
  ],
  ...['not-an-arn', 'arn:aws:s3', 'arn::s3:::a', 'arn:aws:s3:::', ''].map(
    (arn): Refusal => [
      { ResourceArns: [A, arn] },
      `ResourceNames are not in a valid ARN format: ${arn}.`,
    ],
  ),
  [{ ResourceArns: [A, '*'] }, 'ResourceNames are not in a valid ARN format: *.'],
  [
    { ResourceArns: [A], ResourceHandlingOption: 'EC2-VPC-EBS' },
    'Invalid input resource handling options. Action does not support resource handling options: s3:GetObject.',
  ],
  ...[
    `arn:aws:iam::${firstAccount}:root`,
    `arn:aws:sts::${firstAccount}:assumed-role/App/one`,
    'dave',
  ].map(
    (CallerArn): Refusal => [
      { CallerArn },
      'Invalid caller - Caller must be an IAM user, role or group in this context.',
    ],
  ),
  ...['123456789012', 'not-an-arn', 'arn:aws:s3:::photos'].map(
    (ResourceOwner): Refusal => [
      { ResourceOwner },
      `'${ResourceOwner}' is not a valid as a Resource Owner.`,
    ],
  ),
  [
    { ResourceArns: [A], ResourcePolicy: ofPhotos },
    'Invalid caller - Caller cannot be null or empty.',
  ],
  [
    { CallerArn: DAVE, ResourcePolicy: ofPhotos },
    'Invalid Entity Arn: * does not clearly define entity type and name.',
  ],
  [
    { CallerArn: DAVE, ResourceArns: [A], ResourcePolicy: hanging('*') },
    'ResourceNames are not in a valid ARN format: *.',
  ],
  [
    { CallerArn: DAVE, ResourceArns: [A], ResourcePolicy: ALLOW },
    'Resource policy has invalid content',
  ],
  [{ Marker: 'not-a-marker' }, 'Invalid marker for pagination.'],
];

async function refusalOf(call: Promise<unknown>): Promise<string> {
  const answer = await call.catch((error: unknown) => error);
  assert.ok(answer instanceof ApiError, JSON.stringify(answer));
  return `${answer.code} ${answer.status} ${answer.message}`;
}

test('each thing that is wrong is refused in words of its own', async (t) => {
  const iam = await openTestIam(t);
  const base = { PolicyInputList: [ALLOW], ActionNames: ['s3:GetObject'] };
  for (const [input, message] of invalidInputs) {
    const refusal = await refusalOf(iam.call(simulateCustomPolicy, { ...base, ...input }));
    assert.equal(refusal, `InvalidInput 400 ${message}`);
  }
});

const entry = (type: string | undefined, ...values: readonly string[]) =>
  ({
    ContextKeyName: 'test:key',
    ContextKeyType: type,
    ContextKeyValues: [...values],
  }) as ContextEntry;

type WrongEntries = readonly [entries: readonly ContextEntry[], message: string];

const wrongEntries: readonly WrongEntries[] = [
  [
    [{ ContextKeyType: 'string', ContextKeyValues: ['a'] }],
    'ContextKeyName cannot be null or empty.',
  ],
  [[entry(undefined, 'a')], 'Context key test:key has invalid type null.'],
  [[entry('string')], 'Context values for context key test:key cannot be null or empty.'],
  [[entry('stringList')], 'Context values for context key test:key cannot be null or empty.'],
  [[entry('string', 'a', 'b')], 'Context key string expected a single value, but received 2.'],
  [
    [entry('string', 'a'), { ...entry('string', 'a'), ContextKeyName: 'TEST:KEY' }],
    'Duplicate context key: TEST:KEY.',
  ],
  ...['abc', 'NaN', '0x10', ' 1 ', 'Infinity', '', '1e', '--1'].map(
    (value): WrongEntries => [
      [entry('numeric', value)],
      'Invalid context value for key test:key: expected numeric format.',
    ],
  ),
  [
    [entry('numericList', '1', 'abc')],
    'Invalid context value for key test:key: expected numeric format.',
  ],
  ...['tomorrow', '2024-02-30', ''].map(
    (value): WrongEntries => [
      [entry('date', value)],
      'Invalid context value for key test:key: expected DateTime format.',
    ],
  ),
  ...['999.0.0.1', '10.0.0.0/8', ''].map(
    (value): WrongEntries => [
      [entry('ip', value)],
      'Invalid context value for key test:key: expected IP address.',
    ],
  ),
  ...['!base64', 'YQ', 'YQ=', 'Y Q='].map(
    (value): WrongEntries => [
      [entry('binary', value)],
      'Invalid context value for key test:key: expected base-64 encoded binary format.',
    ],
  ),
];

test('a value of a condition key is of its type', async (t) => {
  const iam = await openTestIam(t);
  const base = { PolicyInputList: [ALLOW], ActionNames: ['s3:GetObject'] };
  for (const [ContextEntries, message] of wrongEntries) {
    const input = { ...base, ContextEntries: [...ContextEntries] };
    const refusal = await refusalOf(iam.call(simulateCustomPolicy, input));
    assert.equal(refusal, `InvalidInput 400 ${message}`);
  }
});

test('each type takes its values, and its conditions ask them', async (t) => {
  const iam = await openTestIam(t);
  const holds = async (Condition: object, ...entries: ContextEntry[]) => {
    const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition };
    const { EvaluationResults: [result] = [] } = await iam.call(simulateCustomPolicy, {
      PolicyInputList: [JSON.stringify({ Version: '2012-10-17', Statement })],
      ActionNames: ['s3:GetObject'],
      ContextEntries: entries,
    });
    return result?.EvalDecision === 'allowed';
  };
  const key = (value: string | readonly string[]) => ({ 'test:key': value });
  assert.ok(await holds({ StringEquals: key('a') }, entry('string', 'a')));
  assert.ok(await holds({ StringEquals: key('') }, entry('string', '')));
  assert.ok(await holds({ 'ForAnyValue:StringEquals': key('b') }, entry('stringList', 'a', 'b')));
  for (const value of ['5', '05.0', '5.00']) {
    assert.ok(await holds({ NumericEquals: key('5') }, entry('numeric', value)), value);
  }
  assert.ok(await holds({ Bool: key('true') }, entry('boolean', 'TRUE')));
  assert.ok(await holds({ Bool: key('false') }, entry('boolean', 'yes')));
  assert.ok(await holds({ IpAddress: key('10.0.0.0/8') }, entry('ip', '10.1.2.3')));
  assert.ok(await holds({ IpAddress: key('2001:db8::/32') }, entry('ip', '2001:db8::1')));
  assert.ok(await holds({ BinaryEquals: key('YWI=') }, entry('binary', 'YWI=')));
  const later = { DateGreaterThan: key('2026-01-01T00:00:00Z') };
  assert.ok(await holds(later, entry('date', '2026-06-01T12:00:00Z')));
  assert.ok(!(await holds(later, entry('date', '1'))));
  for (const list of ['numericList', 'booleanList', 'ipList', 'binaryList', 'dateList']) {
    const value = { ipList: '10.1.2.3', binaryList: 'YWI=', booleanList: 'true' }[list] ?? '5';
    assert.ok(await holds({ Null: key('false') }, entry(list, value)), list);
  }
  assert.ok(await holds({ Null: key('true') }, {}));
});

test('a scenario of EC2 is taken for RunInstances, and without resources for anything', async (t) => {
  const iam = await openTestIam(t);
  const ask = (ActionNames: string[], ResourceHandlingOption: string, ResourceArns?: string[]) =>
    iam.call(simulateCustomPolicy, {
      PolicyInputList: [allow('ec2:*')],
      ActionNames,
      ResourceHandlingOption,
      ResourceArns,
    });
  const instance = [`arn:aws:ec2:us-east-1:${firstAccount}:instance/i-1`];
  for (const option of [
    'EC2-VPC-InstanceStore',
    'EC2-VPC-InstanceStore-Subnet',
    'EC2-VPC-EBS',
    'EC2-VPC-EBS-Subnet',
  ]) {
    const { EvaluationResults: [result] = [] } = await ask(['ec2:RunInstances'], option, instance);
    assert.equal(result?.EvalDecision, 'allowed', option);
  }
  assert.ok(await ask(['s3:GetObject'], 'anything'));
  assert.equal(
    await refusalOf(ask(['ec2:RunInstances'], 'anything', instance)),
    'InvalidInput 400 Invalid input resource handling options. Action does not support resource handling options: ec2:RunInstances.',
  );
});
