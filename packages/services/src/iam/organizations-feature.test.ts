import { test } from 'node:test';
import {
  generateOrganizationsAccessReport,
  getOrganizationsAccessReport,
} from './organizations-access-report.ts';
import {
  disableOrganizationsRootCredentialsManagement,
  disableOrganizationsRootSessions,
  enableOrganizationsRootCredentialsManagement,
  enableOrganizationsRootSessions,
  listOrganizationsFeatures,
} from './organizations-feature.ts';
import { assertRefused, openTestIam } from './testing.ts';

const noOrganization = [
  'OrganizationNotFoundException',
  400,
  'The request was rejected because no organization is associated with your account.',
] as const;

test('an account in no organization has no features of one', async (t) => {
  const iam = await openTestIam(t);
  for (const operation of [
    disableOrganizationsRootCredentialsManagement,
    disableOrganizationsRootSessions,
    enableOrganizationsRootCredentialsManagement,
    enableOrganizationsRootSessions,
    listOrganizationsFeatures,
  ]) {
    await assertRefused(iam.call(operation, {}), ...noOrganization);
  }
});

test('an account in no organization has no reports on one', async (t) => {
  const iam = await openTestIam(t);
  const entity = { EntityPath: 'o-a1b2c3d4e5/r-f6g7' };
  await assertRefused(iam.call(generateOrganizationsAccessReport, entity), ...noOrganization);
  const JobId = 'examplea-1234-b567-cde8-90fg123abcd4';
  await assertRefused(
    iam.call(getOrganizationsAccessReport, { JobId }),
    'NoSuchEntity',
    404,
    `The job with id ${JobId} cannot be found.`,
  );
});
