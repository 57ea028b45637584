import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CopyObjectRequest } from '@aws-sdk/client-s3';
import { createBucket } from './bucket.ts';
import { copyObject } from './copy-object.ts';
import { parseCopySource } from './copy-source.ts';
import { getObject, headObject } from './get-object.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { putObject } from './put-object.ts';
import {
  assertRefused,
  body,
  firstAccount,
  openTestS3,
  secondAccount,
  type TestCaller,
  type TestS3,
  textOf,
} from './testing.ts';

async function withSource(t: Parameters<typeof openTestS3>[0]): Promise<TestS3> {
  const s3 = await openTestS3(t);
  for (const Bucket of ['from', 'onto']) await s3.root.call(createBucket, { Bucket });
  await s3.root.call(putObject, {
    Bucket: 'from',
    Key: 'a b/ä+c',
    Body: body('content'),
    ContentType: 'text/plain',
    Metadata: { camera: 'old' },
    ChecksumAlgorithm: 'CRC32',
  });
  return s3;
}

const CopySource = 'from/a%20b/%C3%A4%2Bc';

function copy(caller: TestCaller, input: Partial<CopyObjectRequest> = {}) {
  return caller.call(copyObject, { Bucket: 'onto', Key: 'copy', CopySource, ...input });
}

test('a copy has the bytes, headers, metadata and checksums of its source', async (t) => {
  const s3 = await withSource(t);
  const { CopyObjectResult } = await copy(s3.root);
  const source = await s3.root.call(headObject, {
    Bucket: 'from',
    Key: 'a b/ä+c',
    ChecksumMode: 'ENABLED',
  });
  assert.equal(CopyObjectResult?.ETag, source.ETag);
  assert.equal(CopyObjectResult?.ChecksumCRC32, source.ChecksumCRC32);
  assert.ok(source.ChecksumCRC32);
  const got = await s3.root.call(getObject, { Bucket: 'onto', Key: 'copy' });
  assert.equal(await textOf(got.Body), 'content');
  assert.equal(got.ContentType, 'text/plain');
  assert.deepEqual(got.Metadata, { camera: 'old' });
  const [one, other] = await s3.files();
  assert.notEqual(one, other);
});

test('metadata is replaced when that is asked for', async (t) => {
  const s3 = await withSource(t);
  await copy(s3.root, { Metadata: { camera: 'new' }, ContentType: 'image/png' });
  const kept = await s3.root.call(headObject, { Bucket: 'onto', Key: 'copy' });
  assert.deepEqual(kept.Metadata, { camera: 'old' });
  await copy(s3.root, { MetadataDirective: 'REPLACE', Metadata: { camera: 'new' } });
  const replaced = await s3.root.call(headObject, { Bucket: 'onto', Key: 'copy' });
  assert.deepEqual(replaced.Metadata, { camera: 'new' });
  assert.equal(replaced.ContentType, 'binary/octet-stream');
});

test('an object is copied to itself only to change it', async (t) => {
  const s3 = await withSource(t);
  const itself = { Bucket: 'from', Key: 'a b/ä+c' };
  await assertRefused(copy(s3.root, itself), 'InvalidRequest', 400);
  await copy(s3.root, { ...itself, MetadataDirective: 'REPLACE', Metadata: { b: 'c' } });
  const got = await s3.root.call(getObject, itself);
  assert.deepEqual(got.Metadata, { b: 'c' });
  assert.equal(await textOf(got.Body), 'content');
  assert.equal((await s3.files()).length, 1);
});

test('the forms of a copy source', async (t) => {
  const s3 = await withSource(t);
  const parsed = { bucket: 'from', key: 'a/b', versionId: undefined };
  for (const source of ['from/a/b', '/from/a/b', 'from%2Fa%2Fb', 'from/a%2fb']) {
    assert.deepEqual(parseCopySource(source), parsed);
  }
  assert.equal(parseCopySource('from//..%2Fb?versionId=null').key, '/../b');
  assert.equal(parseCopySource('from/a%3FversionId=x').key, 'a?versionId=x');
  await copy(s3.root, { CopySource: `/${CopySource}?versionId=null` });
  for (const source of ['', '/', 'from', 'from/', '/from/', '//a', 'from/%zz']) {
    await assertRefused(copy(s3.root, { CopySource: source }), 'InvalidArgument', 400);
  }
  const version = copy(s3.root, { CopySource: `${CopySource}?versionId=x` });
  await assertRefused(version, 'InvalidArgument', 400);
  await assertRefused(copy(s3.root, { CopySource: 'nowhere/a' }), 'NoSuchBucket', 404);
  await assertRefused(copy(s3.root, { CopySource: 'from/missing' }), 'NoSuchKey', 404);
});

test('a copy reads its source by permission, and the source it reads is the one allowed', async (t) => {
  const s3 = await withSource(t);
  const write = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::onto/*' };
  const read = (Resource: string) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource });
  const writer = await s3.user(firstAccount, 'writer', [write]);
  await assertRefused(copy(writer), 'AccessDenied', 403);
  const other = await s3.user(firstAccount, 'other', [write, read('arn:aws:s3:::from/other/*')]);
  await assertRefused(copy(other), 'AccessDenied', 403);
  const dots = copy(other, { CopySource: 'from/other/../a%20b/%C3%A4%2Bc' });
  await assertRefused(dots, 'AccessDenied', 403);
  const reader = await s3.user(firstAccount, 'reader', [read('arn:aws:s3:::from/a b/*')]);
  await assertRefused(copy(reader), 'AccessDenied', 403);
  const both = await s3.user(firstAccount, 'both', [write, read('arn:aws:s3:::from/a b/*')]);
  await copy(both);
  const foreign = await s3.user(secondAccount, 'both', [write, read('arn:aws:s3:::from/a b/*')]);
  await assertRefused(copy(foreign), 'AccessDenied', 403);
  const directive = {
    ...write,
    Effect: 'Deny',
    Condition: { StringLike: { 's3:x-amz-copy-source': 'from/a b/*' } },
  };
  const denied = await s3.user(firstAccount, 'denied', [write, read('*'), directive]);
  for (const source of [CopySource, `/${CopySource}`, 'from%2Fa%20b%2F%C3%A4%2Bc']) {
    await assertRefused(copy(denied, { CopySource: source }), 'AccessDenied', 403);
  }
});

test('conditions on the source', async (t) => {
  const s3 = await withSource(t);
  const { ETag, LastModified } = await s3.root.call(headObject, {
    Bucket: 'from',
    Key: 'a b/ä+c',
  });
  const before = new Date((LastModified?.getTime() ?? 0) - 1000);
  await copy(s3.root, { CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: before });
  await copy(s3.root, { CopySourceIfNoneMatch: '"x"', CopySourceIfModifiedSince: LastModified });
  const failing: readonly [Partial<CopyObjectRequest>, condition: string][] = [
    [{ CopySourceIfMatch: '"x"' }, 'If-Match'],
    [{ CopySourceIfNoneMatch: ETag }, 'If-None-Match'],
    [{ CopySourceIfModifiedSince: LastModified }, 'If-Modified-Since'],
    [{ CopySourceIfUnmodifiedSince: before }, 'If-Unmodified-Since'],
  ];
  for (const [input, condition] of failing) {
    const { details } = await assertRefused(copy(s3.root, input), 'PreconditionFailed', 412);
    assert.equal(details.Condition, `x-amz-copy-source-${condition}`);
  }
  // Before the source is looked for: what cannot be written is not read.
  for (const CopySource of [undefined, 'from/none']) {
    const input = CopySource === undefined ? {} : { CopySource };
    await assertRefused(copy(s3.root, { ...input, IfNoneMatch: '*' }), 'PreconditionFailed', 412);
    await assertRefused(copy(s3.root, { ...input, IfMatch: '"x"' }), 'PreconditionFailed', 412);
  }
  const owner = copy(s3.root, { ExpectedSourceBucketOwner: secondAccount });
  await assertRefused(owner, 'AccessDenied', 403);
});

test('tags go with a copy, by permission', async (t) => {
  const s3 = await withSource(t);
  const source = { Bucket: 'from', Key: 'a b/ä+c' };
  const TagSet = [{ Key: 'team', Value: 'red' }];
  await s3.root.call(putObjectTagging, { ...source, Tagging: { TagSet } });
  await copy(s3.root);
  const onto = { Bucket: 'onto', Key: 'copy' };
  assert.deepEqual((await s3.root.call(getObjectTagging, onto)).TagSet, TagSet);
  await copy(s3.root, { TaggingDirective: 'REPLACE', Tagging: 'a=b' });
  const replaced = await s3.root.call(getObjectTagging, onto);
  assert.deepEqual(replaced.TagSet, [{ Key: 'a', Value: 'b' }]);
  const both = { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' };
  const untagged = await s3.user(firstAccount, 'untagged', [both]);
  await assertRefused(copy(untagged), 'AccessDenied', 403);
  await copy(untagged, { TaggingDirective: 'REPLACE' });
  const tagging = copy(untagged, { TaggingDirective: 'REPLACE', Tagging: 'a=b' });
  await assertRefused(tagging, 'AccessDenied', 403);
});

test('tags are put, read and deleted', async (t) => {
  const s3 = await withSource(t);
  const object = { Bucket: 'from', Key: 'a b/ä+c' };
  const tag = (TagSet: { Key: string; Value: string }[]) =>
    s3.root.call(putObjectTagging, { ...object, Tagging: { TagSet } });
  await tag([{ Key: 'a', Value: '' }]);
  const twice = [
    { Key: 'a', Value: '1' },
    { Key: 'a', Value: '2' },
  ];
  await assertRefused(tag(twice), 'InvalidTag', 400);
  await assertRefused(tag([{ Key: 'a<b', Value: '' }]), 'InvalidTag', 400);
  await assertRefused(tag([{ Key: '', Value: '' }]), 'InvalidTag', 400);
  await s3.root.call(deleteObjectTagging, object);
  assert.deepEqual((await s3.root.call(getObjectTagging, object)).TagSet, []);
  const missing = s3.root.call(getObjectTagging, { ...object, Key: 'missing' });
  await assertRefused(missing, 'NoSuchKey', 404);
});

test('existing and requested tags decide', async (t) => {
  const s3 = await withSource(t);
  const object = { Bucket: 'from', Key: 'a b/ä+c' };
  const all = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const notSecret = {
    ...all,
    Effect: 'Deny',
    Action: ['s3:GetObject', 's3:PutObjectTagging'],
    Condition: { StringEquals: { 's3:ExistingObjectTag/Class': 'secret' } },
  };
  const noRed = {
    ...all,
    Effect: 'Deny',
    Action: 's3:PutObject*',
    Condition: { StringEquals: { 's3:RequestObjectTag/team': 'red' } },
  };
  const dave = await s3.user(firstAccount, 'dave', [all, notSecret, noRed]);
  await dave.call(getObject, object);
  const tag = (who: TestCaller, Key: string, Value: string) =>
    who.call(putObjectTagging, { ...object, Tagging: { TagSet: [{ Key, Value }] } });
  await assertRefused(tag(dave, 'team', 'red'), 'AccessDenied', 403);
  const put = (Tagging: string) =>
    dave.call(putObject, { Bucket: 'onto', Key: 'x', Body: body('x'), Tagging });
  await assertRefused(put('Team=red'), 'AccessDenied', 403);
  await put('team=blue');
  for (const key of ['Class', 'class']) {
    await tag(s3.root, key, 'secret');
    await assertRefused(dave.call(getObject, object), 'AccessDenied', 403);
    await assertRefused(tag(dave, 'a', 'b'), 'AccessDenied', 403);
    await assertRefused(copy(dave), 'AccessDenied', 403);
  }
  const TagSet = [
    { Key: 'Class', Value: 'secret' },
    { Key: 'class', Value: 'open' },
  ];
  await s3.root.call(putObjectTagging, { ...object, Tagging: { TagSet } });
  await assertRefused(dave.call(getObject, object), 'AccessDenied', 403);
});

test('an object over 5 GiB is not copied in one piece', async (t) => {
  const s3 = await withSource(t);
  const size = 5 * 1024 ** 3 + 1;
  await s3.store.transaction(async ({ database }) => {
    await database.updateTable('s3_object').set({ size }).execute();
  });
  const error = await assertRefused(copy(s3.root), 'InvalidRequest', 400);
  assert.match(error.message, /larger than the maximum allowable size .*: 5368709120$/);
});

test('a copy is not let in by tags that it does not set', async (t) => {
  const s3 = await withSource(t);
  const all = { Effect: 'Allow', Resource: '*' };
  const dave = await s3.user(firstAccount, 'dave', [
    { ...all, Action: ['s3:GetObject', 's3:GetObjectTagging', 's3:PutObjectTagging'] },
    {
      ...all,
      Action: 's3:PutObject',
      Condition: { StringEquals: { 's3:RequestObjectTag/class': 'public' } },
    },
  ]);
  await assertRefused(copy(dave), 'AccessDenied', 403);
  const Tagging = 'class=public';
  await assertRefused(copy(dave, { Tagging }), 'AccessDenied', 403);
  await assertRefused(copy(dave, { Tagging, TaggingDirective: 'COPY' }), 'AccessDenied', 403);
  await copy(dave, { Tagging, TaggingDirective: 'REPLACE' });
});
