import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListMultipartUploadsOutput, ListMultipartUploadsRequest } from '@aws-sdk/client-s3';
import { createBucket } from './bucket.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { createMultipartUpload } from './multipart-upload.ts';
import { assertRefused, body, openTestS3, type TestS3 } from './testing.ts';
import { uploadPart } from './upload-part.ts';

const Bucket = 'photos';

async function withUploads(
  t: Parameters<typeof openTestS3>[0],
  keys: readonly string[],
): Promise<{ readonly s3: TestS3; readonly ids: string[] }> {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  const ids: string[] = [];
  for (const Key of keys) {
    const { UploadId = '' } = await s3.root.call(createMultipartUpload, {
      Bucket,
      Key,
      ChecksumAlgorithm: 'CRC32',
    });
    ids.push(UploadId);
  }
  return { s3, ids };
}

test('uploads are listed by key, then by when they were begun', async (t) => {
  const { s3, ids } = await withUploads(t, ['b', 'a', 'b', 'b']);
  const all = await s3.root.call(listMultipartUploads, { Bucket });
  const [b1, a, b2, b3] = ids;
  assert.deepEqual(
    all.Uploads?.map((upload) => upload.UploadId),
    [a, b1, b2, b3],
  );
  assert.equal(all.IsTruncated, false);
  const [upload] = all.Uploads ?? [];
  assert.equal(upload?.Initiator?.ID, 'arn:aws:iam::111111111111:root');
  assert.equal(upload?.ChecksumAlgorithm, 'CRC32');
  assert.equal(upload?.ChecksumType, 'COMPOSITE');
});

test('uploads come page by page', async (t) => {
  const { s3, ids } = await withUploads(t, ['a', 'b', 'b', 'b', 'c']);
  const seen: (string | undefined)[] = [];
  let marker: Partial<ListMultipartUploadsRequest> | undefined = {};
  while (marker) {
    const input: ListMultipartUploadsRequest = { Bucket, MaxUploads: 2, ...marker };
    const page: ListMultipartUploadsOutput = await s3.root.call(listMultipartUploads, input);
    seen.push(...(page.Uploads ?? []).map((upload) => upload.UploadId));
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }
  assert.deepEqual(seen, ids);
  const behind = await s3.root.call(listMultipartUploads, { Bucket, KeyMarker: 'b' });
  assert.deepEqual(
    behind.Uploads?.map((upload) => upload.Key),
    ['c'],
  );
});

test('uploads are rolled up', async (t) => {
  const { s3 } = await withUploads(t, ['a/1', 'a/2', 'b', 'c/1']);
  const list = (input: Partial<ListMultipartUploadsRequest>) =>
    s3.root.call(listMultipartUploads, { Bucket, Delimiter: '/', ...input });
  const top = await list({});
  assert.deepEqual(
    [top.Uploads?.map(({ Key }) => Key), top.CommonPrefixes?.map(({ Prefix }) => Prefix)],
    [['b'], ['a/', 'c/']],
  );
  const page = await list({ MaxUploads: 1 });
  assert.equal(page.NextKeyMarker, 'a/');
  const next = await list({ MaxUploads: 1, KeyMarker: 'a/', EncodingType: 'url' });
  assert.deepEqual(
    next.Uploads?.map(({ Key }) => Key),
    ['b'],
  );
});

test('parts are listed by number, page by page', async (t) => {
  const { s3, ids } = await withUploads(t, ['a']);
  const place = { Bucket, Key: 'a', UploadId: ids[0] ?? '' };
  for (const PartNumber of [3, 1, 20]) {
    await s3.root.call(uploadPart, { ...place, PartNumber, Body: body(String(PartNumber)) });
  }
  const page = await s3.root.call(listParts, { ...place, MaxParts: 2 });
  assert.deepEqual(
    page.Parts?.map((part) => part.PartNumber),
    [1, 3],
  );
  assert.equal(page.Parts?.[0]?.ETag, '"c4ca4238a0b923820dcc509a6f75849b"');
  assert.equal(page.Parts?.[0]?.ChecksumCRC32, 'g9zvtw==');
  assert.equal(page.Parts?.[0]?.Size, 1);
  assert.equal(page.IsTruncated, true);
  assert.equal(page.NextPartNumberMarker, '3');
  const rest = await s3.root.call(listParts, { ...place, PartNumberMarker: '3' });
  assert.deepEqual(
    rest.Parts?.map((part) => part.PartNumber),
    [20],
  );
  assert.equal(rest.IsTruncated, false);
  const odd = s3.root.call(listParts, { ...place, PartNumberMarker: 'x' });
  await assertRefused(odd, 'InvalidArgument', 400);
  const other = s3.root.call(listParts, { ...place, UploadId: 'none' });
  await assertRefused(other, 'NoSuchUpload', 404);
});
