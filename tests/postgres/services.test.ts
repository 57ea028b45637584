/** What the services' own tests say of order, pages, names and conflicts, over PostgreSQL. */
import { testingStore } from '../../packages/services/src/testing-store.ts';
import { openPostgresStore } from '../../packages/store/src/test-support.ts';

testingStore.open = () => openPostgresStore();

const services = '../../packages/services/src';
const suites = [
  'dispatch',
  'dispatch-record',
  'ec2/instance',
  'ec2/instance-profile-association',
  'ec2/instance-transition',
  'ec2/run-instances',
  'ec2/tag',
  'authentication/authenticate',
  'iam/access-key',
  'iam/account-authorization-details',
  'iam/attached-policy',
  'iam/credential-report',
  'iam/group',
  'iam/inline-policy',
  'iam/last-accessed',
  'iam/managed-policy',
  'iam/pagination',
  'iam/policies-granting-service-access',
  'iam/policy-version',
  'iam/service-last-accessed',
  'iam/tag',
  'iam/user',
  's3/bucket',
  's3/list-objects',
  's3/list-uploads',
  's3/multipart-upload',
];
for (const suite of suites) await import(`${services}/${suite}.test.ts`);
