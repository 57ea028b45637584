import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './bucket.ts';
import { isBucketName } from './bucket-name.ts';
import { deleteObject } from './delete-object.ts';
import { createMultipartUpload } from './multipart-upload.ts';
import { putObject } from './put-object.ts';
import {
  assertRefused,
  body,
  firstAccount,
  openTestS3,
  secondAccount,
  type TestS3,
} from './testing.ts';
import { uploadPart } from './upload-part.ts';

test('a bucket is made, found, listed and deleted', async (t) => {
  const s3 = await openTestS3(t);
  const made = await s3.root.call(createBucket, { Bucket: 'photos' });
  assert.equal(made.Location, '/photos');
  const head = await s3.root.call(headBucket, { Bucket: 'photos' });
  assert.equal(head.BucketRegion, 'us-east-1');
  const listed = await s3.root.call(listBuckets, {});
  assert.deepEqual(
    listed.Buckets?.map((bucket) => bucket.Name),
    ['photos'],
  );
  assert.match(listed.Owner?.ID ?? '', /^[0-9a-f]{64}$/);
  await s3.root.call(deleteBucket, { Bucket: 'photos' });
  await assertRefused(s3.root.call(headBucket, { Bucket: 'photos' }), 'NoSuchBucket', 404);
  const change = { accountId: firstAccount, kind: 'bucket', id: 'photos' };
  assert.deepEqual(s3.changes, [change, change]);
});

test('each account lists its own buckets only, and names are unique over all accounts', async (t) => {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket: 'photos' });
  const error = await assertRefused(
    s3.otherRoot.call(createBucket, { Bucket: 'photos' }),
    'BucketAlreadyExists',
    409,
  );
  assert.equal(error.details.BucketName, 'photos');
  const listed = await s3.otherRoot.call(listBuckets, {});
  assert.deepEqual(listed.Buckets, []);
  await assertRefused(s3.anonymous.call(listBuckets, {}), 'AccessDenied', 403);
});

test('making a bucket again: no error in us-east-1, an error elsewhere', async (t) => {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket: 'photos' });
  await s3.root.call(putObject, { Bucket: 'photos', Key: 'a', Body: body('a') });
  await s3.root.call(createBucket, { Bucket: 'photos' });
  assert.equal((await s3.files()).length, 1);
  const elsewhere = s3.root.inRegion('eu-west-1');
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  const input = { Bucket: 'fotos', CreateBucketConfiguration };
  await elsewhere.call(createBucket, input);
  await assertRefused(elsewhere.call(createBucket, input), 'BucketAlreadyOwnedByYou', 409);
});

test('the region comes from the location constraint', async (t) => {
  const s3 = await openTestS3(t);
  const make = (caller: TestS3['root'], Bucket: string, LocationConstraint?: string) =>
    caller.call(createBucket, {
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: LocationConstraint as 'EU' | undefined },
    });
  await make(s3.root, 'in-ireland', 'EU');
  await make(s3.root, 'in-frankfurt', 'eu-central-1');
  await make(s3.root, 'in-virginia');
  const location = async (Bucket: string) =>
    (await s3.root.call(getBucketLocation, { Bucket })).LocationConstraint;
  assert.equal(await location('in-ireland'), 'eu-west-1');
  assert.equal(await location('in-frankfurt'), 'eu-central-1');
  assert.equal(await location('in-virginia'), undefined);
  for (const constraint of ['us-east-1', 'nowhere', 'eu-west-1/x']) {
    await assertRefused(make(s3.root, 'other', constraint), 'InvalidLocationConstraint', 400);
  }
  const inParis = s3.root.inRegion('eu-west-3');
  for (const constraint of [undefined, 'us-west-2']) {
    await assertRefused(
      make(inParis, 'other', constraint),
      'IllegalLocationConstraintException',
      400,
    );
  }
  await make(inParis, 'in-paris', 'eu-west-3');
  // s3cmd's word for us-east-1.
  await make(s3.root.inRegion('US'), 'of-s3cmd');
  assert.equal(await location('of-s3cmd'), undefined);
});

test('bucket names keep to the rules', async (t) => {
  const s3 = await openTestS3(t);
  const good = ['abc', 'a-b.c', '1.2.3', 'x'.repeat(63), '0ab'];
  const bad = ['ab', 'x'.repeat(64), 'Photos', 'a_b', '-ab', 'ab-', '.ab', 'ab.', 'a..b'];
  const reserved = ['192.168.5.4', 'xn--abc', 'sthree-abc', 'abc-s3alias', 'abc--x-s3', 'a/b'];
  const own = ['healthz', 'readyz', 'console', 'latest'];
  assert.deepEqual(good.filter(isBucketName), good);
  assert.deepEqual([...bad, ...reserved, ...own].filter(isBucketName), []);
  await assertRefused(s3.root.call(createBucket, { Bucket: 'console' }), 'InvalidBucketName', 400);
});

test('what cannot be honoured is refused when a bucket is made', async (t) => {
  const s3 = await openTestS3(t);
  const make = (input: object) => s3.root.call(createBucket, { Bucket: 'photos', ...input });
  const lists = 'AccessControlListNotSupported';
  await assertRefused(make({ ACL: 'public-read' }), lists, 400);
  await assertRefused(make({ GrantRead: 'uri="x"' }), lists, 400);
  await assertRefused(make({ ObjectLockEnabledForBucket: true }), 'NotImplemented', 501);
  await assertRefused(make({ ObjectOwnership: 'ObjectWriter' }), 'NotImplemented', 501);
  const Tags = [{ Key: 'team', Value: 'red' }];
  await assertRefused(make({ CreateBucketConfiguration: { Tags } }), 'NotImplemented', 501);
  assert.deepEqual((await s3.root.call(listBuckets, {})).Buckets, []);
  await make({ ACL: 'private', ObjectOwnership: 'BucketOwnerEnforced' });
});

test('a bucket with objects is not deleted; uploads under way go with it', async (t) => {
  const s3 = await openTestS3(t);
  const Bucket = 'photos';
  await s3.root.call(createBucket, { Bucket });
  await s3.root.call(putObject, { Bucket, Key: 'a', Body: body('a') });
  const { UploadId } = await s3.root.call(createMultipartUpload, { Bucket, Key: 'b' });
  const part = { Bucket, Key: 'b', UploadId, PartNumber: 1, Body: body('part') };
  await s3.root.call(uploadPart, part);
  await assertRefused(s3.root.call(deleteBucket, { Bucket }), 'BucketNotEmpty', 409);
  await s3.root.call(deleteObject, { Bucket, Key: 'a' });
  const [file = ''] = await s3.files();
  await s3.root.call(deleteBucket, { Bucket });
  assert.deepEqual(await s3.files(), []);
  await assert.rejects(async () => {
    for await (const _ of s3.store.objectFiles.read(file));
  });
});

test('buckets are listed page by page', async (t) => {
  const s3 = await openTestS3(t);
  for (const Bucket of ['a-1', 'a-2', 'a-3', 'b-1']) await s3.root.call(createBucket, { Bucket });
  const names: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.root.call(listBuckets, {
      MaxBuckets: 2,
      Prefix: 'a-',
      ContinuationToken,
    });
    names.push(...(page.Buckets ?? []).map((bucket) => bucket.Name));
    ContinuationToken = page.ContinuationToken;
  } while (ContinuationToken !== undefined);
  assert.deepEqual(names, ['a-1', 'a-2', 'a-3']);
  const { ContinuationToken: foreign } = await s3.root.call(listBuckets, { MaxBuckets: 1 });
  const taken = s3.otherRoot.call(listBuckets, { ContinuationToken: foreign });
  await assertRefused(taken, 'InvalidArgument', 400);
  const forged = s3.root.call(listBuckets, { ContinuationToken: 'YS0y' });
  await assertRefused(forged, 'InvalidArgument', 400);
  const there = await s3.root.call(listBuckets, { BucketRegion: 'eu-west-1' });
  assert.deepEqual(there.Buckets, []);
});

test('the expected owner is held against the real one', async (t) => {
  const s3 = await openTestS3(t);
  const Bucket = 'photos';
  await s3.root.call(createBucket, { Bucket });
  const head = (ExpectedBucketOwner: string) =>
    s3.root.call(headBucket, { Bucket, ExpectedBucketOwner });
  await assertRefused(head(secondAccount), 'AccessDenied', 403);
  await head(firstAccount);
});

test('who may not is told nothing of what exists', async (t) => {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket: 'photos' });
  const dave = await s3.user(firstAccount, 'dave');
  for (const Bucket of ['photos', 'nowhere']) {
    await assertRefused(dave.call(headBucket, { Bucket }), 'AccessDenied', 403);
    await assertRefused(s3.otherRoot.call(deleteBucket, { Bucket: 'photos' }), 'AccessDenied', 403);
    await assertRefused(s3.anonymous.call(headBucket, { Bucket }), 'AccessDenied', 403);
  }
  await assertRefused(dave.call(createBucket, { Bucket: 'photos' }), 'AccessDenied', 403);
});
