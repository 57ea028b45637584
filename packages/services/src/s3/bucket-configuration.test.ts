import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Operation } from '../operation.ts';
import { getBucketAcl, getObjectAcl } from './access-control-list.ts';
import { createBucket } from './bucket.ts';
import { canonicalUserId } from './owner.ts';
import { putObject } from './put-object.ts';
import { s3Operations } from './service.ts';
import {
  assertRefused,
  body,
  firstAccount,
  openTestS3,
  secondAccount,
  type TestS3,
} from './testing.ts';

const Bucket = 'photos';

async function withBucket(t: TestContext): Promise<TestS3> {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  return s3;
}

/** What a bucket that nobody has touched answers: its output, or an error's code. */
const untouched: Readonly<Record<string, object | string>> = {
  GetBucketAbac: { AbacStatus: { Status: 'Disabled' } },
  GetBucketAccelerateConfiguration: {},
  GetBucketCors: 'NoSuchCORSConfiguration',
  GetBucketEncryption: 'ServerSideEncryptionConfigurationNotFoundError',
  GetBucketLifecycleConfiguration: 'NoSuchLifecycleConfiguration',
  GetBucketLogging: {},
  GetBucketNotificationConfiguration: {},
  GetBucketOwnershipControls: {
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  },
  GetBucketReplication: 'ReplicationConfigurationNotFoundError',
  GetBucketRequestPayment: { Payer: 'BucketOwner' },
  GetBucketTagging: 'NoSuchTagSet',
  GetBucketVersioning: {},
  GetBucketWebsite: 'NoSuchWebsiteConfiguration',
  GetObjectLockConfiguration: 'ObjectLockConfigurationNotFoundError',
  GetPublicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
};

test('every configuration is that of a bucket that never had one', async (t) => {
  const s3 = await withBucket(t);
  const nobody = await s3.user(firstAccount, 'without-policies');
  for (const [name, expected] of Object.entries(untouched)) {
    const operation = s3Operations[name] as unknown as Operation<object, unknown, unknown>;
    const call = (caller = s3.root, input: object = {}) =>
      caller.call(operation, { Bucket, ...input });
    if (typeof expected === 'string') await assertRefused(call(), expected, 404);
    else assert.deepEqual(await call(), expected, name);
    await assertRefused(call(s3.root, { Bucket: 'none' }), 'NoSuchBucket', 404);
    const stranger = { ExpectedBucketOwner: secondAccount };
    await assertRefused(call(s3.root, stranger), 'AccessDenied', 403);
    for (const caller of [nobody, s3.otherRoot, s3.anonymous]) {
      await assertRefused(call(caller), 'AccessDenied', 403);
    }
  }
});

test('a list of access is its owner', async (t) => {
  const s3 = await withBucket(t);
  const Key = 'pic.jpg';
  await s3.root.call(putObject, { Bucket, Key, Body: body('x') });
  const ID = canonicalUserId(firstAccount);
  const expected = {
    Owner: { ID },
    Grants: [{ Grantee: { Type: 'CanonicalUser', ID }, Permission: 'FULL_CONTROL' }],
  };
  assert.deepEqual(await s3.root.call(getBucketAcl, { Bucket }), expected);
  assert.deepEqual(await s3.root.call(getObjectAcl, { Bucket, Key }), expected);
  const ofVersion = { Bucket, Key, VersionId: 'null' };
  assert.deepEqual(await s3.root.call(getObjectAcl, ofVersion), expected);
  await assertRefused(s3.root.call(getObjectAcl, { Bucket, Key: 'none' }), 'NoSuchKey', 404);
  const reader = await s3.user(firstAccount, 'reader', [
    { Effect: 'Allow', Action: 's3:GetObjectAcl', Resource: '*' },
  ]);
  assert.deepEqual(await reader.call(getObjectAcl, { Bucket, Key }), expected);
  await assertRefused(reader.call(getObjectAcl, ofVersion), 'AccessDenied', 403);
  await assertRefused(reader.call(getObjectAcl, { Bucket, Key: 'none' }), 'AccessDenied', 403);
  await assertRefused(s3.anonymous.call(getObjectAcl, { Bucket, Key }), 'AccessDenied', 403);
});
