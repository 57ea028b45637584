import {
  allow,
  type CheckExample,
  deny,
  share,
  testExamples,
  trust,
} from '../../proof/check-examples.ts';
import { keyExample, valueExample } from '../../proof/condition-examples.ts';
import { keyUseChecks } from './check/key-use.ts';
import { tagKeyChecks } from './check/tag-key.ts';
import { wildcardChecks } from './check/wildcard.ts';

const OF_DAVE = ['StringEquals', 'aws:username', 'dave'] as const;

const SUBJECT = 'token.actions.githubusercontent.com:sub';
const byProvider = (pattern: string) =>
  trust({
    Principal: { Federated: 'token.actions.githubusercontent.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { [SUBJECT]: pattern } },
  });

const wildcards: readonly CheckExample[] = [
  valueExample(
    'WILDCARD_WITHOUT_LIKE_OPERATOR',
    ['StringEquals', 'aws:username', 'da*'],
    ['StringEquals', 'aws:username', `da\${*}`],
  ),
  valueExample(
    'WILDCARD_USAGE_TOO_PERMISSIVE',
    ['StringLike', 'aws:PrincipalOrgID', 'o-a1*'],
    ['StringLike', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'],
  ),
  valueExample(
    'WILDCARD_USAGE_TOO_PERMISSIVE',
    ['StringLike', 'aws:userid', 'AROA*'],
    ['StringLike', 'aws:userid', ['AROAPHOTO67890123456:*', '*:dave']],
  ),
  {
    code: 'WILDCARD_USAGE_TOO_PERMISSIVE',
    type: 'trust',
    bad: byProvider('repo:*'),
    also: ['SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED'],
    at: [`Statement[0].Condition.StringLike.${SUBJECT}`, '"repo:*"'],
    good: byProvider('repo:c*'),
  },
  valueExample(
    'VARIABLE_USAGE_TOO_PERMISSIVE',
    ['StringLike', 'aws:ResourceAccount', `\${aws:PrincipalAccount}`],
    ['StringEquals', 'aws:ResourceAccount', `\${aws:PrincipalAccount}`],
  ),
  valueExample(
    'EQUIVALENT_TO_NULL_FALSE',
    ['StringLike', 'aws:username', '*'],
    ['StringLike', 'aws:username', 'd*'],
  ),
  valueExample(
    'EQUIVALENT_TO_NULL_TRUE',
    ['StringNotLike', 'aws:username', '*'],
    ['StringNotLike', 'aws:username', 'd*'],
  ),
  valueExample(
    'REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION',
    ['StringLikeIfExists', 'aws:username', '*'],
    ['StringLike', 'aws:username', '*'],
  ),
  valueExample(
    'REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION',
    ['ForAnyValue:StringNotLike', 'aws:TagKeys', '*'],
    ['ForAllValues:StringNotLike', 'aws:TagKeys', '*'],
  ),
];

const inVpc = (condition: object) => allow({ Condition: condition });
const queue = (condition: object) =>
  allow({
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: 'arn:aws:sqs:us-east-1:111122223333:photos',
    Condition: condition,
  });
const item = (condition: object) =>
  allow({
    Action: 'dynamodb:GetItem',
    Resource: 'arn:aws:dynamodb:us-east-1:111122223333:table/photos',
    Condition: condition,
  });
const launch = (action: string | readonly string[], condition: object) =>
  allow({ Action: action, Resource: '*', Condition: condition });
const SOURCE = { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::photos' } };

const PREFIX = 's3:prefix';
const listing = (effect: string, operator: string) =>
  allow({
    Effect: effect,
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::photos',
    Condition: { [operator]: { [PREFIX]: 'private/*' } },
  });
const prefixExample = (effect: string, bad: string, good: string): CheckExample => ({
  code: 'S3_PREFIX_IN_NEGATIVE_CONTEXT',
  bad: listing(effect, bad),
  at: [`Statement[0].Condition.${bad}.${PREFIX}`, `"${PREFIX}"`],
  good: listing(effect, good),
});

const uses: readonly CheckExample[] = [
  prefixExample('Deny', 'StringLike', 'StringNotLike'),
  prefixExample('Allow', 'StringNotLike', 'StringLike'),
  keyExample(
    'MISSING_QUALIFIER',
    ['StringEquals', 'aws:CalledVia', 'athena.amazonaws.com'],
    ['ForAnyValue:StringEquals', 'aws:CalledVia', 'athena.amazonaws.com'],
  ),
  keyExample(
    'FORALLVALUES_WITH_SINGLE_VALUED_KEY',
    ['ForAllValues:StringEquals', 'aws:username', 'dave'],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'team'],
  ),
  {
    code: 'UNSUPPORTED_ACTION_FOR_CONDITION_KEY',
    bad: launch(['ec2:RunInstances', 'ec2:CreateVpc'], {
      StringEquals: { 'ec2:InstanceType': 't3.micro' },
    }),
    at: ['Statement[0].Condition.StringEquals.ec2:InstanceType', '"ec2:InstanceType"'],
    good: launch('ec2:RunInstances', { StringEquals: { 'ec2:InstanceType': 't3.micro' } }),
  },
  {
    code: 'MISSING_ACTION_FOR_CONDITION_KEY',
    bad: launch('iam:Get*', { ArnLike: { 'iam:AssociatedResourceArn': 'arn:aws:ec2:*:*:*' } }),
    at: ['Statement[0].Condition.ArnLike.iam:AssociatedResourceArn', '"iam:AssociatedResourceArn"'],
    good: allow({
      Action: ['iam:Get*', 'iam:PassRole'],
      Resource: 'arn:aws:iam::111122223333:role/PhotoAppRole',
      Condition: { ArnLike: { 'iam:AssociatedResourceArn': 'arn:aws:ec2:*:*:*' } },
    }),
  },
  {
    code: 'MISSING_ACTION_FOR_CONDITION_KEY',
    type: 'trust',
    bad: trust({ Condition: { StringEquals: { 'sts:SourceIdentity': 'dave' } } }),
    at: ['Statement[0].Condition.StringEquals.sts:SourceIdentity', '"sts:SourceIdentity"'],
    good: trust({
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Condition: { StringEquals: { 'sts:SourceIdentity': 'dave' } },
    }),
  },
  {
    code: 'IRRELEVANT_CONDITION_KEY_IN_POLICY',
    type: 'resource',
    bad: share({ Condition: { StringEquals: { 's3:ResourceAccount': '111122223333' } } }),
    at: ['Statement[0].Condition.StringEquals.s3:ResourceAccount', '"s3:ResourceAccount"'],
    good: share(),
  },
  {
    code: 'USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES',
    bad: queue({ StringEquals: { 'aws:VpceAccount': '111122223333' } }),
    at: ['Statement[0].Condition.StringEquals.aws:VpceAccount', '"aws:VpceAccount"'],
    good: inVpc({ StringEquals: { 'aws:VpceAccount': '111122223333' } }),
  },
  keyExample(
    'UNTRUSTWORTHY_CONDITION_KEY',
    ['StringEquals', 'aws:UserAgent', 'photo-app'],
    OF_DAVE,
  ),
  {
    code: 'MISSING_PAIRED_CONDITION_KEYS',
    bad: inVpc({ IpAddress: { 'aws:VpcSourceIp': '10.1.0.0/16' } }),
    at: ['Statement[0].Condition.IpAddress.aws:VpcSourceIp', '"aws:VpcSourceIp"'],
    good: inVpc({
      IpAddress: { 'aws:VpcSourceIp': '10.1.0.0/16' },
      StringEquals: { 'aws:SourceVpc': 'vpc-12345678' },
    }),
  },
  {
    code: 'MISSING_PAIRED_CONDITION_KEYS',
    bad: queue(SOURCE),
    at: ['Statement[0].Condition.ArnLike.aws:SourceArn', '"aws:SourceArn"'],
    good: queue({ ...SOURCE, StringEquals: { 'aws:SourceAccount': '111122223333' } }),
  },
  {
    code: 'DYNAMODB_ATTRIBUTES_WITHOUT_SELECT',
    bad: item({ 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['title'] } }),
    at: [
      'Statement[0].Condition.ForAllValues:StringEquals.dynamodb:Attributes',
      '"dynamodb:Attributes"',
    ],
    good: item({
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['title'] },
      StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    }),
  },
];

const TAGGED = { StringEquals: { 'aws:ResourceTag/status': 'secret' } };
const AT_TAG: readonly [string, string] = [
  'Statement[0].Condition.StringEquals.aws:ResourceTag/status',
  '"aws:ResourceTag/status"',
];
const all = (statement: object) => ({ ...statement, Resource: '*', Condition: TAGGED });

const tags: readonly CheckExample[] = [
  {
    code: 'DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE',
    bad: all(deny({ Action: ['ec2:TerminateInstances', 's3:ListAllMyBuckets'] })),
    at: AT_TAG,
    good: all(deny({ Action: 'ec2:TerminateInstances' })),
  },
  {
    code: 'DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE',
    bad: all({ Effect: 'Deny', NotAction: 'iam:*' }),
    at: AT_TAG,
    good: { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' },
  },
  {
    code: 'ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE',
    bad: all(allow({ Action: ['ec2:TerminateInstances', 's3:ListAllMyBuckets'] })),
    at: AT_TAG,
    good: all(allow({ Action: 'ec2:TerminateInstances' })),
  },
  {
    code: 'ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE',
    bad: all({ Effect: 'Allow', NotAction: 'iam:*' }),
    at: AT_TAG,
    good: { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
  },
];

testExamples(
  [...wildcardChecks, ...keyUseChecks, ...tagKeyChecks],
  [...wildcards, ...uses, ...tags],
);
