import { userIdOf } from '../../authentication/caller.ts';
import { adminCaller, firstAccount, firstCallAt, type TestIam } from '../testing.ts';

/** Jobs that the administrator began, by what they are about. */
export const jobIds = {
  group: '00000000-0000-4000-8000-00000000000a',
  expired: '00000000-0000-4000-8000-00000000000b',
} as const;

/**
 * A report of credentials that is still the current one, what users and a role last did, and two
 * jobs about it, one of long ago. Of the second account all of it is later.
 */
export async function populateReports(iam: TestIam, ids: Map<string, string>): Promise<void> {
  ids.set('account', iam.accountId);
  const account_id = iam.accountId;
  const later = iam.accountId === firstAccount ? 0 : 500;
  const caller = adminCaller(iam.accountId);
  const request = {
    arn: `arn:aws:iam::${iam.accountId}:group/d/Developers`,
    id: ids.get('group Developers'),
    granularity: 'ACTION_LEVEL',
    callerId: caller.kind === 'anonymous' ? '' : userIdOf(caller),
  };
  const job = { account_id, kind: 'GenerateServiceLastAccessedDetails' };
  const accesses = [
    ['user dave', 's3', 'CreateBucket', -1000],
    ['user analyst', 's3', '', -2000],
    ['user leaver', 's3', '', -100],
    ['role DRole', 's3', '', -200],
    ['role IdleRole', 's3', '', -100],
    ['user dave', 'iam', 'ListUsers', -300],
  ] as const;
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_credential_report')
      .values({
        account_id,
        content: `user,arn\n<root_account>,arn:aws:iam::${iam.accountId}:root`,
        generated_at: firstCallAt,
      })
      .execute();
    await database
      .insertInto('iam_last_accessed')
      .values(
        accesses.map(([entity, service, action, at]) => ({
          account_id,
          entity_id: ids.get(entity) ?? '',
          service,
          action,
          accessed_at: firstCallAt + at + later,
          region: 'eu-west-1',
        })),
      )
      .execute();
    await database
      .insertInto('iam_access_job')
      .values([
        { ...job, job_id: jobIds.group, request: JSON.stringify(request), created_at: firstCallAt },
        { ...job, job_id: jobIds.expired, request: '{}', created_at: firstCallAt - 86_400_000 },
      ])
      .execute();
  });
}
