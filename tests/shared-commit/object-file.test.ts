import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createBucket, deleteBucket } from '../../packages/services/src/s3/bucket.ts';
import { putBucketPolicy } from '../../packages/services/src/s3/bucket-policy.ts';
import { getObject } from '../../packages/services/src/s3/get-object.ts';
import { putObject } from '../../packages/services/src/s3/put-object.ts';
import {
  body,
  firstAccount,
  openTestS3,
  type TestS3,
  textOf,
} from '../../packages/services/src/s3/testing.ts';
import { testingStore } from '../../packages/services/src/testing-store.ts';
import { commitBreaker } from '../../packages/store/src/test-support.ts';
import { openFileStore, storedFiles, together } from './together.ts';

// In memory each transaction has a commit of its own.
testingStore.open = openFileStore;

const Bucket = 'photos';

async function withBuckets(t: TestContext): Promise<TestS3> {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  await s3.root.call(createBucket, { Bucket: 'other' });
  return s3;
}

function put({ root }: Pick<TestS3, 'root'>, bucket: string, Key = 'key') {
  return () => root.call(putObject, { Bucket: bucket, Key, Body: body('hello') });
}

function codes(outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'done'));
}

describe('calls that share a commit', () => {
  it('find no bucket that one before deleted, and remove what they stored', async (t) => {
    const s3 = await withBuckets(t);
    const outcomes = await together(s3.store, [
      () => s3.root.call(deleteBucket, { Bucket }),
      put(s3, Bucket),
      put(s3, 'other'),
    ]);
    assert.deepEqual(codes(outcomes), ['done', 'NoSuchBucket', 'done']);
    assert.equal((await s3.files()).length, 1);
    assert.equal(storedFiles(s3.store).length, 1);
    const { Body } = await s3.root.call(getObject, { Bucket: 'other', Key: 'key' });
    assert.equal(await textOf(Body), 'hello');
  });

  it('are refused by a bucket policy that one before wrote', async (t) => {
    const s3 = await withBuckets(t);
    const Action = 's3:PutObject';
    const user = await s3.user(firstAccount, 'caller', [
      { Effect: 'Allow', Action, Resource: '*' },
    ]);
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const Statement = { Effect: 'Deny', Principal: '*', Action, Resource };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const outcomes = await together(s3.store, [
      put({ root: user }, Bucket, 'before'),
      () => s3.root.call(putBucketPolicy, { Bucket, Policy }),
      put({ root: user }, Bucket, 'after'),
    ]);
    assert.deepEqual(codes(outcomes), ['done', 'done', 'AccessDenied']);
    assert.equal((await s3.files()).length, 1);
    assert.equal(storedFiles(s3.store).length, 1);
  });

  it('are refused to a user whom one before deleted', async (t) => {
    const s3 = await withBuckets(t);
    const Action = 's3:PutObject';
    const user = await s3.user(firstAccount, 'caller', [
      { Effect: 'Allow', Action, Resource: '*' },
    ]);
    const outcomes = await together(s3.store, [
      put({ root: user }, Bucket, 'before'),
      () => s3.deleteUser(user),
      put({ root: user }, Bucket, 'after'),
    ]);
    assert.deepEqual(codes(outcomes), ['done', 'done', 'AccessDenied']);
    assert.equal(storedFiles(s3.store).length, 1);
  });

  it('keep what they stored when nobody knows, unless they failed by themselves', async (t) => {
    const s3 = await withBuckets(t);
    const broken = await commitBreaker(s3.store);
    const outcomes = await together(s3.store, [
      () => s3.root.call(deleteBucket, { Bucket }),
      put(s3, Bucket),
      put(s3, 'other'),
      broken,
    ]);
    const failure = 'SQLITE_CONSTRAINT_FOREIGNKEY';
    assert.deepEqual(codes(outcomes), [failure, failure, failure, failure]);
    assert.deepEqual(await s3.files(), []);
    assert.equal(storedFiles(s3.store).length, 1);
    await put(s3, Bucket)();
  });
});
