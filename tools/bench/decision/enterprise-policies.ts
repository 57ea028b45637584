import type { NamedPolicy } from './decision-engine.ts';

export const account = '111122223333';
export const roleArn = `arn:aws:iam::${account}:role/apps/PhotoAppRole`;

const team = `\${aws:PrincipalTag/team}`;
const fromOffice = { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } };
const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const ofOwnTeam = { StringEquals: { 'aws:ResourceTag/team': team } };
const ofOtherTeam = { StringNotEquals: { 'aws:ResourceTag/team': team } };
const inProduction = { StringEquals: { 'aws:PrincipalTag/stage': 'production' } };

type List = string | readonly string[];
type Row = readonly [sid: string, actions: List, resources: List, condition?: object];

const statement =
  (Effect: 'Allow' | 'Deny') =>
  ([Sid, Action, Resource, Condition]: Row) => ({
    Sid,
    Effect,
    Action: [Action].flat(),
    Resource: [Resource].flat(),
    ...(Condition && { Condition }),
  });
const allow = (...row: Row) => statement('Allow')(row);
const deny = (...row: Row) => statement('Deny')(row);

function policy(name: string, ...Statement: readonly object[]): NamedPolicy {
  return { name, text: JSON.stringify({ Version: '2012-10-17', Statement }) };
}

const s3 = (path: string) => `arn:aws:s3:::${path}`;
const dynamodb = (path: string) => `arn:aws:dynamodb:*:*:${path}`;
const sqs = (name: string) => `arn:aws:sqs:*:${account}:${name}`;
const lambda = (name: string) => `arn:aws:lambda:*:*:function:${name}`;
const secret = (name: string) => `arn:aws:secretsmanager:*:${account}:secret:${name}`;
const states = (path: string) => `arn:aws:states:*:*:${path}`;

/** Ten managed policies of ten statements. */
export const managedPolicies: readonly NamedPolicy[] = [
  policy(
    'photo-storage',
    allow('FindBuckets', ['s3:ListAllMyBuckets', 's3:GetBucketLocation'], '*'),
    allow('ListPhotos', 's3:ListBucket*', s3('photos-*')),
    allow('ReadPhotos', 's3:GetObject*', [s3('photos-*/originals/*'), s3('photos-*/thumbs/*')]),
    allow('UploadOfTeam', ['s3:PutObject*', 's3:Abort*'], s3(`photos-*/teams/${team}/*`)),
    allow('DeleteOfTeam', 's3:DeleteObject*', s3(`photos-*/teams/${team}/*`), withMfa),
    allow('ReadAssets', 's3:GetObject*', s3('assets-*/*/public/*')),
    allow('RestoreArchive', 's3:RestoreObject', s3('archive-*/photos/*'), fromOffice),
    allow('TagOwn', 's3:PutObjectTagging', s3('photos-*/originals/*'), ofOwnTeam),
    allow('Inventory', 's3:GetInventory*', s3('*-inventory')),
    deny('NothingPrivate', 's3:*', s3('photos-*/private/*')),
  ),
  policy(
    'photo-index',
    allow('Describe', 'dynamodb:Describe*', dynamodb('table/photos-*')),
    allow('Read', ['dynamodb:Get*', 'dynamodb:BatchGet*'], dynamodb('table/photos-*')),
    allow('Query', ['dynamodb:Query', 'dynamodb:Scan'], dynamodb('table/photos-*/index/*')),
    allow('Write', ['dynamodb:Put*', 'dynamodb:Update*'], dynamodb(`table/photos-${team}-*`)),
    allow('Delete', 'dynamodb:DeleteItem', dynamodb(`table/photos-${team}-*`), withMfa),
    allow('Streams', 'dynamodb:Get*', dynamodb('table/photos-*/stream/*')),
    allow('Batch', 'dynamodb:BatchWrite*', dynamodb('table/import-*'), inProduction),
    allow('Export', 'dynamodb:ExportTable*', dynamodb('table/photos-*'), fromOffice),
    allow('Backups', ['dynamodb:CreateBackup', 'dynamodb:ListBackups'], dynamodb('table/*')),
    deny('NoLedger', 'dynamodb:*', dynamodb('table/*-ledger')),
  ),
  policy(
    'photo-queues',
    allow('Send', 'sqs:SendMessage*', sqs('photos-*')),
    allow('Receive', ['sqs:ReceiveMessage', 'sqs:ChangeMessage*'], sqs('photos-*-jobs')),
    allow('Remove', 'sqs:DeleteMessage*', sqs('photos-*-jobs')),
    allow('Look', 'sqs:GetQueue*', sqs('*')),
    allow('List', 'sqs:List*', '*'),
    allow('Purge', 'sqs:PurgeQueue', sqs('photos-*'), withMfa),
    allow('CreateOfTeam', 'sqs:CreateQueue', sqs(`${team}-*`)),
    allow('SetOfTeam', 'sqs:SetQueue*', sqs('*'), ofOwnTeam),
    allow('Tag', ['sqs:TagQueue', 'sqs:UntagQueue'], sqs('photos-*'), fromOffice),
    deny('NoAudit', 'sqs:*', sqs('*-audit-*')),
  ),
  policy(
    'photo-functions',
    allow('Invoke', 'lambda:Invoke*', lambda('photos-*')),
    allow('InvokeVersions', 'lambda:InvokeFunction', lambda('shared-*:live')),
    allow('Read', ['lambda:Get*', 'lambda:List*'], lambda('*')),
    allow('Deploy', 'lambda:UpdateFunctionCode', lambda(`${team}-*`), withMfa),
    allow('Configure', 'lambda:UpdateFunctionConfiguration', lambda(`${team}-*`)),
    allow('Publish', ['lambda:Publish*', 'lambda:CreateAlias'], lambda('photos-*'), fromOffice),
    allow('Layers', 'lambda:GetLayer*', 'arn:aws:lambda:*:*:layer:photo-*:*'),
    allow('Concurrency', 'lambda:PutFunctionConcurrency', lambda('photos-*'), inProduction),
    allow('Tags', 'lambda:TagResource', lambda('*'), ofOwnTeam),
    deny('NoBilling', 'lambda:*', lambda('billing-*')),
  ),
  policy(
    'photo-secrets',
    allow('ReadOfTeam', 'secretsmanager:GetSecretValue', secret(`${team}/*`)),
    allow('ReadShared', 'secretsmanager:GetSecretValue', secret('shared/*/readonly-*'), fromOffice),
    allow('Describe', 'secretsmanager:Describe*', secret('*')),
    allow('List', 'secretsmanager:List*', '*'),
    allow('Rotate', 'secretsmanager:RotateSecret', secret(`${team}/*`), withMfa),
    allow('Put', 'secretsmanager:PutSecretValue', secret(`${team}/*`), {
      ...withMfa,
      ...fromOffice,
    }),
    allow('Versions', 'secretsmanager:UpdateSecretVersion*', secret('*'), ofOwnTeam),
    allow('Tag', 'secretsmanager:TagResource', secret(`${team}/*`)),
    allow('Random', 'secretsmanager:GetRandom*', '*'),
    deny('NoRoot', 'secretsmanager:*', secret('root/*')),
  ),
  policy(
    'photo-workflows',
    allow('Start', 'states:Start*', states('stateMachine:photos-*')),
    allow('Watch', ['states:Describe*', 'states:Get*'], states('execution:photos-*:*')),
    allow('Stop', 'states:StopExecution', states('execution:photos-*:*'), withMfa),
    allow('List', 'states:List*', states('stateMachine:*')),
    allow('Activities', 'states:SendTask*', states('activity:photos-*')),
    allow('UpdateOfTeam', 'states:UpdateStateMachine', states(`stateMachine:${team}-*`), withMfa),
    allow('Express', 'states:StartSync*', states('express:shared-*:*')),
    allow('Tags', 'states:TagResource', states('stateMachine:*'), ofOwnTeam),
    allow('Redrive', 'states:RedriveExecution', states('execution:photos-*:*'), fromOffice),
    deny('NoPayroll', 'states:*', [
      states('stateMachine:payroll-*'),
      states('execution:payroll-*'),
    ]),
  ),
  policy(
    'shared-read',
    allow('Assets', 's3:GetObject', s3('shared-assets/*')),
    allow('Brochures', 's3:GetObject', s3('*-brochures/*/final/*')),
    allow('Lists', ['s3:ListBucket', 's3:GetBucketTagging'], s3('shared-*')),
    allow('Catalogue', ['dynamodb:GetItem', 'dynamodb:Query'], dynamodb('table/catalogue-*')),
    allow('Countries', 'dynamodb:Scan', dynamodb('table/countries')),
    allow('Topics', 'sns:Publish', `arn:aws:sns:*:${account}:photos-*`),
    allow('Parameters', 'ssm:GetParameter*', `arn:aws:ssm:*:*:parameter/photos/*`),
    allow('Metrics', 'cloudwatch:PutMetricData', '*'),
    allow('Logs', ['logs:Create*', 'logs:PutLogEvents'], 'arn:aws:logs:*:*:log-group:/photos/*'),
    allow('Keys', 'kms:Decrypt', `arn:aws:kms:*:${account}:key/*`, ofOwnTeam),
  ),
  policy(
    'team-tags',
    allow('S3', 's3:GetObject', s3('teams-*/*'), ofOwnTeam),
    allow('Dynamo', ['dynamodb:GetItem', 'dynamodb:PutItem'], dynamodb('table/teams-*'), ofOwnTeam),
    allow('Queues', ['sqs:SendMessage', 'sqs:ReceiveMessage'], sqs('teams-*'), ofOwnTeam),
    allow('Functions', 'lambda:InvokeFunction', lambda('teams-*'), ofOwnTeam),
    allow('Secrets', 'secretsmanager:GetSecretValue', secret('teams/*'), ofOwnTeam),
    allow('Workflows', 'states:StartExecution', states('stateMachine:teams-*'), ofOwnTeam),
    allow('Instances', ['ec2:StartInstances', 'ec2:StopInstances'], '*', ofOwnTeam),
    allow('Roles', 'iam:PassRole', `arn:aws:iam::${account}:role/teams/${team}/*`),
    allow('Topics', 'sns:*', `arn:aws:sns:*:*:${team}-*`),
    deny('NoOthersQueues', ['sqs:Receive*', 'sqs:Purge*'], sqs('teams-*'), ofOtherTeam),
  ),
  policy(
    'operations',
    allow('Rename', 'lambda:UpdateAlias', lambda('photos-*:*'), { ...withMfa, ...inProduction }),
    allow('Lifecycle', 's3:PutLifecycle*', s3('photos-*'), withMfa),
    allow('Versions', ['s3:ListBucketVersions', 's3:GetObjectVersion*'], s3('*'), fromOffice),
    allow('Capacity', 'dynamodb:UpdateTable', dynamodb('table/photos-*'), withMfa),
    allow('Redrive', 'sqs:StartMessageMoveTask', sqs('photos-*-dead'), withMfa),
    allow('Restart', 'states:StopExecution', states('execution:*:nightly-*')),
    allow('Restore', 'secretsmanager:RestoreSecret', secret('*'), { ...withMfa, ...fromOffice }),
    allow('Alarms', 'cloudwatch:*Alarm*', `arn:aws:cloudwatch:*:${account}:alarm:photos-*`),
    allow('Traces', 'xray:*', '*'),
    allow('Health', 'health:Describe*', '*'),
  ),
  policy(
    'guardrails',
    deny('NoPublicAcl', ['s3:PutObjectAcl', 's3:PutBucketAcl'], '*'),
    deny('NoBucketRemoval', 's3:DeleteBucket*', '*'),
    deny('NoTableRemoval', 'dynamodb:DeleteTable', '*'),
    deny('NoQueueRemoval', 'sqs:DeleteQueue', '*'),
    deny('NoFunctionRemoval', 'lambda:DeleteFunction', '*'),
    deny('NoSecretRemoval', 'secretsmanager:DeleteSecret', '*'),
    deny('NoWorkflowRemoval', 'states:Delete*', '*'),
    deny('NoPurgeOutside', 'sqs:PurgeQueue', '*', {
      NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
    }),
    deny('NoDeployWithoutMfa', 'lambda:Update*', '*', {
      Bool: { 'aws:MultiFactorAuthPresent': 'false' },
    }),
    deny('NoQuarantine', ['s3:Get*', 's3:Put*'], s3('*-quarantine/*')),
  ),
];

export const permissionsBoundary = policy(
  'developer-boundary',
  allow('Data', ['s3:*', 'dynamodb:*', 'sqs:*'], '*'),
  allow('Functions', ['lambda:Invoke*', 'lambda:Get*', 'lambda:List*', 'lambda:Update*'], '*'),
  allow('Secrets', ['secretsmanager:Get*', 'secretsmanager:Describe*'], '*'),
  allow('Workflows', ['states:Start*', 'states:Describe*', 'states:List*', 'states:Stop*'], '*'),
);

export const serviceControlPolicy = policy(
  'regions',
  allow('Everything', '*', '*'),
  deny('OnlyOurRegions', '*', '*', {
    StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] },
  }),
);

const everybody = (one: object) => ({ ...one, Principal: '*' });
const theRole = (one: object) => ({ ...one, Principal: { AWS: roleArn } });
const bucket = [s3('photos-eu'), s3('photos-eu/*')];

/** On the bucket `photos-eu`. */
export const bucketPolicy = policy(
  'photos-eu',
  everybody(deny('OnlyTls', 's3:*', bucket, { Bool: { 'aws:SecureTransport': 'false' } })),
  everybody(
    deny('ChangesFromOffice', ['s3:Put*', 's3:Delete*'], s3('photos-eu/originals/*'), {
      NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] },
    }),
  ),
  everybody(deny('SettingsStay', ['s3:PutBucket*', 's3:PutLifecycle*'], bucket)),
  theRole(allow('Press', 's3:GetObject', s3('photos-eu/press/*/approved/*'))),
  theRole(allow('Uploads', 's3:ListMultipartUpload*', bucket)),
);
