import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { createBucket } from './bucket.ts';
import { getObject, headObject } from './get-object.ts';
import type { ObjectBody } from './object-body.ts';
import { getObjectTagging } from './object-tagging.ts';
import { type PutObjectInput, putObject } from './put-object.ts';
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

async function withBucket(t: Parameters<typeof openTestS3>[0]): Promise<TestS3> {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  return s3;
}

function put(s3: TestS3, input: Omit<PutObjectInput, 'Bucket' | 'Key'> & { Key?: string }) {
  return s3.root.call(putObject, { Bucket, Key: 'pic.jpg', Body: body('hello'), ...input });
}

test('an object is stored and read again, byte for byte', async (t) => {
  const s3 = await withBucket(t);
  const content = Buffer.alloc(5 * 1024 * 1024 + 17, 'carnet');
  const { ETag } = await put(s3, { Body: body(content) });
  assert.equal(ETag, `"${createHash('md5').update(content).digest('hex')}"`);
  const got = await s3.root.call(getObject, { Bucket, Key: 'pic.jpg' });
  assert.equal(got.ContentLength, content.length);
  assert.equal(got.ETag, ETag);
  assert.equal(Buffer.compare(await bytesOf(got.Body), content), 0);
});

test('an object may be empty, and have no body at all', async (t) => {
  const s3 = await withBucket(t);
  const emptyMd5 = '"d41d8cd98f00b204e9800998ecf8427e"';
  assert.equal((await put(s3, { Body: body('') })).ETag, emptyMd5);
  assert.equal((await put(s3, { Key: 'b', Body: undefined })).ETag, emptyMd5);
  const got = await s3.root.call(getObject, { Bucket, Key: 'b' });
  assert.equal(got.ContentLength, 0);
  assert.equal(await textOf(got.Body), '');
});

test('headers and metadata come back, with S3 defaults', async (t) => {
  const s3 = await withBucket(t);
  await put(s3, {});
  const plain = await s3.root.call(headObject, { Bucket, Key: 'pic.jpg' });
  assert.equal(plain.ContentType, 'binary/octet-stream');
  assert.equal(plain.AcceptRanges, 'bytes');
  assert.deepEqual(plain.Metadata, {});
  const headers = {
    CacheControl: 'no-cache',
    ContentDisposition: 'attachment; filename="a b.jpg"',
    ContentLanguage: 'de',
    ContentType: 'image/jpeg',
    Expires: new Date(Date.UTC(2030, 0, 1)),
  };
  const Metadata = JSON.parse('{"Camera": "old", "__proto__": "kept"}');
  await put(s3, { ...headers, ContentEncoding: 'aws-chunked, gzip', Metadata });
  const full = await s3.root.call(headObject, { Bucket, Key: 'pic.jpg' });
  for (const [name, value] of Object.entries(headers)) {
    assert.deepEqual(full[name as keyof typeof headers], value);
  }
  assert.equal(full.ContentEncoding, 'gzip');
  assert.deepEqual(Object.entries(full.Metadata ?? {}), [
    ['camera', 'old'],
    ['__proto__', 'kept'],
  ]);
  await put(s3, { ContentEncoding: 'aws-chunked' });
  const chunked = await s3.root.call(headObject, { Bucket, Key: 'pic.jpg' });
  assert.equal(chunked.ContentEncoding, undefined);
});

test('metadata has its limits', async (t) => {
  const s3 = await withBucket(t);
  const fits = { a: 'x'.repeat(2047) };
  await put(s3, { Metadata: fits });
  const tooLarge = await assertRefused(
    put(s3, { Metadata: { ...fits, b: '' } }),
    'MetadataTooLarge',
    400,
  );
  assert.equal(tooLarge.details.MaxSizeAllowed, '2048');
  for (const value of ['a\r\nset-cookie: x', 'a\0', '\u{1f600}']) {
    await assertRefused(put(s3, { Metadata: { a: value } }), 'InvalidArgument', 400);
    await assertRefused(put(s3, { ContentType: value }), 'InvalidArgument', 400);
  }
  await assertRefused(put(s3, { Metadata: { 'a b': 'x' } }), 'InvalidArgument', 400);
});

test('keys are literal', async (t) => {
  const s3 = await withBucket(t);
  const keys = ['a/../b', './a', '//', 'a%2Fb', 'ä\u{1f600}', '__proto__', '*', 'x'.repeat(1024)];
  for (const Key of keys) await put(s3, { Key, Body: body(Key) });
  for (const Key of keys) {
    const got = await s3.root.call(getObject, { Bucket, Key });
    assert.equal(await textOf(got.Body), Key);
  }
  const error = await assertRefused(put(s3, { Key: 'ä'.repeat(513) }), 'KeyTooLongError', 400);
  assert.deepEqual({ ...error.details }, { Size: '1026', MaxSizeAllowed: '1024' });
  for (const Key of ['a\0b', '\ud800', '']) {
    await assertRefused(put(s3, { Key }), 'InvalidURI', 400);
  }
});

test('replacing an object removes the bytes of the one before', async (t) => {
  const s3 = await withBucket(t);
  await put(s3, { Body: body('first') });
  const [first = ''] = await s3.files();
  await put(s3, { Body: body('second') });
  const got = await s3.root.call(getObject, { Bucket, Key: 'pic.jpg' });
  assert.equal(await textOf(got.Body), 'second');
  assert.equal((await s3.files()).length, 1);
  await assert.rejects(bytesOf(s3.store.objectFiles.read(first)));
});

test('a payload that fails at its end leaves the object that was there', async (t) => {
  const s3 = await withBucket(t);
  await put(s3, { Body: body('first') });
  const failing: ObjectBody = {
    async *[Symbol.asyncIterator]() {
      yield Buffer.from('sec');
      throw new Error('the chunk signature is wrong');
    },
  };
  await assert.rejects(put(s3, { Body: failing }), /chunk signature/);
  const got = await s3.root.call(getObject, { Bucket, Key: 'pic.jpg' });
  assert.equal(await textOf(got.Body), 'first');
});

test('Content-MD5 is compared', async (t) => {
  const s3 = await withBucket(t);
  const md5 = (text: string) => createHash('md5').update(text).digest('base64');
  await put(s3, { ContentMD5: md5('hello') } as Partial<PutObjectInput>);
  const wrong = { ContentMD5: md5('other') } as Partial<PutObjectInput>;
  const error = await assertRefused(put(s3, { ...wrong, Key: 'b' }), 'BadDigest', 400);
  assert.equal(error.message, 'The Content-MD5 you specified did not match what we received.');
  for (const ContentMD5 of ['', 'AAAA', `${md5('hello')}=`, 'not base64 at all, no no']) {
    const invalid = { ContentMD5, Key: 'b' } as Partial<PutObjectInput>;
    await assertRefused(put(s3, invalid), 'InvalidDigest', 400);
  }
  assert.equal((await s3.files()).length, 1);
});

/** Of `hello`, by implementations that are not ours. */
const ofHello = {
  ChecksumCRC32: crc32Of('hello'),
  ChecksumCRC32C: 'mnG7TA==',
  ChecksumSHA1: createHash('sha1').update('hello').digest('base64'),
  ChecksumSHA256: createHash('sha256').update('hello').digest('base64'),
  ChecksumSHA512: createHash('sha512').update('hello').digest('base64'),
};

function crc32Of(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
}

test('a checksum in a header is compared, kept and told again', async (t) => {
  const s3 = await withBucket(t);
  for (const [member, value] of Object.entries(ofHello)) {
    const answer = await put(s3, { [member]: value });
    assert.equal(answer[member as 'ChecksumCRC32'], value, member);
    assert.equal(answer.ChecksumType, 'FULL_OBJECT');
    const Key = 'pic.jpg';
    const asked = await s3.root.call(headObject, { Bucket, Key, ChecksumMode: 'ENABLED' });
    assert.equal(asked[member as 'ChecksumCRC32'], value);
    const unasked = await s3.root.call(headObject, { Bucket, Key });
    assert.equal(unasked[member as 'ChecksumCRC32'], undefined);
    const part = { Bucket, Key, ChecksumMode: 'ENABLED', Range: 'bytes=0-1' } as const;
    const ranged = await s3.root.call(headObject, part);
    assert.equal(ranged[member as 'ChecksumCRC32'], undefined);
    const error = await assertRefused(
      put(s3, { [member]: value, Body: body('hellO') }),
      'BadDigest',
      400,
    );
    const name = member.slice('Checksum'.length);
    assert.equal(error.message, `The ${name} you specified did not match the calculated checksum.`);
  }
});

test('a checksum in a trailer is compared', async (t) => {
  const s3 = await withBucket(t);
  const send = (text: string, trailers: Record<string, string>, algorithm?: string) =>
    put(s3, {
      Body: body(text, trailers),
      ChecksumAlgorithm: algorithm as 'CRC32' | undefined,
    });
  const trailers = { 'x-amz-checksum-crc32c': ofHello.ChecksumCRC32C };
  const answer = await send('hello', trailers, 'CRC32C');
  assert.equal(answer.ChecksumCRC32C, ofHello.ChecksumCRC32C);
  await assertRefused(send('hellO', trailers, 'CRC32C'), 'BadDigest', 400);
  await assertRefused(send('hello', trailers), 'InvalidRequest', 400);
  const short = { 'x-amz-checksum-crc32c': 'AAAA' };
  await assertRefused(send('hello', short, 'CRC32C'), 'InvalidRequest', 400);
  const unknown = { 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' };
  await assertRefused(send('hello', unknown), 'NotImplemented', 501);
  const got = await s3.root.call(getObject, { Bucket, Key: 'pic.jpg' });
  assert.equal(await textOf(got.Body), 'hello');
});

test('a checksum is announced by the name of its trailer alone, as some clients do', async (t) => {
  const s3 = await withBucket(t);
  const send = (text: string, ...trailerNames: string[]) => {
    const trailers = { 'x-amz-checksum-crc32c': ofHello.ChecksumCRC32C };
    const stream: ObjectBody = Object.assign(body(text, trailers), { trailerNames });
    return put(s3, { Body: stream });
  };
  const answer = await send('hello', 'x-amz-checksum-crc32c');
  assert.equal(answer.ChecksumCRC32C, ofHello.ChecksumCRC32C);
  assert.equal(answer.ChecksumCRC64NVME, undefined);
  await assertRefused(send('hellO', 'x-amz-checksum-crc32c'), 'BadDigest', 400);
  await assertRefused(send('hello', 'x-amz-checksum-sha1'), 'InvalidRequest', 400);
});

test('S3 chooses a checksum when the caller speaks of none', async (t) => {
  const s3 = await withBucket(t);
  const answer = await put(s3, { Body: body('123456789') });
  const crc64 = Buffer.from('ae8b14860a799888', 'hex').toString('base64');
  assert.deepEqual([answer.ChecksumCRC64NVME, answer.ChecksumType], [crc64, 'FULL_OBJECT']);
  const asked = { Bucket, Key: 'pic.jpg', ChecksumMode: 'ENABLED' } as const;
  assert.equal((await s3.root.call(headObject, asked)).ChecksumCRC64NVME, crc64);
  const spoken = await put(s3, { ChecksumAlgorithm: 'SHA1' });
  assert.equal(spoken.ChecksumCRC64NVME, undefined);
});

test('a presigned URL carries the checksum of nothing, and is used for something', async (t) => {
  const s3 = await withBucket(t);
  const presigned: ObjectBody = { ...body('hello'), presigned: true };
  const send = (ChecksumCRC32: string, Body = presigned) =>
    put(s3, { ChecksumCRC32, ChecksumAlgorithm: 'CRC32', Body });
  const answer = await send('AAAAAA==');
  assert.equal(answer.ChecksumCRC32, ofHello.ChecksumCRC32);
  await assertRefused(send('AAAAAA==', body('hello')), 'BadDigest', 400);
  await assertRefused(send('AAAAAQ=='), 'BadDigest', 400);
  await send(ofHello.ChecksumCRC32);
});

test('an announced algorithm is computed also when no value is sent', async (t) => {
  const s3 = await withBucket(t);
  const answer = await put(s3, { ChecksumAlgorithm: 'CRC64NVME', Body: body('123456789') });
  assert.equal(answer.ChecksumCRC64NVME, Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
});

test('checksums that make no sense are refused', async (t) => {
  const s3 = await withBucket(t);
  const two = { ChecksumCRC32: ofHello.ChecksumCRC32, ChecksumSHA1: ofHello.ChecksumSHA1 };
  await assertRefused(put(s3, two), 'InvalidRequest', 400);
  await assertRefused(put(s3, { ChecksumCRC32: 'AAAA' }), 'InvalidRequest', 400);
  await assertRefused(put(s3, { ChecksumXXHASH64: 'AAAAAAAAAAA=' }), 'NotImplemented', 501);
  const another = { ChecksumAlgorithm: 'CRC32', ChecksumSHA1: ofHello.ChecksumSHA1 } as const;
  await assertRefused(put(s3, another), 'InvalidRequest', 400);
  const unknown = { ChecksumAlgorithm: 'ADLER' as 'CRC32' };
  await assertRefused(put(s3, unknown), 'InvalidRequest', 400);
  await assertRefused(put(s3, { ChecksumAlgorithm: 'XXHASH3' }), 'NotImplemented', 501);
  assert.deepEqual(await s3.files(), []);
});

test('a conditional write', async (t) => {
  const s3 = await withBucket(t);
  const missing = { Key: 'new', IfMatch: '"5d41402abc4b2a76b9719d911017c592"' };
  await assertRefused(put(s3, missing), 'NoSuchKey', 404);
  const { ETag } = await put(s3, { IfNoneMatch: '*' });
  const again = put(s3, { IfNoneMatch: '*', Body: body('other') });
  const error = await assertRefused(again, 'PreconditionFailed', 412);
  assert.equal(error.details.Condition, 'If-None-Match');
  await assertRefused(put(s3, { IfMatch: '"other"' }), 'PreconditionFailed', 412);
  await put(s3, { IfMatch: ETag, Body: body('second') });
  await assertRefused(put(s3, { IfMatch: ETag }), 'PreconditionFailed', 412);
  await put(s3, { IfMatch: '*' });
  await assertRefused(put(s3, { IfNoneMatch: '"x"' }), 'NotImplemented', 501);
});

test('of two conditional writes at once one wins', async (t) => {
  const s3 = await withBucket(t);
  const results = await Promise.allSettled(
    ['one', 'two', 'three'].map((text) => put(s3, { IfNoneMatch: '*', Body: body(text) })),
  );
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  assert.equal((await s3.files()).length, 1);
});

test('what cannot be honoured is refused, never dropped', async (t) => {
  const s3 = await withBucket(t);
  const refused: readonly [Partial<PutObjectInput>, string, number][] = [
    [{ ServerSideEncryption: 'AES256' }, 'NotImplemented', 501],
    [{ SSECustomerAlgorithm: 'AES256' }, 'NotImplemented', 501],
    [{ SSEKMSKeyId: 'key' }, 'NotImplemented', 501],
    [{ WebsiteRedirectLocation: '/x' }, 'NotImplemented', 501],
    [{ WriteOffsetBytes: 0 }, 'NotImplemented', 501],
    [{ ObjectLockMode: 'COMPLIANCE' }, 'InvalidRequest', 400],
    [{ ObjectLockLegalHoldStatus: 'ON' }, 'InvalidRequest', 400],
    [{ ACL: 'public-read' }, 'AccessControlListNotSupported', 400],
    [{ GrantRead: 'uri="x"' }, 'AccessControlListNotSupported', 400],
    [{ StorageClass: 'GLACIER' }, 'InvalidStorageClass', 400],
  ];
  for (const [input, code, status] of refused) await assertRefused(put(s3, input), code, status);
  assert.deepEqual(await s3.files(), []);
  await put(s3, { ACL: 'bucket-owner-full-control', StorageClass: 'STANDARD' });
});

test('an object that says it is too large is refused before it is read', async (t) => {
  const s3 = await withBucket(t);
  const unread: ObjectBody = {
    [Symbol.asyncIterator]: () => assert.fail('the body was read'),
  };
  const tooLarge = { ContentLength: 5 * 1024 ** 3 + 1, Body: unread };
  await assertRefused(put(s3, tooLarge), 'EntityTooLarge', 400);
  const nowhere = { Bucket: 'nowhere', Key: 'a', Body: unread };
  await assertRefused(s3.root.call(putObject, nowhere), 'NoSuchBucket', 404);
});

test('tags in a header', async (t) => {
  const s3 = await withBucket(t);
  await put(s3, { Tagging: 'team=red+blue&stage=&caf%C3%A9=1' });
  const { TagSet } = await s3.root.call(getObjectTagging, { Bucket, Key: 'pic.jpg' });
  assert.deepEqual(TagSet, [
    { Key: 'team', Value: 'red blue' },
    { Key: 'stage', Value: '' },
    { Key: 'café', Value: '1' },
  ]);
  const head = await s3.root.call(headObject, { Bucket, Key: 'pic.jpg' });
  assert.equal(head.TagCount, 3);
  await assertRefused(put(s3, { Tagging: 'a=1&a=2' }), 'InvalidArgument', 400);
  await assertRefused(put(s3, { Tagging: 'a=%zz' }), 'InvalidArgument', 400);
  await assertRefused(put(s3, { Tagging: 'aws:x=1' }), 'InvalidTag', 400);
  await assertRefused(put(s3, { Tagging: `a=${'x'.repeat(257)}` }), 'InvalidTag', 400);
  const eleven = Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&');
  await assertRefused(put(s3, { Tagging: eleven }), 'BadRequest', 400);
});

test('who is renamed while an upload comes has the policies of the new name', async (t) => {
  const s3 = await withBucket(t);
  const dave = await s3.user(firstAccount, 'dave', [
    {
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${Bucket}/\${aws:username}/*`,
    },
  ]);
  const put = (Body: AsyncIterable<Uint8Array>) =>
    dave.call(putObject, { Bucket, Key: 'dave/x', Body });
  await put(body('before'));
  async function* renamedMeanwhile() {
    yield Buffer.from('bytes');
    const { caller } = dave;
    assert.ok(caller.kind === 'user');
    await s3.store.transaction(async ({ database, changed }) => {
      await database
        .updateTable('iam_user')
        .set({ name: 'left', name_fold: 'left' })
        .where('user_id', '=', caller.userId)
        .execute();
      changed({ accountId: firstAccount, kind: 'user', id: caller.userId });
    });
  }
  await assertRefused(put(renamedMeanwhile()), 'AccessDenied', 403);
});
