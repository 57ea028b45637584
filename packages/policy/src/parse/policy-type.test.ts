import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyType } from '../policy-type.ts';
import { parsePolicy } from './parse-policy.ts';

const DENY = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
const FULL_ACCESS = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
const UNFIT =
  'The provided policy document does not meet the requirements of the specified policy type.';

/** Message and path of the first problem; undefined when the document is accepted. */
function problem(statement: unknown, type: PolicyType, version: string | null = '2012-10-17') {
  const head = version === null ? {} : { Version: version };
  const result = parsePolicy(JSON.stringify({ ...head, Statement: statement }), type);
  const found = result.ok ? undefined : result.problems[0];
  return found === undefined ? undefined : `${found.message} ${found.path}`;
}

test('a resource control policy denies, to everybody, actions of a named service', () => {
  const accepted = [
    DENY,
    [DENY, { ...DENY, Sid: 'Two' }],
    { ...DENY, Principal: { AWS: '*' } },
    { ...DENY, Action: ['s3:Put*', 'sts:*Role', 'kms:De?rypt', 'sqs:*'] },
    { Effect: 'Deny', Principal: '*', Action: 's3:*', NotResource: 'arn:aws:s3:::public/*' },
    { ...DENY, Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' } } },
  ];
  for (const statement of accepted) {
    assert.equal(problem(statement, 'resourceControl'), undefined, JSON.stringify(statement));
  }
  const { Action, ...noAction } = DENY;
  const { Principal, ...noPrincipal } = DENY;
  const refused: readonly (readonly [object, string])[] = [
    [{ ...DENY, Effect: 'Allow' }, 'Effect'],
    [{ ...FULL_ACCESS, Action: 's3:*' }, 'Effect'],
    [{ ...DENY, Principal: { AWS: '111122223333' } }, 'Principal'],
    [{ ...DENY, Principal: { AWS: ['*', '111122223333'] } }, 'Principal'],
    [{ ...DENY, Principal: { Service: 'ec2.amazonaws.com' } }, 'Principal'],
    [{ ...noPrincipal, NotPrincipal: '*' }, 'NotPrincipal'],
    [{ ...noPrincipal, NotPrincipal: { AWS: '111122223333' } }, 'NotPrincipal'],
    [{ ...noAction, NotAction: 's3:*' }, 'NotAction'],
    [{ ...DENY, Action: '*' }, 'Action'],
    [{ ...DENY, Action: ['s3:*', '*'] }, 'Action'],
    [{ ...DENY, Action: '*:Get*' }, 'Action'],
  ];
  for (const [statement, element] of refused) {
    const expected = `${UNFIT} Statement[0].${element}`;
    assert.equal(problem(statement, 'resourceControl'), expected, JSON.stringify(statement));
    assert.match(problem([DENY, statement], 'resourceControl') ?? '', /Statement\[1\]/);
  }
  assert.equal(Action, 's3:*');
  assert.equal(Principal, '*');
});

test('a resource control policy says its version', () => {
  const expected = 'Policy document must be version 2012-10-17 or greater. Version';
  assert.equal(problem(DENY, 'resourceControl', null), expected);
  assert.equal(problem(DENY, 'resourceControl', '2008-10-17'), expected);
});

test('RCPFullAWSAccess is the one that allows, and nothing more than itself', () => {
  for (const Principal of ['*', { AWS: '*' }, { AWS: ['*'] }]) {
    const statement = { ...FULL_ACCESS, Principal, Action: ['*'], Resource: ['*'] };
    assert.equal(problem([statement], 'resourceControl'), undefined);
  }
  const other: readonly object[] = [
    { ...FULL_ACCESS, Resource: 'arn:aws:s3:::photos' },
    { ...FULL_ACCESS, Resource: ['*', 'arn:aws:s3:::photos'] },
    { ...FULL_ACCESS, Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    { Effect: 'Allow', Principal: '*', NotAction: '*', Resource: '*' },
    { Effect: 'Allow', Principal: '*', Action: '*', NotResource: '*' },
    { Effect: 'Allow', NotPrincipal: '*', Action: '*', Resource: '*' },
    { ...FULL_ACCESS, Effect: 'Deny' },
  ];
  for (const statement of other) {
    assert.match(problem(statement, 'resourceControl') ?? '', /requirements of the specified/);
  }
  assert.match(problem([FULL_ACCESS, DENY], 'resourceControl') ?? '', /Statement\[0\]\.Effect/);
});

test('a service control policy has the whole language but for principals', () => {
  const Condition = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
  const statements: readonly object[] = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Allow', Action: '*', Resource: '*', Condition },
    { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
    { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::photos/*' },
    { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::private/*' },
    { Effect: 'Deny', NotAction: ['iam:*', 's3:*Object'], Resource: '*', Condition },
    { Effect: 'Deny', Action: '*:*Bucket', NotResource: 'arn:aws:s3:::photos' },
  ];
  for (const statement of statements) {
    assert.equal(problem(statement, 'serviceControl'), undefined, JSON.stringify(statement));
    const named = { ...statement, Principal: '*' };
    const expected = 'Has prohibited field Principal. Statement[0].Principal';
    assert.equal(problem(named, 'serviceControl'), expected);
  }
});

test('the policy of a VPC endpoint names principals and needs no version', () => {
  for (const version of [null, '2008-10-17', '2012-10-17']) {
    assert.equal(problem(FULL_ACCESS, 'vpcEndpoint', version), undefined);
  }
  const { Principal, ...nobody } = FULL_ACCESS;
  assert.equal(Principal, '*');
  const expected = 'Missing required field Principal Statement[0].Principal';
  assert.equal(problem(nobody, 'vpcEndpoint'), expected);
});

test('lists without values are refused: what they mean nobody can say', () => {
  const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const rows: readonly (readonly [object, PolicyType, string])[] = [
    [{ ...allow, Action: [] }, 'identity', 'Policy statement must contain actions.'],
    [{ ...allow, Action: [] }, 'serviceControl', 'Policy statement must contain actions.'],
    [{ ...allow, Resource: [] }, 'identity', 'Policy statement must contain resources.'],
    [{ ...FULL_ACCESS, Principal: { AWS: [] } }, 'resource', 'Syntax errors in policy.'],
    [{ ...FULL_ACCESS, Principal: {} }, 'resource', 'Syntax errors in policy.'],
    [{ ...FULL_ACCESS, Principal: [] }, 'resource', 'Syntax errors in policy.'],
    [{ ...DENY, Principal: { AWS: [] } }, 'resourceControl', 'Syntax errors in policy.'],
  ];
  for (const [statement, type, message] of rows) {
    assert.ok(problem(statement, type)?.startsWith(message), JSON.stringify(statement));
  }
  for (const operator of ['StringEquals', 'StringNotEquals', 'ForAllValues:StringLike', 'Null']) {
    const Condition = { [operator]: { 'aws:PrincipalTag/team': [] } };
    assert.equal(
      problem({ ...allow, Condition }, 'identity'),
      `Syntax errors in policy. Statement.Condition.${operator}.aws:PrincipalTag/team`,
    );
  }
  assert.equal(problem({ ...allow, Condition: { StringEquals: {} } }, 'identity'), undefined);
});
