import { allow, deny } from '../../proof/check-examples.ts';
import { type Case, loud, quiet, testCases } from '../../proof/finding-cases.ts';

const ACCOUNT = '111122223333';

const when = (condition: object) => ({ Condition: condition });

const identities: readonly Case[] = [
  quiet('identity', 'the administrator passes roles by name', [
    allow({ Action: ['iam:Get*', 'iam:List*'], Resource: '*' }),
    allow({ Action: 'iam:PassRole', Resource: `arn:aws:iam::${ACCOUNT}:role/apps/*Role` }),
  ]),
  quiet('identity', 'Null asks only whether a key is there', [
    allow({
      Action: 'iam:PassRole',
      Resource: `arn:aws:iam::${ACCOUNT}:role/PhotoAppRole`,
      ...when({ Null: { 'iam:PassedToService': 'false' } }),
    }),
    allow(
      when({
        Null: { 'aws:TagKeys': 'true', 'aws:SourceIp': 'false', 'aws:SecureTransport': 'false' },
      }),
    ),
  ]),
  ...[
    '*',
    'arn:*',
    'arn:aws:iam:*',
    'arn:aws:iam::*:role/*',
    'arn:aws:iam::*:role/?*',
    'arn:aws:iam::*:r*',
    'arn:aws:i*::*:*',
  ].map((Resource) => ({
    ...loud('identity', [], { Effect: 'Allow', Action: 'iam:PassRole', Resource }),
    name: `any role is ${Resource}`,
    ignored: ['MISSING_ARN_FIELD', 'WILDCARD_IN_SERVICE_NAME', 'INVALID_ARN_RESOURCE'],
    codes: ['PASS_ROLE_WITH_STAR_IN_RESOURCE'],
  })),
  quiet('identity', 'not any role', [
    allow({
      Action: 'iam:PassRole',
      Resource: ['arn:aws:iam::*:role/a*', 'arn:aws:iam::*:user/*'],
    }),
    allow({ Action: 'iam:PassRole', Resource: 'arn:aws:s3:::*' }),
  ]),
  loud(
    'identity',
    ['PASS_ROLE_WITH_STAR_IN_RESOURCE'],
    allow({
      Action: 'iam:PassRole',
      Resource: '*',
      ...when({ Null: { 'iam:PassedToService': 'false' } }),
    }),
  ),
  quiet(
    'identity',
    'each user the own folder',
    allow({
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::photos/\${aws:username}/*`,
    }),
  ),
  quiet('identity', 'home, and the listing of it', [
    allow({ Action: ['s3:ListAllMyBuckets', 's3:GetBucketLocation'], Resource: 'arn:aws:s3:::*' }),
    allow({
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::photos',
      ...when({ StringLike: { 's3:prefix': ['', 'home/', `home/\${aws:username}/*`] } }),
    }),
  ]),
  quiet(
    'identity',
    'logs, parameters that AWS offers, images without an owner',
    allow({
      Action: ['logs:PutLogEvents', 'ssm:GetParameter', 'ec2:RunInstances'],
      Resource: [
        `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/photos/*:*`,
        'arn:aws:ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/*',
        'arn:aws:ec2:us-east-1::image/ami-12345678',
      ],
    }),
  ),
  quiet('permissionsBoundary', 'what a boundary says', [
    allow({ Action: ['s3:*', 'cloudwatch:*', 'ec2:*'], Resource: '*' }),
    deny({
      Action: '*',
      Resource: '*',
      ...when({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }),
    }),
  ]),
  quiet(
    'identity',
    'a Deny of single attributes',
    deny({
      Action: 'dynamodb:GetItem',
      Resource: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/photos`,
      ...when({ 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': ['price'] } }),
    }),
  ),
  quiet('identity', 'services whose ARNs are not told, and recovery points of any service', [
    allow({ Action: 'support:DescribeCases', Resource: `arn:aws:support::${ACCOUNT}:*` }),
    allow({ Action: 'apigateway:GET', Resource: 'arn:aws:apigateway:*::/v2/apis/*' }),
    allow({ Action: 'ec2:*', Resource: 'arn:aws:ec2:*::*:*' }),
  ]),
  quiet(
    'identity',
    'global inference with Bedrock',
    allow({
      Action: 'bedrock:InvokeModel',
      Resource: 'arn:aws:bedrock:::foundation-model/photos',
      ...when({ StringEquals: { 'aws:RequestedRegion': 'unspecified' } }),
    }),
  ),
  loud(
    'identity',
    ['MISSING_ARN_REGION', 'MISSING_ARN_ACCOUNT'],
    allow({ Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:::foundation-model/photos' }),
  ),
  quiet(
    'identity',
    'a role is assumed with tags: one request, which has one context',
    allow({
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity', 'sts:SetContext'],
      Resource: `arn:aws:iam::${ACCOUNT}:role/PhotoAppRole`,
      ...when({ StringEquals: { 'sts:ExternalId': '12345', 'sts:RoleSessionName': 'dave' } }),
    }),
  ),
  loud(
    'identity',
    ['UNSUPPORTED_ACTION_FOR_CONDITION_KEY'],
    allow({
      Action: ['sts:AssumeRole', 'sts:GetFederationToken'],
      Resource: '*',
      ...when({ StringEquals: { 'sts:ExternalId': '12345' } }),
    }),
  ),
  loud(
    'identity',
    ['UNSUPPORTED_ACTION_FOR_CONDITION_KEY'],
    allow({
      Action: ['ec2:RunInstances', 'sts:TagSession'],
      Resource: '*',
      ...when({ StringEquals: { 'ec2:InstanceType': 't3.micro' } }),
    }),
  ),
  ...['Allow', 'Deny'].flatMap((Effect) =>
    ['StringEquals', 'StringNotEquals', 'StringNotLikeIfExists', 'Null'].map((operator) => {
      const isNegated = operator.includes('Not');
      const isWrong = operator !== 'Null' && isNegated === (Effect === 'Allow');
      return {
        ...loud('identity', isWrong ? ['S3_PREFIX_IN_NEGATIVE_CONTEXT'] : [], {
          Effect,
          Action: 's3:ListBucket',
          Resource: 'arn:aws:s3:::photos',
          ...when({ [operator]: { 's3:prefix': operator === 'Null' ? 'true' : 'private/' } }),
        }),
        name: `${Effect} with ${operator} on s3:prefix`,
      };
    }),
  ),
  quiet('session', 'one bucket', allow()),
  loud(
    'identity',
    ['WILDCARD_WITHOUT_LIKE_OPERATOR'],
    allow(when({ StringEquals: { 'aws:username': '*' } })),
  ),
  quiet('identity', 'keys that may be absent', [
    allow({
      Action: ['ec2:RunInstances', 'ec2:CreateVpc'],
      Resource: '*',
      ...when({ StringEqualsIfExists: { 'ec2:InstanceType': 't3.micro' } }),
    }),
    allow({
      Action: 'iam:Get*',
      Resource: '*',
      ...when({ StringEqualsIfExists: { 'iam:PassedToService': 'ec2.amazonaws.com' } }),
    }),
    {
      Effect: 'Deny',
      NotAction: 'ec2:CreateVpc',
      Resource: '*',
      ...when({
        StringEquals: {
          'ec2:InstanceType': 't3.micro',
          'iam:PassedToService': 'ec2.amazonaws.com',
        },
      }),
    },
  ]),
  quiet(
    'identity',
    'public addresses of both kinds, and of one host',
    allow(
      when({ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'] } }),
    ),
  ),
  quiet(
    'identity',
    'private addresses in a VPC',
    allow(
      when({
        IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' },
        StringEquals: { 'aws:SourceVpce': 'vpce-11223344556677889' },
      }),
    ),
  ),
  quiet(
    'identity',
    'a Deny is not made wider by what would make an Allow wider',
    deny(
      when({
        'ForAllValues:StringEquals': { 'aws:username': 'dave' },
        IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' },
      }),
    ),
  ),
];

testCases(identities);
