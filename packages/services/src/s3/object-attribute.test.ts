import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBucket } from './bucket.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { createMultipartUpload } from './multipart-upload.ts';
import { getObjectAttributes } from './object-attribute.ts';
import { putObject } from './put-object.ts';
import { assertRefused, body, firstAccount, firstCallAt, openTestS3 } from './testing.ts';
import { uploadPart } from './upload-part.ts';

const Bucket = 'photos';
const all = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const;
/** The CRC-64/NVME of `123456789`. */
const crc64 = Buffer.from('ae8b14860a799888', 'hex').toString('base64');

test('what is asked for is told, and nothing else', async (t) => {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  const Key = 'pic.jpg';
  const { ETag } = await s3.root.call(putObject, { Bucket, Key, Body: body('123456789') });
  const get = (...ObjectAttributes: (typeof all)[number][]) =>
    s3.root.call(getObjectAttributes, { Bucket, Key, ObjectAttributes });
  const LastModified = new Date(firstCallAt + 2000);
  const Checksum = { ChecksumCRC64NVME: crc64, ChecksumType: 'FULL_OBJECT' };
  assert.deepEqual(await get(...all), {
    LastModified,
    ETag: ETag?.replaceAll('"', ''),
    Checksum,
    ObjectParts: undefined,
    StorageClass: 'STANDARD',
    ObjectSize: 9,
  });
  assert.deepEqual(await get('Checksum'), { LastModified, Checksum });
  const missing = { Bucket, Key: 'none', ObjectAttributes: [...all] };
  await assertRefused(s3.root.call(getObjectAttributes, missing), 'NoSuchKey', 404);
});

test('of parts it tells how many they were', async (t) => {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  const upload = { Bucket, Key: 'parts' };
  const { UploadId } = await s3.root.call(createMultipartUpload, upload);
  const part = { ...upload, UploadId, PartNumber: 1, Body: body('123456789') };
  const { ETag } = await s3.root.call(uploadPart, part);
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const whole = { ...upload, UploadId, MultipartUpload };
  const completed = await s3.root.call(completeMultipartUpload, whole);
  assert.equal(completed.ChecksumCRC64NVME, crc64, 'S3 chooses a checksum for the whole');
  const asked = { ...upload, ObjectAttributes: [...all] };
  const told = await s3.root.call(getObjectAttributes, asked);
  assert.deepEqual(told.ObjectParts, { TotalPartsCount: 1 });
  assert.deepEqual(told.Checksum, { ChecksumCRC64NVME: crc64, ChecksumType: 'FULL_OBJECT' });
});

test('attributes and the object are two permissions', async (t) => {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  const Key = 'pic.jpg';
  await s3.root.call(putObject, { Bucket, Key, Body: body('x') });
  const ask = { Bucket, Key, ObjectAttributes: [...all] };
  const actions = ['s3:GetObject', 's3:GetObjectAttributes'];
  const allow = (Action: readonly string[]) => [{ Effect: 'Allow', Action, Resource: '*' }];
  const both = await s3.user(firstAccount, 'both', allow(actions));
  assert.equal((await both.call(getObjectAttributes, ask)).ObjectSize, 1);
  const ofVersion = { ...ask, VersionId: 'null' };
  await assertRefused(both.call(getObjectAttributes, ofVersion), 'AccessDenied', 403);
  for (const action of actions) {
    const one = await s3.user(firstAccount, `only-${action.slice(3)}`, allow([action]));
    await assertRefused(one.call(getObjectAttributes, ask), 'AccessDenied', 403);
  }
});
