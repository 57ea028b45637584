import type { Caller, DecisionRequest, DecisionWorkload, Expected } from './decision-engine.ts';
import {
  account,
  bucketPolicy,
  managedPolicies,
  permissionsBoundary,
  roleArn,
  serviceControlPolicy,
} from './enterprise-policies.ts';

const regions = ['eu-central-1', 'eu-west-1'];

/**
 * What the workload's author says: the statement that allows or denies, or the kind of policy that
 * has nothing to allow it with. `#` stands for a number, `@` for one of our regions.
 */
type Scenario = readonly [
  action: string,
  resource: string,
  verdict: readonly ['allowed' | Stop, statement?: string],
  context?: Readonly<Record<string, string>>,
];
type Stop = NonNullable<Expected['stoppedBy']>;

const outside = { 'aws:SourceIp': '198.51.100.7' };
const branch = { 'aws:SourceIp': '203.0.113.77' };
const noMfa = { 'aws:MultiFactorAuthPresent': 'false' };
const plain = { 'aws:SecureTransport': 'false' };
const virginia = { 'aws:RequestedRegion': 'us-east-1' };
const own = { 'aws:ResourceTag/team': 'photos' };
const foreign = { 'aws:ResourceTag/team': 'videos' };
const onSchedule = { 'aws:UserAgent': 'scheduler/2.1' };

const s3 = (path: string) => `arn:aws:s3:::${path}`;
const dynamodb = (path: string) => `arn:aws:dynamodb:@:${account}:${path}`;
const sqs = (name: string) => `arn:aws:sqs:@:${account}:${name}`;
const lambda = (name: string) => `arn:aws:lambda:@:${account}:function:${name}`;
const secret = (name: string) => `arn:aws:secretsmanager:@:${account}:secret:${name}`;
const states = (path: string) => `arn:aws:states:@:${account}:${path}`;

const by = (statement: string) => ['allowed', statement] as const;
const denied = (stop: Stop, statement: string) => [stop, statement] as const;
const silent = (stop: Stop) => [stop] as const;
const none = silent('identity');
const bounded = silent('permissionsBoundary');

const scenarios: readonly Scenario[] = [
  ['s3:ListAllMyBuckets', '*', by('photo-storage/FindBuckets')],
  ['s3:ListBucket', s3('photos-us-#'), by('photo-storage/ListPhotos')],
  ['s3:GetObject', s3('photos-eu/originals/2026/#.jpg'), by('photo-storage/ReadPhotos')],
  ['s3:GetObject', s3('photos-us/thumbs/#/s.png'), by('photo-storage/ReadPhotos'), outside],
  ['s3:PutObject', s3('photos-eu/teams/photos/#.jpg'), by('photo-storage/UploadOfTeam')],
  ['s3:DeleteObject', s3('photos-us/teams/photos/#.jpg'), by('photo-storage/DeleteOfTeam')],
  ['s3:GetObject', s3('assets-web/v#/public/logo.svg'), by('photo-storage/ReadAssets')],
  ['s3:GetObject', s3('photos-eu/press/#/approved/a.jpg'), by('photos-eu/Press'), branch],
  ['s3:GetObject', s3('spring-brochures/#/final/b.pdf'), by('shared-read/Brochures')],
  ['s3:GetObject', s3('teams-#/plan.txt'), by('team-tags/S3'), own],
  ['s3:PutObject', s3('photos-eu/teams/videos/#.jpg'), none],
  ['s3:DeleteObject', s3('photos-us/teams/photos/#.jpg'), none, noMfa],
  [
    's3:GetObject',
    s3('photos-eu/private/#.jpg'),
    denied('identity', 'photo-storage/NothingPrivate'),
  ],
  ['s3:GetObject', s3('assets-web/v#/internal/key.svg'), none],
  ['s3:RestoreObject', s3('archive-2019/photos/#.tar'), none, outside],
  ['s3:PutObjectAcl', s3('photos-us/teams/photos/#'), denied('identity', 'guardrails/NoPublicAcl')],
  ['s3:GetObject', s3('photos-eu/thumbs/#.png'), denied('resource', 'photos-eu/OnlyTls'), plain],
  [
    's3:PutObject',
    s3('photos-eu/originals/#'),
    denied('resource', 'photos-eu/ChangesFromOffice'),
    outside,
  ],
  [
    's3:GetObject',
    s3('photos-us/originals/#'),
    denied('serviceControl', 'regions/OnlyOurRegions'),
    virginia,
  ],
  ['s3:GetObject', s3('teams-#/plan.txt'), none, foreign],

  ['dynamodb:GetItem', dynamodb('table/photos-main'), by('photo-index/Read')],
  ['dynamodb:BatchGetItem', dynamodb('table/photos-#'), by('photo-index/Read'), outside],
  ['dynamodb:Query', dynamodb('table/photos-#/index/by-day'), by('photo-index/Query')],
  ['dynamodb:PutItem', dynamodb('table/photos-photos-#'), by('photo-index/Write')],
  ['dynamodb:UpdateItem', dynamodb('table/photos-photos-likes'), by('photo-index/Write')],
  ['dynamodb:DeleteItem', dynamodb('table/photos-photos-#'), by('photo-index/Delete')],
  ['dynamodb:GetItem', dynamodb('table/teams-#'), by('team-tags/Dynamo'), own],
  ['dynamodb:Scan', dynamodb('table/countries'), by('shared-read/Countries')],
  ['dynamodb:PutItem', dynamodb('table/photos-videos-#'), none],
  ['dynamodb:DeleteItem', dynamodb('table/photos-photos-#'), none, noMfa],
  ['dynamodb:Query', dynamodb('table/customers-#/index/by-name'), none],
  ['dynamodb:GetItem', dynamodb('table/photos-ledger'), denied('identity', 'photo-index/NoLedger')],
  [
    'dynamodb:DeleteTable',
    dynamodb('table/photos-#'),
    denied('identity', 'guardrails/NoTableRemoval'),
  ],
  [
    'dynamodb:GetItem',
    dynamodb('table/photos-#'),
    denied('serviceControl', 'regions/OnlyOurRegions'),
    virginia,
  ],
  ['dynamodb:ExportTableToPointInTime', dynamodb('table/photos-#'), none, outside],

  ['sqs:SendMessage', sqs('photos-#-jobs'), by('photo-queues/Send')],
  ['sqs:ReceiveMessage', sqs('photos-resize-jobs'), by('photo-queues/Receive'), onSchedule],
  ['sqs:DeleteMessageBatch', sqs('photos-#-jobs'), by('photo-queues/Remove')],
  ['sqs:GetQueueUrl', sqs('anything-#'), by('photo-queues/Look'), outside],
  ['sqs:PurgeQueue', sqs('photos-#'), by('photo-queues/Purge')],
  ['sqs:ReceiveMessage', sqs('teams-#'), by('team-tags/Queues'), own],
  ['sqs:ReceiveMessage', sqs('teams-#'), denied('identity', 'team-tags/NoOthersQueues'), foreign],
  ['sqs:SendMessage', sqs('photos-audit-#'), denied('identity', 'photo-queues/NoAudit')],
  ['sqs:PurgeQueue', sqs('photos-#'), denied('identity', 'guardrails/NoPurgeOutside'), branch],
  ['sqs:SendMessage', sqs('orders-#'), none],
  ['sqs:ReceiveMessage', sqs('photos-resize-done-#'), none],

  ['lambda:InvokeFunction', lambda('photos-resize'), by('photo-functions/Invoke')],
  ['lambda:InvokeFunction', lambda('shared-mail-#:live'), by('photo-functions/InvokeVersions')],
  ['lambda:GetFunction', lambda('other-#'), by('photo-functions/Read')],
  ['lambda:UpdateFunctionCode', lambda('photos-#'), by('photo-functions/Deploy')],
  ['lambda:InvokeFunction', lambda('teams-#'), by('team-tags/Functions'), own],
  [
    'lambda:UpdateFunctionCode',
    lambda('photos-#'),
    denied('identity', 'guardrails/NoDeployWithoutMfa'),
    noMfa,
  ],
  ['lambda:InvokeFunction', lambda('billing-#'), denied('identity', 'photo-functions/NoBilling')],
  ['lambda:InvokeFunction', lambda('shared-mail-#:draft'), none],
  ['lambda:PublishVersion', lambda('photos-#'), bounded],
  ['lambda:PutFunctionConcurrency', lambda('photos-#'), bounded],

  ['secretsmanager:GetSecretValue', secret('photos/db-#'), by('photo-secrets/ReadOfTeam')],
  ['secretsmanager:GetSecretValue', secret('shared/eu/readonly-#'), by('photo-secrets/ReadShared')],
  ['secretsmanager:DescribeSecret', secret('videos/db-#'), by('photo-secrets/Describe')],
  ['secretsmanager:GetSecretValue', secret('teams/#'), by('team-tags/Secrets'), own],
  ['secretsmanager:GetSecretValue', secret('videos/db-#'), none],
  ['secretsmanager:GetSecretValue', secret('shared/eu/readonly-#'), none, outside],
  ['secretsmanager:GetSecretValue', secret('root/#'), denied('identity', 'photo-secrets/NoRoot')],
  ['secretsmanager:PutSecretValue', secret('photos/db-#'), bounded],

  ['states:StartExecution', states('stateMachine:photos-#'), by('photo-workflows/Start')],
  ['states:DescribeExecution', states('execution:photos-import:#'), by('photo-workflows/Watch')],
  ['states:StopExecution', states('execution:photos-import:#'), by('photo-workflows/Stop')],
  ['states:StopExecution', states('execution:other:nightly-#'), by('operations/Restart'), noMfa],
  ['states:ListExecutions', states('stateMachine:any-#'), by('photo-workflows/List')],
  [
    'states:StartExecution',
    states('stateMachine:payroll-#'),
    denied('identity', 'photo-workflows/NoPayroll'),
  ],
  ['states:StopExecution', states('execution:photos-import:#'), none, noMfa],
  ['states:StartExecution', states('stateMachine:teams-#'), none, foreign],
  ['states:SendTaskSuccess', states('activity:photos-#'), bounded],
  [
    'states:StartExecution',
    states('stateMachine:photos-#'),
    denied('serviceControl', 'regions/OnlyOurRegions'),
    virginia,
  ],
];

const variants = 8;

/** W2: a role's session with everything that an enterprise hangs on it. */
export function enterpriseWorkload(): DecisionWorkload {
  const sessionContext = {
    'aws:SourceIp': '10.1.2.3',
    'aws:MultiFactorAuthPresent': 'true',
    'aws:SecureTransport': 'true',
    'aws:PrincipalTag/team': 'photos',
    'aws:PrincipalTag/stage': 'production',
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': account,
    'aws:UserAgent': 'aws-sdk-js/3.700',
  };
  const caller: Caller = {
    principal: {
      kind: 'assumedRole',
      accountId: account,
      arn: `arn:aws:sts::${account}:assumed-role/PhotoAppRole/i-0123`,
      roleArn,
      uniqueId: 'AROAQXZ3EXAMPLEPHOTO',
    },
    identity: managedPolicies,
    permissionsBoundary,
    serviceControl: serviceControlPolicy,
    variables: new Map([['aws:PrincipalTag/team', 'photos']]),
  };
  // Requests of the same circumstances share them, as their memory is warm when a server asks.
  const contexts = new Map<string, ReadonlyMap<string, string>>();
  const contextOf = (region: string, changes: Scenario[3]): ReadonlyMap<string, string> => {
    const entries = { ...sessionContext, 'aws:RequestedRegion': region, ...changes };
    const key = JSON.stringify(entries);
    const context = contexts.get(key) ?? new Map(Object.entries(entries));
    contexts.set(key, context);
    return context;
  };
  const requests = Array.from({ length: variants * scenarios.length }, (_, index) => {
    const scenario = scenarios[index % scenarios.length];
    if (scenario === undefined) throw new Error('no scenario');
    const [action, pattern, [verdict, statement], changes] = scenario;
    const region = regions[index % regions.length] ?? '';
    const resource = pattern.replace('#', String(index * 7919)).replace('@', region);
    const isInBucket = resource === s3('photos-eu') || resource.startsWith(s3('photos-eu/'));
    return {
      caller,
      action,
      resource,
      resourcePolicy: isInBucket ? bucketPolicy : undefined,
      context: contextOf(region, changes),
      expected: {
        allowed: verdict === 'allowed',
        ...(verdict !== 'allowed' && { stoppedBy: verdict }),
        ...(statement !== undefined && { statement }),
      },
    } satisfies DecisionRequest;
  });
  return { requests };
}
