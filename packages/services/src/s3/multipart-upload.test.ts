import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type {
  CompletedPart,
  CompleteMultipartUploadRequest,
  CreateMultipartUploadRequest,
} from '@aws-sdk/client-s3';
import { createBucket } from './bucket.ts';
import { findChecksumAlgorithm } from './checksum/checksum-algorithm.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { getObject, headObject } from './get-object.ts';
import { abortMultipartUpload, createMultipartUpload } from './multipart-upload.ts';
import { getObjectTagging } from './object-tagging.ts';
import { putObject } from './put-object.ts';
import {
  assertRefused,
  body,
  bytesOf,
  firstAccount,
  openTestS3,
  type TestS3,
  textOf,
} from './testing.ts';
import { type UploadPartInput, uploadPart, uploadPartCopy } from './upload-part.ts';

const Bucket = 'photos';
const Key = 'film.mp4';
const mebibyte = 1024 * 1024;
const first = Buffer.alloc(5 * mebibyte, 'first');
const second = Buffer.alloc(6 * mebibyte + 3, 'second');
const last = Buffer.from('last');

async function withUpload(
  t: Parameters<typeof openTestS3>[0],
  input: Partial<CreateMultipartUploadRequest> = {},
) {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  return { s3, UploadId: await begin(s3, input) };
}

async function begin(s3: TestS3, input: Partial<CreateMultipartUploadRequest> = {}) {
  const begun = await s3.root.call(createMultipartUpload, { Bucket, Key, ...input });
  return begun.UploadId ?? '';
}

async function upload(
  s3: TestS3,
  UploadId: string,
  PartNumber: number,
  content: string | Uint8Array,
  input: Partial<UploadPartInput> = {},
): Promise<CompletedPart> {
  const part = { Bucket, Key, UploadId, PartNumber, Body: body(content), ...input };
  const { ETag } = await s3.root.call(uploadPart, part);
  return { PartNumber, ETag };
}

function complete(
  s3: TestS3,
  UploadId: string,
  Parts: CompletedPart[],
  input: Partial<CompleteMultipartUploadRequest> = {},
) {
  const MultipartUpload = { Parts };
  return s3.root.call(completeMultipartUpload, {
    Bucket,
    Key,
    UploadId,
    MultipartUpload,
    ...input,
  });
}

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

test('parts become one object, in the order of their numbers', async (t) => {
  const { s3, UploadId } = await withUpload(t, {
    ContentType: 'video/mp4',
    Metadata: { camera: 'old' },
    Tagging: 'team=red',
  });
  const parts = [
    await upload(s3, UploadId, 10_000, last),
    await upload(s3, UploadId, 1, first),
    await upload(s3, UploadId, 7, second),
  ].toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
  await assertRefused(s3.root.call(headObject, { Bucket, Key }), 'NoSuchKey', 404);
  const answer = await complete(s3, UploadId, parts);
  const composed = md5(Buffer.concat([md5(first), md5(second), md5(last)])).toString('hex');
  assert.equal(answer.ETag, `"${composed}-3"`);
  assert.equal(answer.Location, `/${Bucket}/${Key}`);
  const got = await s3.root.call(getObject, { Bucket, Key });
  const whole = Buffer.concat([first, second, last]);
  assert.equal(Buffer.compare(await bytesOf(got.Body), whole), 0);
  assert.equal(got.ETag, answer.ETag);
  assert.equal(got.ContentType, 'video/mp4');
  assert.deepEqual(got.Metadata, { camera: 'old' });
  const { TagSet } = await s3.root.call(getObjectTagging, { Bucket, Key });
  assert.deepEqual(TagSet, [{ Key: 'team', Value: 'red' }]);
  assert.equal((await s3.files()).length, 1);
  await assertRefused(complete(s3, UploadId, parts), 'NoSuchUpload', 404);
});

test('an object of parts is read part by part', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  const parts = [await upload(s3, UploadId, 2, first), await upload(s3, UploadId, 5, last)];
  await complete(s3, UploadId, parts);
  const got = await s3.root.call(getObject, { Bucket, Key, PartNumber: 2 });
  assert.equal(await textOf(got.Body), 'last');
  assert.equal(got.PartsCount, 2);
  assert.equal(got.ContentRange, `bytes ${first.length}-${first.length + 3}/${first.length + 4}`);
  const beyond = s3.root.call(headObject, { Bucket, Key, PartNumber: 3 });
  await assertRefused(beyond, 'InvalidPartNumber', 416);
});

test('a part that is sent again replaces the one before', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  const before = await upload(s3, UploadId, 1, 'before');
  const after = await upload(s3, UploadId, 1, 'after');
  assert.equal((await s3.files()).length, 1);
  await assertRefused(complete(s3, UploadId, [before]), 'InvalidPart', 400);
  await complete(s3, UploadId, [after]);
  const got = await s3.root.call(getObject, { Bucket, Key });
  assert.equal(await textOf(got.Body), 'after');
});

test('completing swaps: the object before stays until then, and its bytes go after', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  await s3.root.call(putObject, { Bucket, Key, Body: body('old') });
  const part = await upload(s3, UploadId, 1, 'new');
  const got = await s3.root.call(getObject, { Bucket, Key });
  assert.equal(await textOf(got.Body), 'old');
  const files = await s3.files();
  const exists = complete(s3, UploadId, [part], { IfNoneMatch: '*' });
  await assertRefused(exists, 'PreconditionFailed', 412);
  assert.deepEqual(await s3.files(), files);
  await complete(s3, UploadId, [part], { IfMatch: got.ETag });
  const [file] = await s3.files();
  assert.ok(file && !files.includes(file));
  for (const old of files) await assert.rejects(bytesOf(s3.store.objectFiles.read(old)));
});

test('parts that were not sent, or not so, are refused', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  const one = await upload(s3, UploadId, 1, first);
  const two = await upload(s3, UploadId, 2, last);
  const refused: readonly [CompletedPart[], string][] = [
    [[], 'MalformedXML'],
    [[two, one], 'InvalidPartOrder'],
    [[one, one], 'InvalidPartOrder'],
    [[{ ...one, PartNumber: 0 }], 'InvalidPartOrder'],
    [[one, { PartNumber: 3, ETag: two.ETag }], 'InvalidPart'],
    [[one, { PartNumber: 2, ETag: one.ETag }], 'InvalidPart'],
    [[one, { PartNumber: 2 }], 'InvalidPart'],
  ];
  for (const [parts, code] of refused)
    await assertRefused(complete(s3, UploadId, parts), code, 400);
  const size = complete(s3, UploadId, [one, two], { MpuObjectSize: 1 });
  await assertRefused(size, 'InvalidRequest', 400);
  const bare = { PartNumber: 1, ETag: one.ETag?.replaceAll('"', '') };
  await complete(s3, UploadId, [bare, two], { MpuObjectSize: first.length + last.length });
});

test('every part but the last has at least 5 MiB', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  const small = await upload(s3, UploadId, 1, first.subarray(1));
  const two = await upload(s3, UploadId, 2, last);
  const error = await assertRefused(complete(s3, UploadId, [small, two]), 'EntityTooSmall', 400);
  assert.equal(error.details.PartNumber, '1');
  assert.equal(error.details.MinSizeAllowed, String(5 * mebibyte));
  await complete(s3, UploadId, [await upload(s3, UploadId, 1, first), two]);
});

test('the numbers of parts', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  for (const number of [0, 10_001, 1.5, -1]) {
    await assertRefused(upload(s3, UploadId, number, 'x'), 'InvalidArgument', 400);
  }
  assert.deepEqual(await s3.files(), []);
});

test('an upload id is valid for its own bucket and key only', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  await s3.root.call(createBucket, { Bucket: 'other' });
  const part = await upload(s3, UploadId, 1, 'x');
  const elsewhere = [
    { Bucket, Key: 'other' },
    { Bucket: 'other', Key },
  ];
  for (const place of elsewhere) {
    await assertRefused(upload(s3, UploadId, 2, 'x', place), 'NoSuchUpload', 404);
    await assertRefused(complete(s3, UploadId, [part], place), 'NoSuchUpload', 404);
    const abort = s3.root.call(abortMultipartUpload, { ...place, UploadId });
    await assertRefused(abort, 'NoSuchUpload', 404);
  }
  await assertRefused(upload(s3, 'none', 1, 'x'), 'NoSuchUpload', 404);
});

test('an aborted upload leaves nothing', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  await upload(s3, UploadId, 1, 'x');
  const [file = ''] = await s3.files();
  await s3.root.call(abortMultipartUpload, { Bucket, Key, UploadId });
  assert.deepEqual(await s3.files(), []);
  await assert.rejects(bytesOf(s3.store.objectFiles.read(file)));
  await assertRefused(upload(s3, UploadId, 1, 'x'), 'NoSuchUpload', 404);
  const again = s3.root.call(abortMultipartUpload, { Bucket, Key, UploadId });
  await assertRefused(again, 'NoSuchUpload', 404);
});

test('an abort while a part is received refuses the part', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  const slow = {
    async *[Symbol.asyncIterator]() {
      yield Buffer.from('a');
      await s3.root.call(abortMultipartUpload, { Bucket, Key, UploadId });
      yield Buffer.from('b');
    },
  };
  await assertRefused(upload(s3, UploadId, 1, '', { Body: slow }), 'NoSuchUpload', 404);
  assert.deepEqual(await s3.files(), []);
});

function checksum(name: string, ...contents: readonly Uint8Array[]): Buffer {
  const hasher = findChecksumAlgorithm(name)?.create();
  for (const content of contents) hasher?.update(content);
  return hasher?.digest() ?? Buffer.alloc(0);
}

test('a composite checksum is made of the parts checksums', async (t) => {
  const { s3, UploadId } = await withUpload(t, { ChecksumAlgorithm: 'SHA256' });
  const ofParts = [first, last].map((content) => checksum('sha256', content));
  const parts = [
    { ...(await upload(s3, UploadId, 1, first)), ChecksumSHA256: ofParts[0]?.toString('base64') },
    { ...(await upload(s3, UploadId, 2, last)), ChecksumSHA256: ofParts[1]?.toString('base64') },
  ];
  const expected = `${checksum('sha256', ...ofParts).toString('base64')}-2`;
  const swapped = [{ ...parts[0], ChecksumSHA256: parts[1]?.ChecksumSHA256 }, parts[1] ?? {}];
  await assertRefused(complete(s3, UploadId, swapped), 'InvalidPart', 400);
  const wrong = { ChecksumSHA256: `${ofParts[0]?.toString('base64')}-2` };
  await assertRefused(complete(s3, UploadId, parts, wrong), 'BadDigest', 400);
  const type = { ChecksumType: 'FULL_OBJECT' } as const;
  await assertRefused(complete(s3, UploadId, parts, type), 'InvalidRequest', 400);
  const answer = await complete(s3, UploadId, parts, { ChecksumSHA256: expected });
  assert.equal(answer.ChecksumSHA256, expected);
  assert.equal(answer.ChecksumType, 'COMPOSITE');
  const head = await s3.root.call(headObject, { Bucket, Key, ChecksumMode: 'ENABLED' });
  assert.equal(head.ChecksumSHA256, expected);
  assert.equal(head.ChecksumType, 'COMPOSITE');
});

test('a full object checksum is that of all bytes', async (t) => {
  const { s3, UploadId } = await withUpload(t, { ChecksumAlgorithm: 'CRC64NVME' });
  const parts = [await upload(s3, UploadId, 1, first), await upload(s3, UploadId, 2, last)];
  const expected = checksum('crc64nvme', first, last).toString('base64');
  const wrong = { ChecksumCRC64NVME: checksum('crc64nvme', last).toString('base64') };
  await assertRefused(complete(s3, UploadId, parts, wrong), 'BadDigest', 400);
  const answer = await complete(s3, UploadId, parts, { ChecksumCRC64NVME: expected });
  assert.equal(answer.ChecksumCRC64NVME, expected);
  assert.equal(answer.ChecksumType, 'FULL_OBJECT');
});

test('a part and the whole bring the kind of checksum that the upload has', async (t) => {
  const { s3, UploadId } = await withUpload(t, { ChecksumAlgorithm: 'CRC32' });
  const mismatch = async (call: Promise<unknown>, expected: string, actual: string) => {
    const { message } = await assertRefused(call, 'InvalidRequest', 400);
    const kinds = `expected checksum Type: ${expected}, actual checksum Type: ${actual}`;
    assert.equal(message, `Checksum Type mismatch occurred, ${kinds}`);
  };
  const sha1 = createHash('sha1').update(last).digest('base64');
  const other = { ChecksumSHA1: sha1 };
  await mismatch(upload(s3, UploadId, 1, last, other), 'crc32', 'sha1');
  const announced = { ChecksumAlgorithm: 'SHA256' } as const;
  await mismatch(upload(s3, UploadId, 1, last, announced), 'crc32', 'sha256');
  const parts = [await upload(s3, UploadId, 1, last)];
  await mismatch(complete(s3, UploadId, parts, other), 'crc32', 'sha1');
  await complete(s3, UploadId, parts);

  const silent = await begin(s3);
  const chosen = [await upload(s3, silent, 1, last)];
  await mismatch(complete(s3, silent, chosen, other), 'crc64nvme', 'sha1');
  const wrong = { ChecksumCRC64NVME: 'AAAAAAAAAAA=' };
  await assertRefused(complete(s3, silent, chosen, wrong), 'BadDigest', 400);
  const answer = await complete(s3, silent, chosen, { ChecksumType: 'FULL_OBJECT' });
  const put = { Bucket, Key: 'once', Body: body(last) };
  const { ChecksumCRC64NVME } = await s3.root.call(putObject, put);
  assert.ok(ChecksumCRC64NVME);
  assert.equal(answer.ChecksumCRC64NVME, ChecksumCRC64NVME);
});

test('kinds of checksums that there are not', async (t) => {
  const { s3 } = await withUpload(t);
  const refused: Partial<CreateMultipartUploadRequest>[] = [
    { ChecksumType: 'COMPOSITE' },
    { ChecksumType: 'COMPOSITE', ChecksumAlgorithm: 'CRC64NVME' },
    { ChecksumType: 'FULL_OBJECT', ChecksumAlgorithm: 'SHA1' },
  ];
  for (const input of refused) await assertRefused(begin(s3, input), 'InvalidRequest', 400);
  await assertRefused(begin(s3, { ServerSideEncryption: 'AES256' }), 'NotImplemented', 501);
  await begin(s3, { ChecksumType: 'FULL_OBJECT', ChecksumAlgorithm: 'CRC32C' });
});

test('a part is a copy of a range', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  const source = Buffer.concat([first, second]);
  await s3.root.call(putObject, { Bucket, Key: 'source', Body: body(source) });
  const copyPart = async (PartNumber: number, CopySourceRange?: string) => {
    const input = { Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/source` };
    const answer = await s3.root.call(uploadPartCopy, { ...input, CopySourceRange });
    return { PartNumber, ETag: answer.CopyPartResult?.ETag };
  };
  const parts = [
    await copyPart(1, `bytes=0-${first.length - 1}`),
    await copyPart(2, `bytes=${first.length}-${source.length - 1}`),
  ];
  for (const range of ['bytes=1-', 'bytes=-1', 'bytes=2-1', `bytes=0-${source.length}`]) {
    await assertRefused(copyPart(3, range), 'InvalidArgument', 400);
  }
  await complete(s3, UploadId, parts);
  const got = await s3.root.call(getObject, { Bucket, Key });
  assert.equal(Buffer.compare(await bytesOf(got.Body), source), 0);
});

test('each step of an upload has its permission', async (t) => {
  const { s3, UploadId } = await withUpload(t);
  const part = await upload(s3, UploadId, 1, 'x');
  const read = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' };
  const reader = await s3.user(firstAccount, 'reader', [read]);
  const place = { Bucket, Key, UploadId };
  const calls = [
    reader.call(createMultipartUpload, { Bucket, Key }),
    reader.call(uploadPart, { ...place, PartNumber: 1, Body: body('y') }),
    reader.call(uploadPartCopy, { ...place, PartNumber: 1, CopySource: `${Bucket}/x` }),
    reader.call(completeMultipartUpload, { ...place, MultipartUpload: { Parts: [part] } }),
    reader.call(abortMultipartUpload, place),
  ];
  for (const call of calls) await assertRefused(call, 'AccessDenied', 403);
  const write = { ...read, Action: 's3:PutObject' };
  const creates = {
    ...read,
    Effect: 'Deny',
    Action: 's3:PutObject',
    Condition: {
      Bool: { 's3:ObjectCreationOperation': 'true' },
      Null: { 's3:if-none-match': 'true' },
    },
  };
  const writer = await s3.user(firstAccount, 'writer', [write, creates]);
  await writer.call(uploadPart, { ...place, PartNumber: 1, Body: body('x') });
  const MultipartUpload = { Parts: [part] };
  const unconditional = writer.call(completeMultipartUpload, { ...place, MultipartUpload });
  await assertRefused(unconditional, 'AccessDenied', 403);
  const put = writer.call(putObject, { Bucket, Key: 'a', Body: body('a') });
  await assertRefused(put, 'AccessDenied', 403);
  await writer.call(completeMultipartUpload, { ...place, MultipartUpload, IfNoneMatch: '*' });
});
