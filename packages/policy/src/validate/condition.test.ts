import {
  allow,
  type CheckExample,
  deny,
  share,
  testExamples,
  trust,
} from '../../proof/check-examples.ts';
import { conditionChecks } from './check/condition.ts';
import { conditionValueChecks } from './check/condition-value.ts';
import { identifierChecks } from './check/identifier.ts';
import { ipRangeChecks } from './check/ip-range.ts';
import { keyUseChecks } from './check/key-use.ts';
import { tagKeyChecks } from './check/tag-key.ts';
import { wildcardChecks } from './check/wildcard.ts';

const when = (operator: string, key: string, value: unknown) =>
  allow({ Condition: { [operator]: { [key]: value } } });

/** A finding about the key of a condition. */
function keyExample(
  code: string,
  bad: readonly [string, string, unknown],
  good: readonly [string, string, unknown],
): CheckExample {
  const [operator, key] = bad;
  return {
    code,
    bad: when(...bad),
    at: [`Statement[0].Condition.${operator}.${key}`, `"${key}"`],
    good: when(...good),
  };
}

/** A finding about a single value of a condition, or about the list of them. */
function valueExample(
  code: string,
  bad: readonly [string, string, unknown],
  good: readonly [string, string, unknown],
): CheckExample {
  const [operator, key, value] = bad;
  const text = JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(10)}`);
  return {
    code,
    bad: when(...bad),
    at: [`Statement[0].Condition.${operator}.${key}`, text],
    good: when(...good),
  };
}

function operatorExample(
  code: string,
  bad: readonly [string, string, unknown],
  good: readonly [string, string, unknown],
): CheckExample {
  const [operator] = bad;
  return {
    code,
    bad: when(...bad),
    at: [`Statement[0].Condition.${operator}`, `"${operator}"`],
    good: when(...good),
  };
}

const OF_DAVE = ['StringEquals', 'aws:username', 'dave'] as const;

const names: readonly CheckExample[] = [
  operatorExample(
    'INVALID_CONDITION_OPERATOR',
    ['StringEqualsAlways', 'aws:username', 'dave'],
    OF_DAVE,
  ),
  operatorExample(
    'NULL_WITH_IF_EXISTS',
    ['NullIfExists', 'aws:username', 'true'],
    ['Null', 'aws:username', 'true'],
  ),
  operatorExample(
    'NULL_WITH_QUALIFIER',
    ['ForAnyValue:Null', 'aws:TagKeys', 'true'],
    ['Null', 'aws:TagKeys', 'true'],
  ),
  keyExample('INVALID_CONDITION_KEY_FORMAT', ['StringEquals', 'username', 'dave'], OF_DAVE),
  keyExample(
    'INVALID_GLOBAL_CONDITION_KEY',
    ['StringEquals', 'aws:Nickname', 'dave'],
    ['StringEquals', 'AWS:USERNAME', 'dave'],
  ),
  keyExample(
    'INVALID_SERVICE_CONDITION_KEY',
    ['StringEquals', 's3:Nickname', 'dave'],
    ['StringEquals', 's3:ExistingObjectTag/team', 'photos'],
  ),
  keyExample('INVALID_SERVICE', ['StringEquals', 's4:prefix', 'dave'], OF_DAVE),
  {
    code: 'INVALID_SERVICE',
    bad: allow({ Resource: 'arn:aws:s4:::photos' }),
    at: ['Statement[0].Resource', '"arn:aws:s4:::photos"'],
    good: allow(),
  },
  keyExample(
    'MISSING_TAG_KEY_IN_CONDITION',
    ['StringEquals', 'aws:PrincipalTag', 'photos'],
    ['StringEquals', 'aws:PrincipalTag/team', 'photos'],
  ),
  keyExample(
    'MISSING_TAG_KEY_IN_CONDITION',
    ['StringEquals', 'aws:PrincipalTag/', 'photos'],
    ['StringEquals', 'aws:PrincipalTag/team', 'photos'],
  ),
  {
    ...keyExample(
      'UNSUPPORTED_GLOBAL_CONDITION_KEY',
      ['ArnEquals', 'aws:ARN', 'arn:aws:iam::111122223333:user/dave'],
      OF_DAVE,
    ),
    type: 'resource',
    bad: share({ Condition: { ArnEquals: { 'aws:ARN': 'arn:aws:iam::111122223333:user/dave' } } }),
    good: share(),
  },
  keyExample(
    'DEPRECATED_GLOBAL_CONDITION_KEY',
    ['ArnEquals', 'aws:ARN', 'arn:aws:iam::111122223333:user/dave'],
    ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:user/dave'],
  ),
  {
    code: 'DUPLICATE_KEYS_WITH_DIFFERENT_CASE',
    bad: allow({ Condition: { StringEquals: { 'aws:username': 'dave', 'aws:UserName': 'eve' } } }),
    at: ['Statement[0].Condition.StringEquals.aws:UserName', '"aws:UserName"'],
    good: allow({
      Condition: { StringEquals: { 'aws:username': 'dave' }, StringLike: { 'aws:UserName': 'd*' } },
    }),
  },
];

const SECURE = ['Bool', 'aws:SecureTransport', 'true'] as const;
const MFA_AGE = 'aws:MultiFactorAuthAge';

const values: readonly CheckExample[] = [
  keyExample('TYPE_MISMATCH', ['StringEquals', 'aws:SecureTransport', 'true'], SECURE),
  keyExample(
    'TYPE_MISMATCH',
    ['IpAddress', 'aws:username', '203.0.113.0/24'],
    ['Null', 'aws:SourceIp', 'true'],
  ),
  keyExample(
    'STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS',
    ['StringLike', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/*'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/*'],
  ),
  valueExample('TYPE_MISMATCH_BOOLEAN', ['Bool', 'aws:SecureTransport', 'yes'], SECURE),
  valueExample(
    'TYPE_MISMATCH_NUMBER',
    ['NumericLessThan', MFA_AGE, 'an hour'],
    ['NumericLessThan', MFA_AGE, '3600'],
  ),
  valueExample(
    'TYPE_MISMATCH_DATE',
    ['DateLessThan', 'aws:CurrentTime', '2026-02-31'],
    ['DateLessThan', 'aws:CurrentTime', '2026-02-28'],
  ),
  valueExample(
    'TYPE_MISMATCH_IP_RANGE',
    ['IpAddress', 'aws:SourceIp', '203.0.113.0/33'],
    ['IpAddress', 'aws:SourceIp', '203.0.113.0/24'],
  ),
  valueExample(
    'TYPE_MISMATCH_STRING',
    ['BinaryEquals', 'aws:PrincipalTag/key', 'Zm9v!'],
    ['BinaryEquals', 'aws:PrincipalTag/key', 'Zm9v'],
  ),
  valueExample(
    'INVALID_DATE_VALUE',
    ['DateLessThan', 'aws:CurrentTime', '2026'],
    ['DateLessThan', 'aws:EpochTime', '1790000000'],
  ),
  valueExample(
    'INVALID_CONDITION_DATA_TYPE',
    ['NumericLessThan', MFA_AGE, [3600, '60']],
    ['NumericLessThan', MFA_AGE, [3600]],
  ),
  valueExample(
    'INVALID_CONDITION_MULTIPLE_BOOLEAN',
    [SECURE[0], SECURE[1], ['true', 'false']],
    SECURE,
  ),
  valueExample(
    'REDUNDANT_CONDITION_VALUE_NUM',
    ['NumericLessThan', MFA_AGE, ['2700', '3600']],
    ['NumericEquals', MFA_AGE, ['2700', '3600']],
  ),
];

const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab';
const KMS_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const put = (condition: object) => allow({ Action: 's3:PutObject', Condition: condition });

const identifiers: readonly CheckExample[] = [
  valueExample(
    'INVALID_REGION',
    ['StringEquals', 'aws:RequestedRegion', 'us-east-9'],
    ['StringLike', 'aws:RequestedRegion', 'us-east-*'],
  ),
  valueExample(
    'INVALID_VPC_FORMAT',
    ['StringEquals', 'aws:SourceVpc', 'photos'],
    ['StringEquals', 'aws:SourceVpc', 'vpc-11223344556677889'],
  ),
  valueExample(
    'INVALID_VPCE_FORMAT',
    ['StringEquals', 'aws:SourceVpce', 'vpc-12345678'],
    ['StringEquals', 'aws:SourceVpce', 'vpce-12345678'],
  ),
  {
    code: 'INVALID_KMS_KEY_VALUE',
    bad: put({ ArnEquals: { [KMS_KEY]: 'arn:aws:kms:us-east-1:111122223333:alias/photos' } }),
    at: [
      `Statement[0].Condition.ArnEquals.${KMS_KEY}`,
      '"arn:aws:kms:us-east-1:111122223333:alias/photos"',
    ],
    good: put({ ArnEquals: { [KMS_KEY]: KEY_ARN } }),
  },
];

const PUBLIC = '203.0.113.0/24';

const ranges: readonly CheckExample[] = [
  valueExample(
    'PRIVATE_IP_ADDRESS',
    ['IpAddress', 'aws:SourceIp', ['10.1.0.0/16', 'fd00::/8']],
    ['IpAddress', 'aws:SourceIp', PUBLIC],
  ),
  valueExample(
    'PRIVATE_NOT_IP_ADDRESS',
    ['NotIpAddress', 'aws:SourceIp', '192.168.0.0/16'],
    ['NotIpAddress', 'aws:SourceIp', PUBLIC],
  ),
  valueExample(
    'PRIVATE_IP_ADDRESS_SUBSET',
    ['IpAddress', 'aws:SourceIp', ['10.1.0.0/16', PUBLIC]],
    ['IpAddress', 'aws:SourceIp', [PUBLIC, '0.0.0.0/0']],
  ),
  valueExample(
    'PRIVATE_NOT_IP_ADDRESS_SUBSET',
    ['NotIpAddress', 'aws:SourceIp', ['10.1.0.0/16', PUBLIC]],
    ['NotIpAddress', 'aws:SourceIp', [PUBLIC]],
  ),
  valueExample(
    'IMPROVE_IP_RANGE',
    ['IpAddress', 'aws:SourceIp', '203.0.113.77/24'],
    ['IpAddress', 'aws:SourceIp', [PUBLIC, '203.0.113.77', '2001:db8:1234:5678::/64']],
  ),
];

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

const uses: readonly CheckExample[] = [
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
  [
    ...conditionChecks,
    ...conditionValueChecks,
    ...identifierChecks,
    ...ipRangeChecks,
    ...wildcardChecks,
    ...keyUseChecks,
    ...tagKeyChecks,
  ],
  [...names, ...values, ...identifiers, ...ranges, ...wildcards, ...uses, ...tags],
);
