import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstAccountId, openTestServices } from '../testing.ts';

/** A policy that locks everybody out, and the way out of it. */
const Policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
  },
});
const Bucket = 'photos';
const everyTask = ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'];

describe('a bucket whose policy denies everybody', () => {
  it('is opened by the root user of its account, and by nobody else', async (test) => {
    const { services, call, administrator } = await openTestServices(test);
    const { operator } = services;
    await operator.createAccount({ name: 'second', accountId: '222222222222' });
    await call('s3', 'CreateBucket', { Bucket });
    await call('s3', 'PutBucketPolicy', { Bucket, Policy });
    const root = await operator.credentials({ rootTask: 'S3UnlockBucketPolicy' });
    const otherTask = await operator.credentials({ rootTask: 'SQSUnlockQueuePolicy' });
    const otherRoot = await operator.credentials({
      accountId: '222222222222',
      rootTask: 'S3UnlockBucketPolicy',
    });
    for (const operation of everyTask) {
      for (const by of [administrator, otherTask, otherRoot]) {
        const attempt = call('s3', operation, { Bucket, Policy }, by);
        await assert.rejects(attempt, { code: 'AccessDenied' }, operation);
      }
    }
    // Only these three: whatever else the policy denies stays denied.
    for (const operation of ['GetBucketPolicyStatus', 'ListObjectsV2', 'DeleteBucket']) {
      const attempt = call('s3', operation, { Bucket }, root);
      await assert.rejects(attempt, { code: 'AccessDenied' }, operation);
    }
    assert.deepEqual(await call('s3', 'GetBucketPolicy', { Bucket }, root), { Policy });
    await call('s3', 'PutBucketPolicy', { Bucket, Policy }, root);
    await call('s3', 'DeleteBucketPolicy', { Bucket }, root);
    await call('s3', 'ListObjectsV2', { Bucket });
    // A root user without a policy in the way is limited to the task all the same.
    await assert.rejects(call('s3', 'ListObjectsV2', { Bucket }, root), {
      code: 'AccessDenied',
      message:
        `User: arn:aws:iam::${firstAccountId}:root is not authorized to perform: s3:ListBucket on ` +
        'resource: "arn:aws:s3:::photos" with an explicit deny in a session policy: ' +
        'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy',
    });
  });
});
