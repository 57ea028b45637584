import assert from 'node:assert/strict';
import * as iam from '@aws-sdk/client-iam';
import { type Conversation, encoded, policyOf, recently, type Talk } from './talk.ts';

/** What is told about an account: who has what, who did what, and with which credentials. */
export const reportConversation: Conversation = async (talk) => {
  const document = policyOf({ Effect: 'Allow', Action: ['iam:Get*', 's3:*'], Resource: '*' });
  for (const UserName of ['rita', 'rolf']) {
    await talk.call(new iam.CreateUserCommand({ UserName, Path: '/reports/' }));
    await talk.does(
      new iam.PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: document }),
    );
  }
  await credentialReport(talk);
  await authorizationDetails(talk, document);
  await lastAccessed(talk);
};

async function credentialReport(talk: Talk): Promise<void> {
  // AWS gives no text, and the SDK puts its own in the place.
  await talk.refuses(
    new iam.GetCredentialReportCommand(),
    iam.CredentialReportNotPresentException,
    /./,
  );
  await talk.answers(new iam.GenerateCredentialReportCommand(), {
    State: 'STARTED',
    Description: 'No report exists. Starting a new report generation task',
  });
  await talk.answers(new iam.GenerateCredentialReportCommand(), { State: 'COMPLETE' });
  const report = await talk.call(new iam.GetCredentialReportCommand());
  assert.equal(report.ReportFormat, 'text/csv');
  assert.ok(report.GeneratedTime instanceof Date);
  const [columns = '', root = '', ...users] = new TextDecoder().decode(report.Content).split('\n');
  assert.equal(columns.split(',').length, 22);
  assert.ok(root.startsWith(`<root_account>,${talk.arn('root')},20`));
  const line = users.find((text) => text.startsWith('rita,'));
  assert.match(
    line ?? '',
    /^rita,arn:aws:iam::\d{12}:user\/reports\/rita,[\d:T+-]{25},false,N\/A,/,
  );
}

async function authorizationDetails(talk: Talk, document: string): Promise<void> {
  const command = (input: object) => new iam.GetAccountAuthorizationDetailsCommand(input);
  const all = await talk.call(command({ MaxItems: 1000 }));
  assert.deepEqual(all.UserDetailList?.find((user) => user.UserName === 'rita')?.UserPolicyList, [
    { PolicyName: 'own', PolicyDocument: encoded(document) },
  ]);
  const role = all.RoleDetailList?.find(({ RoleName }) => RoleName === 'Administrator');
  assert.ok(role?.AssumeRolePolicyDocument?.startsWith('%7B'));
  assert.ok(all.GroupDetailList);
  assert.ok(all.Policies?.some((policy) => policy.PolicyName === 'AdministratorAccess'));
  const page = await talk.call(command({ Filter: ['User'], MaxItems: 1 }));
  assert.equal(page.UserDetailList?.length, 1);
  assert.equal(page.IsTruncated, true);
  await talk.call(command({ Filter: ['User'], Marker: page.Marker }));
  await talk.refuses(command({ Marker: 'none' }), 'ValidationError', 'Invalid Marker.');
}

async function lastAccessed(talk: Talk): Promise<void> {
  const Arn = talk.arn('user/reports/rita');
  const generate = (input: object) =>
    new iam.GenerateServiceLastAccessedDetailsCommand({ Arn, ...input });
  const { JobId } = await talk.call(generate({ Granularity: 'ACTION_LEVEL' }));
  await talk.misses(
    'The user with name nobody cannot be found.',
    generate({ Arn: talk.arn('user/nobody') }),
    new iam.ListPoliciesGrantingServiceAccessCommand({
      Arn: talk.arn('user/nobody'),
      ServiceNamespaces: ['s3'],
    }),
  );
  const unused = (ServiceNamespace: string, ServiceName: RegExp) => ({
    ServiceName,
    ServiceNamespace,
    TotalAuthenticatedEntities: 0,
  });
  const times = { JobCreationDate: recently, JobCompletionDate: recently };
  await talk.lists(
    iam.GetServiceLastAccessedDetailsCommand,
    { JobId },
    { ServicesLastAccessed: [unused('iam', /Identity and Access/), unused('s3', /S3/)] },
    { JobStatus: 'COMPLETED', JobType: 'ACTION_LEVEL', ...times },
  );
  await withEntities(talk);
  await grantingAccess(talk, Arn);

  const gone = '00000000-0000-4000-8000-000000000000';
  await talk.misses(
    `Job ${gone} was not found.`,
    new iam.GetServiceLastAccessedDetailsCommand({ JobId: gone }),
    new iam.GetServiceLastAccessedDetailsWithEntitiesCommand({
      JobId: gone,
      ServiceNamespace: 's3',
    }),
  );
  await talk.does(
    new iam.DeleteUserPolicyCommand({ UserName: 'rita', PolicyName: 'own' }),
    new iam.DeleteUserCommand({ UserName: 'rita' }),
  );
  const failed = {
    JobStatus: 'FAILED',
    ...times,
    Error: { Code: 'NoSuchEntity', Message: `ARN ${Arn} was not found.` },
  };
  await talk.answers(new iam.GetServiceLastAccessedDetailsCommand({ JobId }), {
    ...failed,
    JobType: 'ACTION_LEVEL',
    ServicesLastAccessed: [],
  });
  await talk.answers(
    new iam.GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: 's3' }),
    { ...failed, EntityDetailsList: [] },
  );
}

async function withEntities(talk: Talk): Promise<void> {
  const GroupName = 'Reporters';
  await talk.call(new iam.CreateGroupCommand({ GroupName }));
  const own = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  await talk.does(
    new iam.PutGroupPolicyCommand({ GroupName, PolicyName: 'own', PolicyDocument: own }),
    ...['rita', 'rolf'].map((UserName) => new iam.AddUserToGroupCommand({ GroupName, UserName })),
  );
  const { JobId } = await talk.call(
    new iam.GenerateServiceLastAccessedDetailsCommand({ Arn: talk.arn(`group/${GroupName}`) }),
  );
  const details = ['rita', 'rolf'].map((Name) => ({
    EntityInfo: {
      Arn: talk.arn(`user/reports/${Name}`),
      Name,
      Type: 'USER',
      Id: /^AIDA/,
      Path: '/reports/',
    },
  }));
  await talk.lists(
    iam.GetServiceLastAccessedDetailsWithEntitiesCommand,
    { JobId, ServiceNamespace: 's3' },
    { EntityDetailsList: details },
    { JobStatus: 'COMPLETED', JobCreationDate: recently, JobCompletionDate: recently },
  );
  await talk.does(
    ...['rita', 'rolf'].map(
      (UserName) => new iam.RemoveUserFromGroupCommand({ GroupName, UserName }),
    ),
  );
}

async function grantingAccess(talk: Talk, Arn: string): Promise<void> {
  const many = ['s3', ...Array.from({ length: 100 }, (_, index) => `service${index}`)];
  const input = { Arn, ServiceNamespaces: many };
  const page = await talk.call(new iam.ListPoliciesGrantingServiceAccessCommand(input));
  assert.equal(page.IsTruncated, true);
  assert.deepEqual(page.PoliciesGrantingServiceAccess?.[0], {
    ServiceNamespace: 's3',
    Policies: [{ PolicyName: 'own', PolicyType: 'INLINE', EntityType: 'USER', EntityName: 'rita' }],
  });
  await talk.answers(
    new iam.ListPoliciesGrantingServiceAccessCommand({ ...input, Marker: page.Marker }),
    {
      PoliciesGrantingServiceAccess: [{ ServiceNamespace: 'service99', Policies: [] }],
      IsTruncated: false,
    },
  );
}
