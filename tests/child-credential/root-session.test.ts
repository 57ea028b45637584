import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Credentials, openTestServices } from '../../packages/services/src/testing.ts';
import { isAllowed } from '../escalation/refusal.ts';

const Bucket = 'photos';
const lockedAway = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
  },
});

it('a session of the root user does its task and nothing else', async (test) => {
  const { services, call } = await openTestServices(test);
  const may = (credentials: Credentials, service: 'iam' | 's3', operation: string, input: object) =>
    isAllowed(call(service, operation, input, credentials));
  await call('s3', 'CreateBucket', { Bucket });
  await call('s3', 'CreateBucket', { Bucket: 'others' });
  await call('s3', 'PutBucketPolicy', { Bucket, Policy: lockedAway });
  const unlocks = await services.operator.credentials({ rootTask: 'S3UnlockBucketPolicy' });
  const audits = await services.operator.credentials({ rootTask: 'IAMAuditRootUserCredentials' });
  for (const root of [unlocks, audits]) {
    assert.equal(await may(root, 'iam', 'CreateUser', { UserName: 'dave' }), false);
    assert.equal(await may(root, 's3', 'ListObjectsV2', { Bucket: 'others' }), false);
    assert.equal(await may(root, 's3', 'DeleteBucket', { Bucket: 'others' }), false);
  }
  assert.equal(await isAllowed(call('s3', 'DeleteBucketPolicy', { Bucket })), false);
  assert.equal(await may(audits, 's3', 'DeleteBucketPolicy', { Bucket }), false);
  assert.equal(await may(unlocks, 's3', 'DeleteBucketPolicy', { Bucket }), true);
  assert.equal(await isAllowed(call('s3', 'ListObjectsV2', { Bucket })), true);
});
