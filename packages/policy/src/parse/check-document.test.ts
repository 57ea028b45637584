import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyType } from '../policy-type.ts';
import { parsePolicy } from './parse-policy.ts';

const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

/** What MalformedPolicyDocument would say; undefined when the document is accepted. */
function message(statement: unknown, type: PolicyType = 'identity', version = '2012-10-17') {
  return messageOf({ Version: version, Statement: statement }, type);
}

function messageOf(document: unknown, type: PolicyType = 'identity'): string | undefined {
  const result = parsePolicy(JSON.stringify(document), type);
  return result.ok ? undefined : result.problems[0]?.message;
}

const LEGACY = 'The policy failed legacy parsing';
const VERSION = 'Policy document must be version 2012-10-17 or greater.';
const ACTIONS = 'Policy statement must contain actions.';
const RESOURCES = 'Policy statement must contain resources.';
const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

test('the form comes first', () => {
  assert.equal(message({ ...ALLOW, Effect: 'Permit' }), 'Syntax errors in policy.');
  assert.equal(messageOf({ Statement: 'x' }), 'Syntax errors in policy.');
});

test('then the version, of the policies that have to say it', () => {
  for (const type of ['identity', 'permissionsBoundary', 'session', 'serviceControl'] as const) {
    assert.equal(messageOf({ Statement: ALLOW }, type), VERSION);
    assert.equal(message(ALLOW, type, '2008-10-17'), VERSION);
    assert.equal(message(ALLOW, type), undefined);
  }
  const granted = { ...ALLOW, Principal: '*' };
  assert.equal(message(granted, 'resource', '2008-10-17'), undefined);
  assert.equal(messageOf({ Statement: granted }, 'resource'), undefined);
  assert.equal(messageOf({ Statement: { ...ALLOW, Effect: 'denY' } }), VERSION);
});

test('then what the older reader stumbles over', () => {
  for (const Effect of ['allow', 'denY', 'DENY'])
    assert.equal(message({ ...ALLOW, Effect }), LEGACY);
  const resources = [
    'arn:aws:s3::bucket',
    'arn:aws::::bucket',
    'arn:aws::bucket',
    'arn:aws:iam::x',
  ];
  for (const Resource of resources) {
    assert.equal(message({ ...ALLOW, Resource }), LEGACY, Resource);
    assert.equal(message({ Effect: 'Deny', Action: 'a:b', NotResource: Resource }), LEGACY);
  }
  assert.equal(message({ Effect: 'Allow', Resource: 'arn:aws:s3::bucket' }), LEGACY);
});

test('and values that their operator cannot read', () => {
  const rows: Readonly<Record<string, readonly string[]>> = {
    DateGreaterThan: ['tomorrow', '2024-02-31', '9223372036854775808'],
    NumericLessThan: ['', 'ten', '1e3', '0x10'],
    IpAddress: ['010.0.0.1', '0x7f.1', '10.0.0.0/33', 'localhost'],
    'ForAnyValue:NotIpAddressIfExists': ['10'],
    Bool: ['yes', `\${aws:MultiFactorAuthPresent}`],
    Null: ['', 'maybe'],
    BinaryEquals: ['QQ'],
  };
  for (const [operator, values] of Object.entries(rows)) {
    for (const value of values) {
      const Condition = { [operator]: { 'aws:Key': value } };
      assert.equal(message({ ...ALLOW, Condition }), LEGACY, `${operator} ${value}`);
    }
  }
  const Condition = {
    DateLessThan: { 'a:b': '2024-02-29T00:00:00Z' },
    NumericEquals: { 'a:b': [1, 2.5, '3'] },
    IpAddress: { 'a:b': ['10.0.0.0/8', '2001:db8::/32', '203.0.113.7'] },
    Bool: { 'a:b': [true, 'False'] },
    Null: { 'a:b': false },
    DateEquals: {},
  };
  assert.equal(message({ ...ALLOW, Condition }), undefined);
});

test('then the Sids', () => {
  const twice = [
    { ...ALLOW, Sid: 'x' },
    { ...ALLOW, Sid: 'x' },
  ];
  assert.equal(message(twice), 'Statement IDs (SID) in a single policy must be unique.');
  assert.equal(
    message([
      { ...ALLOW, Sid: 'x' },
      { Effect: 'Allow', Sid: 'x' },
    ]),
    message(twice),
  );
  assert.equal(message([{ ...ALLOW, Sid: 'x' }, { ...ALLOW, Sid: 'X' }, ALLOW, ALLOW]), undefined);
  assert.equal(
    message([
      { ...ALLOW, Sid: '' },
      { ...ALLOW, Sid: '' },
    ]),
    undefined,
  );
});

test('a Sid of a policy that IAM keeps is alphanumeric', () => {
  const form =
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular ' +
    'expression [0-9A-Za-z]*';
  for (const Sid of ['a b', 'a-b', 'é', '<x>', 'a\n']) {
    assert.equal(message({ ...ALLOW, Sid }), form, Sid);
    assert.equal(message({ ...ALLOW, Sid, Principal: '*' }, 'resource'), undefined, Sid);
  }
});

test('then whether there are actions', () => {
  assert.equal(message({ Effect: 'Allow', Resource: '*' }), ACTIONS);
  assert.equal(message({ Effect: 'Allow' }), ACTIONS);
  assert.equal(message({ ...ALLOW, Action: [] }), ACTIONS);
  assert.equal(message([{ Effect: 'Deny' }, ALLOW]), ACTIONS);
});

test('then the form of the resources', () => {
  const iamPaths =
    'user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, ' +
    'policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/';
  const rows: Readonly<Record<string, string>> = {
    '': 'Resource  must be in ARN format or "*".',
    photos: 'Resource photos must be in ARN format or "*".',
    'x:aws:s3:::b': 'Resource x:aws:s3:::b must be in ARN format or "*".',
    'a:b': 'Partition "b" is not valid for resource "arn:b:*:*:*:*".',
    'a:b:c': 'Partition "b" is not valid for resource "arn:b:c:*:*:*".',
    'a:b:c:d:e:f:g:h': 'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".',
    'aws:s3:::bucket': 'Partition "s3" is not valid for resource "arn:s3:::bucket:*".',
    'arn:amazon:s3:::b': 'Partition "amazon" is not valid for resource "arn:amazon:s3:::b".',
    'arn:aws': 'Resource vendor must be fully qualified and cannot contain regexes.',
    'arn:aws:*:::b': 'Resource vendor must be fully qualified and cannot contain regexes.',
    'arn:aws:s?:::b': 'Resource vendor must be fully qualified and cannot contain regexes.',
    'arn:aws:iam:eu-west-1::user/x':
      'IAM resource arn:aws:iam:eu-west-1::user/x cannot contain region information.',
    'arn:aws:s3:eu-west-1::bucket':
      'Resource arn:aws:s3:eu-west-1::bucket can not contain region information.',
    'arn:aws:iam:::bucket': `IAM resource path must either be "*" or start with ${iamPaths}.`,
  };
  for (const [Resource, expected] of Object.entries(rows)) {
    assert.equal(message({ ...ALLOW, Resource }), expected);
    assert.equal(message({ ...ALLOW, Action: 'none', Resource: [Resource] }), expected);
  }
});

test('resources that AWS accepts', () => {
  const resources = [
    'arn:aws:s3:::photos/*',
    'arn:aws:s3:*',
    'arn:aws:waf:*',
    'arn:aws:anything',
    'arn:*:s3:::photos',
    'arn:aws-cn:s3:::photos',
    'arn:aws:s3:eu-west-1:111122223333:accesspoint/a',
    'arn:aws:s3:*:*:job/*',
    'arn:aws:iam::*:*',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::111122223333:assumed-role/PhotoAppRole',
    'arn:aws:iam::111122223333:delegation-request/*',
    `arn:aws:iam::*:user/\${aws:username}`,
    `arn:aws:ec2:*::snapshot/\${*}`,
    'arn:aws:sqs:eu-west-1:111122223333:queue',
  ];
  for (const Resource of resources) {
    assert.equal(message({ ...ALLOW, Resource }), undefined, Resource);
  }
});

test('then the vendors of the actions', () => {
  const rows: Readonly<Record<string, string | undefined>> = {
    '': VENDOR,
    GetObject: VENDOR,
    's3:List:Bucket': 'Actions/Condition can contain only one colon.',
    'a a:ListBucket': 'Vendor a a is not valid',
    's*:ListBucket': 'Vendor s* is not valid',
    ':ListBucket': 'Vendor  is not valid',
    '*': undefined,
    's3:*': undefined,
    'S3:Get?bject': undefined,
    'some-service.v2:Do': undefined,
  };
  for (const [Action, expected] of Object.entries(rows)) {
    assert.equal(message({ ...ALLOW, Action }), expected, Action);
    assert.equal(message({ Effect: 'Allow', NotAction: Action, Resource: '*' }), expected, Action);
  }
});

test('and of the condition keys', () => {
  const keys = {
    username: false,
    constructor: false,
    ':name': false,
    'aws:': false,
    'aws/x:y': false,
    'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub': true,
    'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE': false,
    'aws:username': true,
    'aws:RequestTag/a:b/c': true,
    'kms:EncryptionContext:aws:s3:arn': true,
  };
  for (const [key, isRight] of Object.entries(keys)) {
    const Condition = { StringNotEquals: { [key]: 'x' } };
    const expected = isRight
      ? undefined
      : 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
    assert.equal(message({ ...ALLOW, Condition }), expected, key);
  }
});

test('then whether there are resources', () => {
  assert.equal(message({ Effect: 'Allow', Action: 's3:*' }), RESOURCES);
  assert.equal(message({ ...ALLOW, Resource: [] }), RESOURCES);
  assert.equal(message({ Effect: 'Allow', Action: 'none' }), VENDOR);
});

test('who may have a principal, and who must', () => {
  const granted = { ...ALLOW, Principal: '*' };
  for (const type of ['identity', 'permissionsBoundary', 'session', 'serviceControl'] as const) {
    assert.equal(message(granted, type), 'Has prohibited field Principal.');
    assert.ok(message({ ...ALLOW, NotPrincipal: '*' }, type));
  }
  for (const type of ['resource', 'vpcEndpoint'] as const) {
    assert.equal(message(ALLOW, type), 'Missing required field Principal');
    assert.equal(message(granted, type), undefined);
  }
  assert.equal(message(ALLOW, 'resourceControl'), 'Missing required field Principal');
});

test('trust policies', () => {
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  assert.equal(message(trust, 'trust'), undefined);
  assert.equal(message(trust, 'trust', '2008-10-17'), undefined);
  assert.equal(message({ ...trust, Resource: '*' }, 'trust'), 'Has prohibited field Resource.');
  const { Principal, ...rest } = trust;
  assert.equal(message(rest, 'trust'), 'Missing required field Principal');
  assert.equal(
    message({ ...rest, NotPrincipal: Principal }, 'trust'),
    'AssumeRole policy must not contain NotPrincipal field.',
  );
  assert.equal(
    message({ ...trust, Action: ['sts:AssumeRole', 's3:GetObject'] }, 'trust'),
    'AssumeRole policy may only specify STS AssumeRole actions.',
  );
  assert.equal(
    message({ ...trust, Action: ['sts:TagSession', 'STS:AssumeRole'] }, 'trust'),
    undefined,
  );
});

test('principals that nobody can be', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['AWS', 'dave'],
    ['AWS', '12345678901'],
    ['AWS', 'arn:aws:iam::111122223333:user/*'],
    ['AWS', 'arn:aws:iam::111122223333:group/Developers'],
    ['AWS', 'arn:aws:iam::*:root'],
    ['AWS', 'arn:aws:iam:eu-west-1:111122223333:user/dave'],
    ['AWS', 'arn:aws:sts::111122223333:assumed-role/PhotoAppRole'],
    ['AWS', 'arn:aws:sts::111122223333:assumed-role/PhotoAppRole/*'],
    ['AWS', 'arn:aws:s3:::photos'],
    ['AWS', 'AKIAIOSFODNN7EXAMPLE'],
    ['AWS', 'AROAPHOTO67890123456:'],
    ['AWS', 'AROAPHOTO67890123456:*'],
    ['AWS', 'AROAPHOTO67890123456:a/b'],
    ['AWS', 'AIDADAVE567890123456:i-0123'],
    ['AWS', 'arn:AWS:iam::111122223333:root'],
    ['AWS', 'arn:aws-mars:iam::111122223333:user/dave'],
    ['AWS', 'arn:*:sts::111122223333:assumed-role/PhotoAppRole/i-0123'],
    ['AWS', 'arn:aws:iam::cloudfront:user/dave'],
    ['AWS', 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E*'],
    ['AWS', 'arn:aws:sts::cloudfront:user/CloudFront Origin Access Identity E1ABC'],
    ['Service', '*'],
    ['Service', 'ec2'],
    ['Federated', 'corp'],
    ['Federated', 'arn:aws:iam::111122223333:user/dave'],
    ['Federated', 'arn:aws-mars:iam::111122223333:saml-provider/corp'],
    ['Federated', 'arn:aws:iam:eu-west-1:111122223333:saml-provider/corp'],
    ['CanonicalUser', 'abc'],
  ];
  for (const [type, text] of rows) {
    const found = message({ ...ALLOW, Principal: { [type]: text } }, 'resource');
    const shown = type === 'Service' ? 'SERVICE' : type;
    assert.equal(found, `Invalid principal in policy: "${shown}":"${text}"`);
  }
});

test('principals that somebody can be', () => {
  const Principal = {
    AWS: [
      '*',
      '111122223333',
      'arn:aws:iam::111122223333:root',
      'arn:aws:iam::111122223333:user/staff/dave',
      'arn:aws:iam::111122223333:role/service-role/PhotoAppRole',
      'arn:aws:sts::111122223333:assumed-role/PhotoAppRole/i-0123',
      'arn:aws:sts::111122223333:federated-user/guest',
      'arn:aws-cn:iam::111122223333:root',
      'arn:aws-eusc:iam::111122223333:user/dave',
      'AIDADAVE567890123456',
      'AROAPHOTO67890123456',
      'AROAPHOTO67890123456:i-0123',
    ],
    Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'],
    Federated: ['arn:aws:iam::111122223333:saml-provider/corp', 'accounts.google.com'],
    CanonicalUser: 'a'.repeat(64),
  };
  assert.equal(message({ ...ALLOW, Principal }, 'resource'), undefined);
});

test('an origin access identity of CloudFront is named by resources alone', () => {
  const identity = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC';
  const granted = { ...ALLOW, Principal: { AWS: identity } };
  assert.equal(message(granted, 'resource'), undefined);
  assert.equal(message(granted, 'vpcEndpoint'), `Invalid principal in policy: "AWS":"${identity}"`);
});

test('a principal of a wrong form', () => {
  const wrong = [
    '111122223333',
    [],
    {},
    { AWS: [] },
    { aws: '*' },
    { AWS: { x: 1 } },
    { Group: 'x' },
  ];
  for (const Principal of wrong) {
    const found = message({ ...ALLOW, Principal }, 'resource');
    assert.equal(found, 'Syntax errors in policy.', JSON.stringify(Principal));
  }
});

test('all problems are told, each with its place', () => {
  const text =
    '{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"x","Resource":"y"}]}';
  const result = parsePolicy(text, 'identity');
  assert.deepEqual(
    !result.ok && result.problems.map(({ code, path, position }) => [code, path, position.column]),
    [
      ['effect-case', 'Statement[0].Effect', 38],
      ['resource-arn', 'Statement[0].Resource[0]', text.indexOf('"y"') + 1],
      ['action-vendor', 'Statement[0].Action[0]', text.indexOf('"x"') + 1],
    ],
  );
});
