import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GetObjectRequest } from '@aws-sdk/client-s3';
import { createBucket } from './bucket.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import { getObject, headObject } from './get-object.ts';
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

const Bucket = 'photos';
const Key = 'pic.jpg';

async function withObject(t: Parameters<typeof openTestS3>[0]): Promise<TestS3> {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  await s3.root.call(putObject, { Bucket, Key, Body: body('0123456789') });
  return s3;
}

function get(s3: TestS3, input: Partial<GetObjectRequest>) {
  return s3.root.call(getObject, { Bucket, Key, ...input });
}

test('ranges', async (t) => {
  const s3 = await withObject(t);
  const ranges: readonly [string, string, string | undefined][] = [
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=8-1000', '89', 'bytes 8-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-1000', '0123456789', 'bytes 0-9/10'],
    ['bytes=4-2', '0123456789', undefined],
    ['bytes=a-b', '0123456789', undefined],
    ['bytes=-', '0123456789', undefined],
    ['bytes=0-1,3-4', '0123456789', undefined],
    ['lines=1-2', '0123456789', undefined],
  ];
  for (const [Range, text, contentRange] of ranges) {
    const got = await get(s3, { Range });
    assert.equal(await textOf(got.Body), text, Range);
    assert.equal(got.ContentRange, contentRange, Range);
    assert.equal(got.ContentLength, text.length, Range);
    const head = await s3.root.call(headObject, { Bucket, Key, Range });
    assert.equal(head.ContentRange, contentRange);
    assert.equal(head.ContentLength, text.length);
  }
  for (const Range of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) {
    const error = await assertRefused(get(s3, { Range }), 'InvalidRange', 416);
    assert.deepEqual({ ...error.details }, { RangeRequested: Range, ActualObjectSize: '10' });
  }
});

test('a range of an empty object', async (t) => {
  const s3 = await withObject(t);
  await s3.root.call(putObject, { Bucket, Key, Body: body('') });
  for (const Range of ['bytes=0-', 'bytes=-1']) {
    await assertRefused(get(s3, { Range }), 'InvalidRange', 416);
  }
});

test('a range counts only of the object that If-Range names', async (t) => {
  const s3 = await withObject(t);
  const { ETag = '', LastModified = new Date(0) } = await s3.root.call(headObject, { Bucket, Key });
  const later = new Date(LastModified.getTime() + 1000);
  const meant: readonly [ifRange: string, isMeant: boolean][] = [
    [ETag, true],
    [LastModified.toUTCString(), true],
    ['"other"', false],
    [`W/${ETag}`, false],
    [later.toUTCString(), false],
    [new Date(0).toUTCString(), false],
    ['nonsense', false],
    ['', false],
  ];
  for (const [IfRange, isMeant] of meant) {
    const ask = { Bucket, Key, Range: 'bytes=2-4', IfRange };
    const got = await s3.root.call(getObject, ask);
    assert.equal(await textOf(got.Body), isMeant ? '234' : '0123456789', IfRange);
    const head = await s3.root.call(headObject, ask);
    assert.equal(head.ContentRange, isMeant ? 'bytes 2-4/10' : undefined, IfRange);
    const beyond = s3.root.call(getObject, { ...ask, Range: 'bytes=10-' });
    if (isMeant) await assertRefused(beyond, 'InvalidRange', 416);
    else assert.equal(await textOf((await beyond).Body), '0123456789', IfRange);
  }
});

test('a range across many chunks', async (t) => {
  const s3 = await withObject(t);
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  await s3.root.call(putObject, { Bucket, Key, Body: body(content) });
  const got = await get(s3, { Range: 'bytes=65530-262150' });
  assert.equal(Buffer.compare(await bytesOf(got.Body), content.subarray(65530, 262151)), 0);
});

test('conditions, with the precedence of S3', async (t) => {
  const s3 = await withObject(t);
  const { ETag, LastModified } = await s3.root.call(headObject, { Bucket, Key });
  const at = LastModified ?? new Date(0);
  const before = new Date(at.getTime() - 1000);
  const bare = ETag?.slice(1, -1);
  const passes: Partial<GetObjectRequest>[] = [
    { IfMatch: ETag },
    { IfMatch: bare },
    { IfMatch: '*' },
    { IfMatch: `"other", ${ETag}` },
    { IfNoneMatch: '"other"' },
    { IfModifiedSince: before },
    { IfUnmodifiedSince: at },
    { IfMatch: ETag, IfUnmodifiedSince: before },
    { IfNoneMatch: '"other"', IfModifiedSince: at },
  ];
  for (const input of passes) await get(s3, input);
  const notModified: Partial<GetObjectRequest>[] = [
    { IfNoneMatch: ETag },
    { IfNoneMatch: '*' },
    { IfModifiedSince: at },
    { IfNoneMatch: ETag, IfModifiedSince: before },
    { IfMatch: ETag, IfNoneMatch: ETag },
  ];
  for (const input of notModified) {
    const error = await assertRefused(get(s3, input), 'NotModified', 304);
    assert.equal(error.details.ETag, ETag);
  }
  const failed: Partial<GetObjectRequest>[] = [
    { IfMatch: '"other"' },
    { IfUnmodifiedSince: before },
    { IfMatch: '"other"', IfNoneMatch: ETag },
  ];
  for (const input of failed) await assertRefused(get(s3, input), 'PreconditionFailed', 412);
});

test('dates are compared by whole seconds', async (t) => {
  const s3 = await withObject(t);
  s3.clock.now += 999;
  await s3.root.call(putObject, { Bucket, Key, Body: body('x') });
  const { LastModified } = await s3.root.call(headObject, { Bucket, Key });
  assert.notEqual((LastModified?.getTime() ?? 0) % 1000, 0);
  const asSent = new Date(Math.floor((LastModified?.getTime() ?? 0) / 1000) * 1000);
  await get(s3, { IfUnmodifiedSince: asSent });
  await assertRefused(get(s3, { IfModifiedSince: asSent }), 'NotModified', 304);
});

test('response headers may be overridden, by signed requests', async (t) => {
  const s3 = await withObject(t);
  const got = await get(s3, {
    ResponseContentType: 'text/plain',
    ResponseContentDisposition: 'attachment',
    ResponseCacheControl: 'no-store',
    ResponseContentEncoding: 'identity',
    ResponseContentLanguage: 'en',
    ResponseExpires: new Date(0),
  });
  assert.equal(got.ContentType, 'text/plain');
  assert.equal(got.ContentDisposition, 'attachment');
  assert.equal(got.CacheControl, 'no-store');
  assert.equal(got.ContentEncoding, 'identity');
  assert.equal(got.ContentLanguage, 'en');
  assert.deepEqual(got.Expires, new Date(0));
  const split = get(s3, { ResponseContentType: 'text/plain\r\nset-cookie: a=b' });
  await assertRefused(split, 'InvalidArgument', 400);
});

test('a missing key is told only to who may list the bucket', async (t) => {
  const s3 = await withObject(t);
  const objects = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
  const list = { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${Bucket}` };
  const reader = await s3.user(firstAccount, 'reader', [objects]);
  const lister = await s3.user(firstAccount, 'lister', [objects, list]);
  const missing = { Bucket, Key: 'missing' };
  for (const operation of [getObject, headObject] as const) {
    const call = (who: TestS3['root']) => who.call(operation as typeof getObject, missing);
    await assertRefused(call(reader), 'AccessDenied', 403);
    const error = await assertRefused(call(lister), 'NoSuchKey', 404);
    assert.equal(error.details.Key, 'missing');
  }
  await reader.call(getObject, { Bucket, Key });
});

test('objects have one version', async (t) => {
  const s3 = await withObject(t);
  await get(s3, { VersionId: 'null' });
  await assertRefused(get(s3, { VersionId: 'x' }), 'InvalidArgument', 400);
  const one = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const reader = await s3.user(firstAccount, 'reader', [one]);
  const version = reader.call(getObject, { Bucket, Key, VersionId: 'null' });
  await assertRefused(version, 'AccessDenied', 403);
});

test('a part number of an object in one piece', async (t) => {
  const s3 = await withObject(t);
  const got = await get(s3, { PartNumber: 1 });
  assert.equal(got.ContentRange, 'bytes 0-9/10');
  assert.equal(got.PartsCount, undefined);
  await assertRefused(get(s3, { PartNumber: 2 }), 'InvalidPartNumber', 416);
  await assertRefused(get(s3, { PartNumber: 0 }), 'InvalidArgument', 400);
  await assertRefused(get(s3, { PartNumber: 1, Range: 'bytes=0-1' }), 'InvalidRequest', 400);
  await assertRefused(get(s3, { SSECustomerAlgorithm: 'AES256' }), 'NotImplemented', 501);
});

test('an object that is replaced while it is asked for comes whole', async (t) => {
  const s3 = await withObject(t);
  const reads = Array.from({ length: 20 }, async () => {
    const got = await get(s3, {});
    return textOf(got.Body);
  });
  const writes = ['aaaaaaaaaa', 'bbbbbbbbbb'].map((text) =>
    s3.root.call(putObject, { Bucket, Key, Body: body(text) }),
  );
  await Promise.all(writes);
  for (const text of await Promise.all(reads)) {
    assert.ok(['0123456789', 'aaaaaaaaaa', 'bbbbbbbbbb'].includes(text), text);
  }
});

test('deleting is done once and may be asked twice', async (t) => {
  const s3 = await withObject(t);
  const [file = ''] = await s3.files();
  await s3.root.call(deleteObject, { Bucket, Key });
  await s3.root.call(deleteObject, { Bucket, Key });
  await assertRefused(get(s3, {}), 'NoSuchKey', 404);
  await assert.rejects(bytesOf(s3.store.objectFiles.read(file)));
  const nowhere = s3.root.call(deleteObject, { Bucket: 'nowhere', Key });
  await assertRefused(nowhere, 'NoSuchBucket', 404);
});

test('a conditional delete', async (t) => {
  const s3 = await withObject(t);
  const remove = (IfMatch: string, key = Key) =>
    s3.root.call(deleteObject, { Bucket, Key: key, IfMatch });
  const { ETag = '' } = await s3.root.call(headObject, { Bucket, Key });
  await assertRefused(remove('"other"'), 'PreconditionFailed', 412);
  await assertRefused(remove('*', 'missing'), 'PreconditionFailed', 412);
  await assertRefused(remove('"x"', 'missing'), 'NoSuchKey', 404);
  const statement = { Effect: 'Allow', Action: 's3:DeleteObject', Resource: '*' };
  const deleter = await s3.user(firstAccount, 'deleter', [statement]);
  const probe = deleter.call(deleteObject, { Bucket, Key, IfMatch: ETag });
  await assertRefused(probe, 'AccessDenied', 403);
  await remove(ETag);
  await assertRefused(get(s3, {}), 'NoSuchKey', 404);
});

test('many keys are deleted at once, each by its own permission', async (t) => {
  const s3 = await withObject(t);
  for (const key of ['own/a', 'own/b']) {
    await s3.root.call(putObject, { Bucket, Key: key, Body: body(key) });
  }
  const statement = {
    Effect: 'Allow',
    Action: 's3:DeleteObject',
    Resource: `arn:aws:s3:::${Bucket}/own/*`,
  };
  const dave = await s3.user(firstAccount, 'dave', [statement]);
  const Objects = ['own/a', Key, 'own/missing', 'own/b'].map((key) => ({ Key: key }));
  const answer = await dave.call(deleteObjects, { Bucket, Delete: { Objects } });
  assert.deepEqual(
    answer.Deleted?.map((entry) => entry.Key),
    ['own/a', 'own/missing', 'own/b'],
  );
  assert.deepEqual(answer.Errors, [
    { Key, VersionId: undefined, Code: 'AccessDenied', Message: 'Access Denied' },
  ]);
  assert.equal((await s3.files()).length, 1);
});

test('the form of a list of keys', async (t) => {
  const s3 = await withObject(t);
  const remove = (Objects: { Key: string; VersionId?: string; ETag?: string; Size?: number }[]) =>
    s3.root.call(deleteObjects, { Bucket, Delete: { Objects, Quiet: true } });
  await assertRefused(remove([]), 'MalformedXML', 400);
  const many = Array.from({ length: 1001 }, (_, index) => ({ Key: String(index) }));
  await assertRefused(remove(many), 'MalformedXML', 400);
  const answer = await remove([
    { Key, ETag: '"other"' },
    { Key, VersionId: 'x' },
    { Key, Size: 10 },
    { Key: 'x'.repeat(1025) },
    { Key: 'missing' },
  ]);
  const codes = ['PreconditionFailed', 'InvalidArgument', 'NotImplemented', 'KeyTooLongError'];
  assert.deepEqual(
    answer.Errors?.map((error) => error.Code),
    codes,
  );
  assert.deepEqual(answer.Deleted, []);
  assert.equal((await s3.files()).length, 1);
});

test('who may delete nothing does not learn whether there is a bucket', async (t) => {
  const s3 = await withObject(t);
  const dave = await s3.user(firstAccount, 'dave');
  const Delete = { Objects: [{ Key }] };
  const there = await dave.call(deleteObjects, { Bucket, Delete });
  const nowhere = await dave.call(deleteObjects, { Bucket: 'nowhere', Delete });
  assert.deepEqual(nowhere, there);
  assert.equal(there.Errors?.[0]?.Code, 'AccessDenied');
  const root = s3.root.call(deleteObjects, { Bucket: 'nowhere', Delete });
  await assertRefused(root, 'NoSuchBucket', 404);
});

test('what is read is what was allowed, also while objects change places', async (t) => {
  const s3 = await withObject(t);
  const statement = {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: '*',
    Condition: { StringEqualsIfExists: { 's3:ExistingObjectTag/open': 'yes' } },
  };
  const needsTag = {
    ...statement,
    Effect: 'Deny',
    Action: 's3:GetObject',
    Condition: { Null: { 's3:ExistingObjectTag/open': 'true' } },
  };
  const reader = await s3.user(firstAccount, 'reader', [statement, needsTag]);
  const texts = new Set<string>();
  // The object is replaced at every moment between the gate's look and the operation's.
  for (let ticks = 0; ticks < 80; ticks++) {
    await s3.root.call(putObject, { Bucket, Key, Body: body('open'), Tagging: 'open=yes' });
    const reading = reader.call(getObject, { Bucket, Key }).then(
      ({ Body }) => textOf(Body),
      () => 'refused',
    );
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    await s3.root.call(putObject, { Bucket, Key, Body: body('secret') });
    texts.add(await reading);
  }
  assert.deepEqual([...texts].toSorted(), ['open', 'refused']);
});
