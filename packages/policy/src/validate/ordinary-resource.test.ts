import { allow, deny, share } from '../../proof/check-examples.ts';
import { type Case, loud, quiet, testCases } from '../../proof/finding-cases.ts';

const ACCOUNT = '111122223333';
const ORGANIZATION = 'o-a1b2c3d4e5';
const DAVE = `arn:aws:iam::${ACCOUNT}:user/dave`;

const control = (elements: object = {}) =>
  deny({ Principal: '*', Action: ['s3:*', 'sqs:*'], Resource: '*', ...elements });
const when = (condition: object) => ({ Condition: condition });

const toService = (elements: object) =>
  share({
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: 's3:PutObject',
    ...elements,
  });

const resources: readonly Case[] = [
  quiet('resource', 'a bucket that everybody may read', share({ Principal: '*' })),
  quiet(
    'resource',
    'a bucket that CloudFront reads by an origin access identity',
    share({
      Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABC' },
    }),
  ),
  quiet('resource', 'a bucket that takes no plain HTTP', [
    deny({
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
      ...when({ Bool: { 'aws:SecureTransport': 'false' } }),
    }),
  ]),
  quiet(
    'resource',
    "CloudTrail writes into this account's bucket",
    toService(
      when({
        StringEquals: {
          's3:x-amz-acl': 'bucket-owner-full-control',
          'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/photos`,
        },
      }),
    ),
  ),
  quiet('resource', 'a Deny to a service', toService({ Effect: 'Deny' })),
  quiet(
    'resource',
    'a service beside a user: the organization is asked of the user',
    share({
      Principal: { AWS: DAVE, Service: 'cloudtrail.amazonaws.com' },
      ...when({
        StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION, 'aws:SourceAccount': ACCOUNT },
      }),
    }),
  ),
  quiet(
    'resource',
    'a service, and a key that only its absence is asked of',
    toService(
      when({
        StringEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION },
        StringEquals: { 'aws:SourceOrgID': ORGANIZATION },
      }),
    ),
  ),
  quiet(
    'resource',
    'an old key beside the source of a service',
    toService(
      when({
        IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
      }),
    ),
  ),
  loud(
    'resource',
    ['RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL'],
    toService(
      when({
        IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
        Bool: { 'aws:SecureTransport': 'true' },
      }),
    ),
  ),
  loud(
    'resource',
    ['RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL'],
    toService(when({ Bool: { 'aws:SecureTransport': 'true' } })),
  ),
  quiet('resource', 'the policy of a KMS key', [
    allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }),
    allow({
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt'],
      Resource: '*',
      ...when({
        StringEquals: {
          'kms:CallerAccount': ACCOUNT,
          'kms:ViaService': 's3.eu-central-1.amazonaws.com',
          'kms:EncryptionContext:team': 'photos',
        },
      }),
    }),
  ]),
  ...['ArnEquals', 'ArnLike', 'StringLike'].map((operator) =>
    quiet(
      'resource',
      `the key of a log group, by ${operator}`,
      allow({
        Principal: { Service: 'logs.us-east-1.amazonaws.com' },
        Action: ['kms:Encrypt', 'kms:Decrypt'],
        Resource: '*',
        ...when({
          [operator]: {
            'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:x`,
          },
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
        }),
      }),
    ),
  ),
  loud(
    'resource',
    ['TYPE_MISMATCH'],
    allow({
      Principal: { AWS: DAVE },
      Action: 'kms:Decrypt',
      Resource: '*',
      ...when({ NumericEquals: { 'kms:EncryptionContext:age': '7' } }),
    }),
  ),
  {
    ...quiet(
      'resource',
      'a table',
      allow({
        Principal: { AWS: DAVE },
        Action: ['dynamodb:GetItem', 'dynamodb:Query'],
        Resource: [`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/photos`, '*'],
      }),
    ),
    codes: ['REDUNDANT_RESOURCE'],
    options: { resourceType: 'AWS::DynamoDB::Table' },
  },
  {
    ...quiet(
      'resource',
      'an access point',
      share({
        Resource: `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/photos/object/*`,
      }),
    ),
    options: { resourceType: 'AWS::S3::AccessPoint' },
  },
  {
    ...loud(
      'resource',
      ['UNSUPPORTED_RESOURCE_ARN_IN_POLICY'],
      share({
        Resource: `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/photos/object/*`,
      }),
    ),
    options: { resourceType: 'AWS::S3::Bucket' },
  },
  {
    ...loud('resource', ['UNSUPPORTED_RESOURCE_ARN_IN_POLICY'], share()),
    options: { resourceType: 'AWS::S3::AccessPoint' },
  },
  quiet(
    'vpcEndpoint',
    'everything through the endpoint',
    allow({ Principal: '*', Action: '*', Resource: '*' }),
  ),
];

const organizations: readonly Case[] = [
  quiet('serviceControl', 'FullAWSAccess', allow({ Action: '*', Resource: '*' })),
  quiet('serviceControl', 'no region but two, and a wildcard in the middle', [
    deny({ Action: 'ec2:*Images', Resource: '*' }),
    {
      Effect: 'Deny',
      NotAction: ['cloudfront:*', 'iam:*', 'route53:*', 'support:*'],
      Resource: '*',
      ...when({ StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] } }),
    },
  ]),
  loud('resourceControl', [], allow({ Principal: '*', Action: '*', Resource: '*' })),
  loud(
    'resourceControl',
    ['RCP_SYNTAX_ERROR_ALLOW'],
    allow({
      Principal: '*',
      Action: '*',
      Resource: '*',
      ...when({ Bool: { 'aws:SecureTransport': 'true' } }),
    }),
  ),
  loud('resourceControl', ['RCP_SYNTAX_ERROR_ACTION'], control({ Action: '*' })),
  loud('resourceControl', ['RCP_SYNTAX_ERROR_PRINCIPAL'], {
    Effect: 'Deny',
    NotPrincipal: { AWS: '*' },
    Action: 's3:*',
    Resource: '*',
  }),
  quiet(
    'resourceControl',
    'nothing without TLS',
    control(when({ BoolIfExists: { 'aws:SecureTransport': 'false' } })),
  ),
  quiet(
    'resourceControl',
    'nobody of another organization, services excepted',
    control(
      when({
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      }),
    ),
  ),
  quiet(
    'resourceControl',
    'no service on behalf of another organization',
    control(
      when({
        StringNotEqualsIfExists: { 'aws:SourceOrgID': ORGANIZATION },
        Null: { 'aws:SourceAccount': 'false' },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
      }),
    ),
  ),
  loud(
    'resourceControl',
    ['RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK'],
    control(
      when({
        StringNotEqualsIfExists: { 'aws:SourceOrgID': ORGANIZATION },
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
        Null: { 'aws:PrincipalOrgID': 'false', 'aws:SourceArn': 'true' },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
      }),
    ),
  ),
];

testCases([...resources, ...organizations]);
