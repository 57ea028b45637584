/** What the services' own tests say of order, pages, names and conflicts, over PostgreSQL. */
import { testingStore } from '../../packages/services/src/testing-store.ts';
import { openPostgresStore } from '../../packages/store/src/test-support.ts';

testingStore.open = () => openPostgresStore();

const services = '../../packages/services/src';
const suites = [
  'dispatch',
  'iam/access-key',
  'iam/attached-policy',
  'iam/group',
  'iam/inline-policy',
  'iam/managed-policy',
  'iam/pagination',
  'iam/policy-version',
  'iam/tag',
  'iam/user',
  's3/bucket',
  's3/list-objects',
  's3/list-uploads',
  's3/multipart-upload',
];
for (const suite of suites) await import(`${services}/${suite}.test.ts`);
