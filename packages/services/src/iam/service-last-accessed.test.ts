import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachGroupPolicy, attachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { addUserToGroup } from './group-membership.ts';
import { putGroupPolicy, putUserPolicy } from './inline-policy.ts';
import { createPolicy } from './managed-policy.ts';
import {
  generateServiceLastAccessedDetails,
  getServiceLastAccessedDetails,
  getServiceLastAccessedDetailsWithEntities,
} from './service-last-accessed.ts';
import {
  addRole,
  adminCaller,
  allow,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  rootCaller,
  secondAccount,
  type TestIam,
  userCaller,
} from './testing.ts';
import { createUser, deleteUser } from './user.ts';

const day = 86_400_000;
const arnOf = (path: string) => `arn:aws:iam::${firstAccount}:${path}`;

async function job(iam: TestIam, path: string, Granularity?: 'SERVICE_LEVEL' | 'ACTION_LEVEL') {
  const input = { Arn: arnOf(path), ...(Granularity && { Granularity }) };
  const { JobId } = await iam.call(generateServiceLastAccessedDetails, input);
  return { JobId };
}

async function report(iam: TestIam, path: string, granularity?: 'ACTION_LEVEL') {
  return await iam.call(getServiceLastAccessedDetails, await job(iam, path, granularity));
}

async function entities(iam: TestIam, path: string, ServiceNamespace: string) {
  const input = { ...(await job(iam, path)), ServiceNamespace };
  const { EntityDetailsList } = await iam.call(getServiceLastAccessedDetailsWithEntities, input);
  return (EntityDetailsList ?? []).map(({ EntityInfo, LastAuthenticated }) => [
    EntityInfo?.Name,
    EntityInfo?.Type,
    LastAuthenticated?.getTime(),
  ]);
}

async function access(iam: TestIam, entityId: string, service: string, action: string, at: number) {
  await iam.store.transaction(async ({ database }) => {
    const row = { account_id: iam.accountId, entity_id: entityId, service, action };
    await database
      .insertInto('iam_last_accessed')
      .values({ ...row, accessed_at: at, region: 'eu-west-1' })
      .execute();
  });
}

async function userWith(iam: TestIam, name: string, action: string): Promise<string> {
  const { User: user } = await iam.call(createUser, { UserName: name });
  const own = { UserName: name, PolicyName: 'own', PolicyDocument: allow(action) };
  await iam.call(putUserPolicy, own);
  return user?.UserId ?? '';
}

test('a user is told each service it could access, by its policies', async (t) => {
  const iam = await openTestIam(t);
  const userId = await userWith(iam, 'dave', 's3:*');
  await access(iam, userId, 's3', '', firstCallAt + 1000);
  await access(iam, userId, 's3', 'CreateBucket', firstCallAt + 3000);
  await access(iam, userId, 's3', 'DeleteBucket', firstCallAt + 2000);
  await iam.call(createGroup, { GroupName: 'Developers' });
  await iam.call(addUserToGroup, { GroupName: 'Developers', UserName: 'dave' });
  await iam.call(putGroupPolicy, {
    GroupName: 'Developers',
    PolicyName: 'own',
    PolicyDocument: allow('iam:ListUsers'),
  });
  const iamService = {
    ServiceName: 'AWS Identity and Access Management (IAM)',
    ServiceNamespace: 'iam',
    TotalAuthenticatedEntities: 0,
  };
  const s3 = {
    ServiceName: 'Amazon S3',
    ServiceNamespace: 's3',
    LastAuthenticated: new Date(firstCallAt + 3000),
    LastAuthenticatedEntity: arnOf('user/dave'),
    LastAuthenticatedRegion: 'eu-west-1',
    TotalAuthenticatedEntities: 1,
  };
  const answer = await report(iam, 'user/dave');
  const at = new Date(firstCallAt + 5000);
  assert.deepEqual(answer, {
    JobStatus: 'COMPLETED',
    JobCreationDate: at,
    JobCompletionDate: at,
    JobType: 'SERVICE_LEVEL',
    ServicesLastAccessed: [iamService, s3],
    IsTruncated: false,
  });
  const { JobType, ServicesLastAccessed } = await report(iam, 'user/dave', 'ACTION_LEVEL');
  assert.equal(JobType, 'ACTION_LEVEL');
  const tracked = (ActionName: string, time: number) => ({
    ActionName,
    LastAccessedEntity: arnOf('user/dave'),
    LastAccessedTime: new Date(firstCallAt + time),
    LastAccessedRegion: 'eu-west-1',
  });
  assert.deepEqual(ServicesLastAccessed, [
    iamService,
    {
      ...s3,
      TrackedActionsLastAccessed: [tracked('CreateBucket', 3000), tracked('DeleteBucket', 2000)],
    },
  ]);
});

test('a group is told the last access of any member, a policy that of any holder', async (t) => {
  const iam = await openTestIam(t);
  const { Policy: policy } = await iam.call(createPolicy, {
    PolicyName: 'Photos',
    PolicyDocument: allow('s3:*'),
  });
  await iam.call(createGroup, { GroupName: 'Developers' });
  await iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: policy?.Arn });
  const ids = new Map<string, string>();
  for (const name of ['dave', 'member', 'idle', 'holder', 'other']) {
    const { User: user } = await iam.call(createUser, { UserName: name });
    ids.set(name, user?.UserId ?? '');
    if (name === 'holder') {
      await iam.call(attachUserPolicy, { UserName: name, PolicyArn: policy?.Arn });
    } else if (name !== 'other') {
      await iam.call(addUserToGroup, { UserName: name, GroupName: 'Developers' });
    }
  }
  ids.set('role', await addRole(iam, { name: 'PhotoAppRole', attached: [policy?.Arn ?? ''] }));
  const times = { dave: 1, member: 2, holder: 3, role: 4, other: 5 };
  for (const [name, time] of Object.entries(times)) {
    await access(iam, ids.get(name) ?? '', 's3', '', firstCallAt + time);
  }
  const last = async (path: string) => {
    const { ServicesLastAccessed: [s3, ...others] = [] } = await report(iam, path);
    assert.deepEqual(others, []);
    return [s3?.LastAuthenticatedEntity, s3?.TotalAuthenticatedEntities];
  };
  assert.deepEqual(await last('group/Developers'), [arnOf('user/member'), 2]);
  assert.deepEqual(await last('policy/Photos'), [arnOf('role/PhotoAppRole'), 4]);
  assert.deepEqual(await last('role/PhotoAppRole'), [arnOf('role/PhotoAppRole'), 1]);

  const members = [
    ['member', 'USER', firstCallAt + 2],
    ['dave', 'USER', firstCallAt + 1],
    ['idle', 'USER', undefined],
  ];
  assert.deepEqual(await entities(iam, 'group/Developers', 's3'), members);
  assert.deepEqual(await entities(iam, 'policy/Photos', 'S3'), [
    ['PhotoAppRole', 'ROLE', firstCallAt + 4],
    ['holder', 'USER', firstCallAt + 3],
    ...members,
  ]);
  assert.deepEqual(await entities(iam, 'policy/Photos', 'iam'), []);
  assert.deepEqual(await entities(iam, 'role/PhotoAppRole', 's3'), [
    ['PhotoAppRole', 'ROLE', firstCallAt + 4],
  ]);
});

test('a policy of AWS is told of the holders in the account', async (t) => {
  const iam = await openTestIam(t);
  const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const roleId = await addRole(iam, { name: 'admin', attached: [arn] });
  await addRole(iam.inAccount(secondAccount), { name: 'admin', attached: [arn] });
  await access(iam, roleId, 'iam', 'ListUsers', firstCallAt);
  const { JobId } = await iam.call(generateServiceLastAccessedDetails, { Arn: arn });
  const first = await iam.call(getServiceLastAccessedDetails, { JobId });
  assert.equal(first.ServicesLastAccessed?.length, 100);
  assert.equal(first.IsTruncated, true);
  const all = await iam.call(getServiceLastAccessedDetails, { JobId, MaxItems: 1000 });
  const namespaces = (all.ServicesLastAccessed ?? []).map((service) => service.ServiceNamespace);
  assert.ok(namespaces.length > 400);
  assert.deepEqual(namespaces, namespaces.toSorted());
  const used = all.ServicesLastAccessed?.filter((service) => service.LastAuthenticated);
  assert.deepEqual(
    used?.map((service) => service.LastAuthenticatedEntity),
    [arnOf('role/admin')],
  );
  const next = await iam.call(getServiceLastAccessedDetails, { JobId, Marker: first.Marker });
  assert.equal(next.ServicesLastAccessed?.[0]?.ServiceNamespace, namespaces[100]);
  const { JobId: other } = await iam.call(generateServiceLastAccessedDetails, { Arn: arn });
  await assertRefused(
    iam.call(getServiceLastAccessedDetails, { JobId: other, Marker: first.Marker }),
    'ValidationError',
    400,
    'Invalid Marker.',
  );
});

test('accesses of more than 400 days ago are not told', async (t) => {
  const iam = await openTestIam(t);
  const userId = await userWith(iam, 'dave', 's3:*');
  await access(iam, userId, 's3', '', firstCallAt - 401 * day);
  const { ServicesLastAccessed: [s3] = [] } = await report(iam, 'user/dave');
  assert.equal(s3?.LastAuthenticated, undefined);
  assert.equal(s3?.TotalAuthenticatedEntities, 0);
});

test('what an ARN names must exist, path included', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave', Path: '/team/' });
  const refused = async (arn: string, code: string, status: number, message: string) =>
    await assertRefused(
      iam.call(generateServiceLastAccessedDetails, { Arn: arn }),
      code,
      status,
      message,
    );
  for (const [path, message] of [
    ['user/dave', 'The user with name dave cannot be found.'],
    ['user/team/DAVE', 'The user with name DAVE cannot be found.'],
    ['group/Developers', 'The group with name Developers cannot be found.'],
    ['role/app/PhotoAppRole', 'The role with name PhotoAppRole cannot be found.'],
    ['policy/Photos', `Policy ${arnOf('policy/Photos')} was not found.`],
  ] as const) {
    await refused(arnOf(path), 'NoSuchEntity', 404, message);
  }
  for (const arn of ['root', 'mfa/phone', 'user/', 'user/a b'].map(arnOf)) {
    await refused(arn, 'InvalidInput', 400, `ARN ${arn} is not valid.`);
  }
});

test('a job is of its account and of who began it, for a day', async (t) => {
  const iam = await openTestIam(t);
  const userId = await userWith(iam, 'dave', 's3:*');
  const { JobId } = await job(iam, 'user/dave');
  const unknown = async (as: TestIam, id = JobId) => {
    const message = `Job ${id} was not found.`;
    const get = as.call(getServiceLastAccessedDetails, { JobId: id });
    await assertRefused(get, 'NoSuchEntity', 404, message);
    const input = { JobId: id, ServiceNamespace: 's3' };
    const withEntities = as.call(getServiceLastAccessedDetailsWithEntities, input);
    await assertRefused(withEntities, 'NoSuchEntity', 404, message);
  };
  await unknown(iam, '00000000-0000-4000-8000-000000000000');
  await unknown(iam.inAccount(secondAccount));
  await unknown(iam.as(rootCaller(firstAccount)));
  await unknown(iam.as(userCaller(firstAccount, userId, 'dave')));
  const admin = adminCaller(firstAccount);
  assert.ok(admin.kind === 'assumedRole');
  const session = { ...admin.session, sessionName: 'other' };
  await unknown(iam.as({ ...admin, session }));
  await iam.call(getServiceLastAccessedDetails, { JobId });
  await iam.store.transaction(async ({ database }) => {
    const created_at = firstCallAt - day;
    await database.updateTable('iam_access_job').set({ created_at }).execute();
  });
  await unknown(iam);
  await job(iam, 'user/dave');
  const jobs = await iam.store.database.selectFrom('iam_access_job').selectAll().execute();
  assert.equal(jobs.length, 1);
});

test('an account has its newest 1,000 jobs', async (t) => {
  const iam = await openTestIam(t);
  await userWith(iam, 'dave', 's3:*');
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    job_id: `job-${index}`,
    kind: 'GenerateServiceLastAccessedDetails',
    request: '{}',
    created_at: firstCallAt - 1000 + index,
  }));
  await iam.store.transaction(async ({ database }) => {
    for (const account_id of [firstAccount, secondAccount]) {
      const own = rows.map((row) => ({ ...row, account_id }));
      await database.insertInto('iam_access_job').values(own).execute();
    }
  });
  const { JobId } = await job(iam, 'user/dave');
  const kept = await iam.store.database
    .selectFrom('iam_access_job')
    .select(['account_id', 'job_id'])
    .execute();
  const ids = (account: string) =>
    kept.filter((row) => row.account_id === account).map((row) => row.job_id);
  assert.equal(ids(secondAccount).length, 1000);
  assert.deepEqual(
    new Set(ids(firstAccount)),
    new Set([...rows.slice(1).map((row) => row.job_id), JobId]),
  );
});

test('the report of who was deleted since has failed', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const { JobId } = await job(iam, 'user/dave');
  await iam.call(deleteUser, { UserName: 'dave' });
  await userWith(iam, 'dave', 's3:*');
  const error = { Code: 'NoSuchEntity', Message: `ARN ${arnOf('user/dave')} was not found.` };
  const answer = await iam.call(getServiceLastAccessedDetails, { JobId });
  assert.deepEqual(
    [answer.JobStatus, answer.ServicesLastAccessed, answer.Error],
    ['FAILED', [], error],
  );
  const input = { JobId, ServiceNamespace: 's3' };
  const withEntities = await iam.call(getServiceLastAccessedDetailsWithEntities, input);
  assert.deepEqual(
    [withEntities.JobStatus, withEntities.EntityDetailsList, withEntities.Error],
    ['FAILED', [], error],
  );
});
