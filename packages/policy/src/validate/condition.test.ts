import { allow, type CheckExample, share, testExamples } from '../../proof/check-examples.ts';
import { keyExample, operatorExample, valueExample } from '../../proof/condition-examples.ts';
import { conditionChecks } from './check/condition.ts';
import { conditionValueChecks } from './check/condition-value.ts';
import { identifierChecks } from './check/identifier.ts';
import { ipRangeChecks } from './check/ip-range.ts';

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
    ['BinaryEquals', 'example.com:key', 'Zm9v!'],
    ['BinaryEquals', 'example.com:key', 'Zm9v'],
  ),
  valueExample(
    'INVALID_DATE_VALUE',
    ['DateLessThan', 'aws:CurrentTime', '2026'],
    ['DateLessThan', 'aws:EpochTime', '1790000000'],
  ),
  valueExample(
    'INVALID_CONDITION_DATA_TYPE',
    ['NumericEquals', MFA_AGE, [3600, '60']],
    ['NumericEquals', MFA_AGE, [3600]],
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

testExamples(
  [...conditionChecks, ...conditionValueChecks, ...identifierChecks, ...ipRangeChecks],
  [...names, ...values, ...identifiers, ...ranges],
);
