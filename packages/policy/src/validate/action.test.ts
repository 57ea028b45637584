import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allow,
  type CheckExample,
  catalogue,
  deny,
  share,
  testExamples,
  trust,
  writtenText,
} from '../../proof/check-examples.ts';
import { validatePolicy } from '../index.ts';
import { actionChecks } from './check/action.ts';
import { redundancyChecks } from './check/redundancy.ts';
import { resourceChecks } from './check/resource.ts';
import { rolePermissionChecks } from './check/role-permission.ts';

const BUCKET = { resourceType: 'AWS::S3::Bucket' } as const;

const actions: readonly CheckExample[] = [
  {
    code: 'INVALID_SERVICE_IN_ACTION',
    bad: allow({ Action: ['s3:GetObject', 's4:GetObject'] }),
    at: ['Statement[0].Action[1]', '"s4:GetObject"'],
    good: allow({ Action: ['S3:getobject', '*'] }),
  },
  {
    code: 'INVALID_ACTION',
    bad: allow({ Action: 's3:GetObjekt' }),
    at: ['Statement[0].Action', '"s3:GetObjekt"'],
    good: allow({ Action: 's3:Get?bject' }),
  },
  {
    code: 'INVALID_ACTION',
    bad: allow({ Action: ['s3:GetObject', 's3:Fetch*'] }),
    at: ['Statement[0].Action[1]', '"s3:Fetch*"'],
    good: allow({ Action: ['s3:GetObject', 's3:Put*'] }),
  },
  {
    code: 'INVALID_ACTION',
    bad: allow({ Action: 'GetObject' }),
    at: ['Statement[0].Action', '"GetObject"'],
    good: allow(),
  },
  {
    code: 'UNSUPPORTED_ACTION_IN_POLICY',
    type: 'resource',
    options: BUCKET,
    bad: share({ Action: ['s3:GetObject', 'kms:Decrypt'] }),
    at: ['Statement[0].Action[1]', '"kms:Decrypt"'],
    good: share({ Action: 's3:*' }),
  },
  {
    code: 'UNSUPPORTED_ACTION_IN_POLICY',
    type: 'trust',
    bad: trust({ Action: 'sts:GetCallerIdentity' }),
    at: ['Statement[0].Action', '"sts:GetCallerIdentity"'],
    good: trust({ Action: ['sts:AssumeRole', 'sts:TagSession'] }),
  },
  {
    code: 'WILDCARD_IN_SERVICE_NAME',
    bad: allow({ Action: 's3*:GetObject' }),
    at: ['Statement[0].Action', '"s3*:GetObject"'],
    good: allow({ Action: '*' }),
  },
  {
    code: 'WILDCARD_IN_SERVICE_NAME',
    bad: allow({ Resource: 'arn:aws:*code*::111122223333:*' }),
    at: ['Statement[0].Resource', '"arn:aws:*code*::111122223333:*"'],
    good: allow({ Resource: '*' }),
  },
];

const ROLES = 'arn:aws:iam::111122223333:role/*';
const ROLE = 'arn:aws:iam::111122223333:role/PhotoAppRole';

interface Danger {
  readonly prefix: string;
  readonly action: string;
  readonly narrowed: object;
}

const dangers: readonly Danger[] = [
  {
    prefix: 'PASS_ROLE',
    action: 'iam:PassRole',
    narrowed: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  },
  {
    prefix: 'CREATE_SLR',
    action: 'iam:CreateServiceLinkedRole',
    narrowed: { StringEquals: { 'iam:AWSServiceName': 'ecs.amazonaws.com' } },
  },
];

const permissions: readonly CheckExample[] = dangers.flatMap(({ prefix, action, narrowed }) => {
  const star = action.replace(/:(?:Pass|Create).*/, (name) => `${name.slice(0, 5)}*`);
  const named = allow({ Action: action, Resource: ROLE });
  const without = { Effect: 'Allow', NotAction: 's3:*' };
  const rows: readonly (readonly [string, object, readonly [string, string], object])[] = [
    [
      'WITH_NOT_RESOURCE',
      { Effect: 'Allow', Action: action, NotResource: ROLE },
      ['Statement[0].NotResource', `"${ROLE}"`],
      named,
    ],
    [
      'WITH_STAR_IN_ACTION_AND_NOT_RESOURCE',
      { Effect: 'Allow', Action: star, NotResource: ROLE },
      ['Statement[0].NotResource', `"${ROLE}"`],
      { Effect: 'Deny', Action: star, NotResource: ROLE },
    ],
    [
      'WITH_NOT_ACTION_AND_NOT_RESOURCE',
      { ...without, NotResource: ROLE },
      ['Statement[0].NotResource', `"${ROLE}"`],
      { ...without, NotAction: 'iam:*', NotResource: ROLE },
    ],
    [
      'WITH_STAR_IN_RESOURCE',
      allow({ Action: action, Resource: ROLES }),
      ['Statement[0].Resource', `"${ROLES}"`],
      allow({ Action: action, Resource: ROLES, Condition: narrowed }),
    ],
    [
      'WITH_STAR_IN_RESOURCE',
      allow({ Action: action, Resource: ['*'] }),
      ['Statement[0].Resource[0]', '"*"'],
      allow({ Action: action, Resource: 'arn:aws:iam::*:role/Service*' }),
    ],
    [
      'WITH_STAR_IN_ACTION_AND_RESOURCE',
      allow({ Action: star, Resource: '*' }),
      ['Statement[0].Resource', '"*"'],
      allow({ Action: star, Resource: ROLE }),
    ],
    [
      'WITH_STAR_IN_RESOURCE_AND_NOT_ACTION',
      { ...without, Resource: '*' },
      ['Statement[0].Resource', '"*"'],
      { ...without, NotAction: ['s3:*', action.toLowerCase()], Resource: '*' },
    ],
  ];
  const other = dangers.find((danger) => danger.prefix !== prefix)?.prefix;
  return rows.map(([suffix, bad, at, good]) => ({
    code: `${prefix}_${suffix}`,
    bad,
    at,
    good,
    // What is allowed by naming something else is both of them.
    also: suffix.includes('NOT_ACTION') ? [`${other}_${suffix}`] : [],
  }));
});

const entry = (resource: string, elements: object = {}) =>
  allow({ Resource: resource, ...elements });
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:photos';

function resourceExample(code: string, bad: string, good: string): CheckExample {
  return { code, bad: entry(bad), at: ['Statement[0].Resource', `"${bad}"`], good: entry(good) };
}

const resources: readonly CheckExample[] = [
  resourceExample('INVALID_ARN_PREFIX', 'photos', '*'),
  resourceExample('INVALID_ARN_PREFIX', 'urn:aws:s3:::photos', 'arn:aws:s3:::photos'),
  resourceExample('MISSING_ARN_FIELD', 'arn:aws:s3:photos', 'arn:aws:s3:::photos'),
  resourceExample('INVALID_PARTITION', 'arn:moon:s3:::photos', 'arn:aws-cn:s3:::photos'),
  resourceExample('INVALID_ARN_SERVICE_CASE', 'arn:aws:S3:::photos', 'arn:aws:s3:::photos'),
  resourceExample('INVALID_ARN_ACCOUNT', 'arn:aws:sqs:us-east-1:1111:photos', QUEUE),
  resourceExample('INVALID_ARN_REGION', 'arn:aws:sqs:us-east-9:111122223333:photos', QUEUE),
  resourceExample(
    'INVALID_ARN_RESOURCE',
    'arn:aws:iam::111122223333:person/dave',
    'arn:aws:iam::111122223333:user/dave',
  ),
  resourceExample('ARN_REGION_NOT_ALLOWED', 'arn:aws:s3:us-east-1::photos', 'arn:aws:s3:::photos'),
  resourceExample(
    'ARN_REGION_NOT_ALLOWED',
    'arn:aws:s3:us-east-1::photos/a:b',
    'arn:aws:s3:::photos/a:b',
  ),
  resourceExample(
    'ARN_ACCOUNT_NOT_ALLOWED',
    'arn:aws:s3::111122223333:photos',
    'arn:aws:s3:us-east-1:111122223333:accesspoint/photos',
  ),
  resourceExample('MISSING_ARN_REGION', 'arn:aws:sqs::111122223333:photos', QUEUE),
  resourceExample(
    'MISSING_ARN_REGION',
    'arn:aws:bedrock::111122223333:guardrail/photos',
    'arn:aws:bedrock:::foundation-model/photos',
  ),
  resourceExample('MISSING_ARN_ACCOUNT', 'arn:aws:sqs:us-east-1::photos', QUEUE),
  resourceExample(
    'MISSING_ARN_ACCOUNT',
    'arn:aws:iam:::user/dave',
    'arn:aws:ssm:*::document/AWS-*',
  ),
  {
    code: 'UNSUPPORTED_RESOURCE_ARN_IN_POLICY',
    type: 'resource',
    options: BUCKET,
    bad: share({ Resource: ['arn:aws:s3:::photos/*', QUEUE] }),
    at: ['Statement[0].Resource[1]', `"${QUEUE}"`],
    good: share({ Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'] }),
  },
];

const redundancies: readonly CheckExample[] = [
  {
    code: 'REDUNDANT_ACTION',
    bad: allow({ Action: ['iam:Get*', 'iam:List*', 'iam:getcredentialreport'], Resource: '*' }),
    at: ['Statement[0].Action[2]', '"iam:getcredentialreport"'],
    good: allow({ Action: ['iam:Get*', 'iam:List*', 'iam:*CredentialReport'], Resource: '*' }),
  },
  {
    code: 'REDUNDANT_ACTION',
    bad: allow({ Action: ['s3:GetObject', 's3:getObject'] }),
    at: ['Statement[0].Action[1]', '"s3:getObject"'],
    good: allow({ Action: ['s3:GetObject', 's3:GetObjectAcl'] }),
  },
  {
    code: 'REDUNDANT_RESOURCE',
    bad: allow({ Resource: ['arn:aws:s3:::photos/dave/*', 'arn:aws:s3:::photos/*'] }),
    at: ['Statement[0].Resource[0]', '"arn:aws:s3:::photos/dave/*"'],
    good: allow({ Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'] }),
  },
  {
    code: 'REDUNDANT_STATEMENT',
    bad: [
      allow({ Sid: 'One', Action: ['s3:GetObject', 's3:PutObject'] }),
      allow({ Sid: 'Two', Action: ['s3:PutObject', 's3:getObject'] }),
    ],
    at: [
      'Statement[1]',
      JSON.stringify(
        allow({ Sid: 'Two', Action: ['s3:PutObject', 's3:getObject'] }),
        null,
        2,
      ).replaceAll('\n', '\n    '),
    ],
    good: [allow(), deny()],
  },
];

testExamples(
  [...actionChecks, ...rolePermissionChecks, ...resourceChecks, ...redundancyChecks],
  [...actions, ...permissions, ...resources, ...redundancies],
);

test('a name that is nearly right is recognized', () => {
  const help = (action: string) =>
    validatePolicy(writtenText(allow({ Action: action })), 'identity', catalogue)
      .filter(({ issueCode }) => issueCode.startsWith('INVALID_'))
      .map((finding) => finding.help);
  assert.deepEqual(help('s3:GetObjekt'), ['write `s3:GetObject`']);
  assert.deepEqual(help('dynamodbb:GetItem'), ['write `dynamodb`']);
  assert.deepEqual(help('s3:Xyzzy'), ['name an action of `s3`']);
});
