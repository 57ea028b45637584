import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListObjectsRequest, ListObjectsV2Request } from '@aws-sdk/client-s3';
import { createBucket } from './bucket.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { putObject } from './put-object.ts';
import { assertRefused, body, firstAccount, openTestS3, type TestS3 } from './testing.ts';

const Bucket = 'photos';

async function withKeys(
  t: Parameters<typeof openTestS3>[0],
  keys: readonly string[],
): Promise<TestS3> {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  await s3.root.call(createBucket, { Bucket: 'other' });
  // Keys of another bucket must not show, wherever they would sort.
  for (const Key of ['', 'zzz']) {
    await s3.root.call(putObject, { Bucket: 'other', Key: `x${Key}`, Body: body('') });
  }
  for (const Key of keys) await s3.root.call(putObject, { Bucket, Key, Body: body(Key) });
  return s3;
}

async function insertKeys(s3: TestS3, keys: readonly string[]): Promise<void> {
  await s3.store.transaction(async ({ database }) => {
    for (let at = 0; at < keys.length; at += 500) {
      const rows = keys.slice(at, at + 500).map((key) => ({
        account_id: firstAccount,
        bucket: Bucket,
        key,
        file: 'none',
        size: 0,
        etag: 'd41d8cd98f00b204e9800998ecf8427e',
        last_modified_at: 0,
        headers: '{}',
        metadata: '{}',
        checksums: '{}',
        tags: '{}',
      }));
      await database.insertInto('s3_object').values(rows).execute();
    }
  });
}

function keysOf(answer: { readonly Contents?: readonly { readonly Key?: string }[] | undefined }) {
  return answer.Contents?.map((object) => object.Key);
}

function prefixesOf(answer: {
  readonly CommonPrefixes?: readonly { readonly Prefix?: string }[] | undefined;
}) {
  return answer.CommonPrefixes?.map((entry) => entry.Prefix);
}

test('version 2: everything, and what is told of each object', async (t) => {
  const s3 = await withKeys(t, ['b', 'a', 'c/d']);
  const answer = await s3.root.call(listObjectsV2, { Bucket });
  assert.deepEqual(keysOf(answer), ['a', 'b', 'c/d']);
  assert.equal(answer.KeyCount, 3);
  assert.equal(answer.MaxKeys, 1000);
  assert.equal(answer.IsTruncated, false);
  assert.equal(answer.NextContinuationToken, undefined);
  const [first] = answer.Contents ?? [];
  assert.equal(first?.Size, 1);
  assert.equal(first?.ETag, '"0cc175b9c0f1b6a831c399e269772661"');
  assert.equal(first?.StorageClass, 'STANDARD');
  assert.equal(first?.Owner, undefined);
  const owned = await s3.root.call(listObjectsV2, { Bucket, FetchOwner: true });
  assert.match(owned.Contents?.[0]?.Owner?.ID ?? '', /^[0-9a-f]{64}$/);
});

test('keys sort by the bytes of UTF-8, not as JavaScript would', async (t) => {
  const keys = ['\u{1f600}', '\uff5e', 'Z', 'a', 'ä', '_', '%'];
  const s3 = await withKeys(t, keys);
  const answer = await s3.root.call(listObjectsV2, { Bucket });
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.notDeepEqual(byBytes, keys.toSorted());
  assert.deepEqual(keysOf(answer), byBytes);
});

test('prefix and delimiter', async (t) => {
  const s3 = await withKeys(t, ['a', 'b/1', 'b/2/x', 'b/2/y', 'b/3', 'c']);
  const list = (input: Partial<ListObjectsV2Request>) =>
    s3.root.call(listObjectsV2, { Bucket, ...input });
  const top = await list({ Delimiter: '/' });
  assert.deepEqual([keysOf(top), prefixesOf(top)], [['a', 'c'], ['b/']]);
  assert.equal(top.KeyCount, 3);
  const inside = await list({ Delimiter: '/', Prefix: 'b/' });
  assert.deepEqual([keysOf(inside), prefixesOf(inside)], [['b/1', 'b/3'], ['b/2/']]);
  assert.deepEqual(keysOf(await list({ Prefix: 'b/2' })), ['b/2/x', 'b/2/y']);
  assert.deepEqual(keysOf(await list({ Prefix: 'none' })), []);
  assert.deepEqual(keysOf(await list({ StartAfter: 'b/2/x' })), ['b/2/y', 'b/3', 'c']);
  assert.deepEqual(keysOf(await list({ Delimiter: '' })), keysOf(await list({})));
});

test('wildcards of SQL are plain characters', async (t) => {
  const s3 = await withKeys(t, ['a%b', 'a_b', 'axb', "a'b"]);
  for (const Prefix of ['a%', 'a_', "a'"]) {
    const answer = await s3.root.call(listObjectsV2, { Bucket, Prefix });
    assert.deepEqual(keysOf(answer), [`${Prefix}b`]);
  }
});

test('page after page by continuation token, which belongs to its bucket', async (t) => {
  const s3 = await withKeys(t, ['a', 'b/1', 'b/2', 'c', 'd/1', 'e']);
  const seen: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  let pages = 0;
  do {
    const input = { Bucket, Delimiter: '/', MaxKeys: 2, ContinuationToken };
    const page = await s3.root.call(listObjectsV2, input);
    seen.push(...(keysOf(page) ?? []), ...(prefixesOf(page) ?? []));
    assert.equal(page.IsTruncated, page.NextContinuationToken !== undefined);
    ContinuationToken = page.NextContinuationToken;
    pages += 1;
  } while (ContinuationToken !== undefined);
  assert.equal(pages, 3);
  assert.deepEqual(seen, ['a', 'b/', 'c', 'd/', 'e']);
  const { NextContinuationToken } = await s3.root.call(listObjectsV2, { Bucket, MaxKeys: 1 });
  for (const input of [
    { Bucket: 'other', ContinuationToken: NextContinuationToken },
    { Bucket, ContinuationToken: 'x' },
    { Bucket, ContinuationToken: '' },
  ]) {
    await assertRefused(s3.root.call(listObjectsV2, input), 'InvalidArgument', 400);
  }
});

test('page sizes', async (t) => {
  const s3 = await withKeys(t, ['a', 'b']);
  const list = (MaxKeys: number) => s3.root.call(listObjectsV2, { Bucket, MaxKeys });
  const none = await list(0);
  assert.deepEqual([keysOf(none), none.KeyCount, none.IsTruncated], [[], 0, false]);
  assert.equal((await list(5000)).MaxKeys, 1000);
  for (const size of [-1, 2 ** 31, 1.5]) {
    await assertRefused(list(size), 'InvalidArgument', 400);
  }
});

test('version 1: markers', async (t) => {
  const s3 = await withKeys(t, ['a', 'b/1', 'b/2', 'c']);
  const list = (input: Partial<ListObjectsRequest>) =>
    s3.root.call(listObjects, { Bucket, ...input });
  const first = await list({ MaxKeys: 2 });
  assert.deepEqual(keysOf(first), ['a', 'b/1']);
  assert.equal(first.IsTruncated, true);
  assert.equal(first.NextMarker, undefined);
  assert.ok(first.Contents?.[0]?.Owner?.ID);
  assert.deepEqual(keysOf(await list({ Marker: 'b/1' })), ['b/2', 'c']);
  const rolled = await list({ MaxKeys: 2, Delimiter: '/' });
  assert.equal(rolled.NextMarker, 'b/');
  const rest = await list({ Marker: 'b/', Delimiter: '/' });
  assert.deepEqual([keysOf(rest), prefixesOf(rest)], [['c'], []]);
  const inside = await list({ Marker: 'b/1', Delimiter: '/' });
  assert.deepEqual([keysOf(inside), prefixesOf(inside)], [['c'], []]);
});

test('keys in URL encoding', async (t) => {
  const s3 = await withKeys(t, ["a b/ä+c'(d)~*!.png"]);
  const list = (input: Partial<ListObjectsV2Request>) =>
    s3.root.call(listObjectsV2, { Bucket, ...input });
  const answer = await list({ EncodingType: 'url' });
  const [encoded = ''] = keysOf(answer) ?? [];
  assert.equal(encoded, 'a+b/%C3%A4%2Bc%27%28d%29~*%21.png');
  assert.equal(decodeURIComponent(encoded.replaceAll('+', ' ')), "a b/ä+c'(d)~*!.png");
  const rolled = await list({ EncodingType: 'url', Delimiter: '/', Prefix: 'a ' });
  assert.equal(rolled.Prefix, 'a+');
  assert.deepEqual(prefixesOf(rolled), ['a+b/']);
  const other = list({ EncodingType: 'base64' as 'url' });
  await assertRefused(other, 'InvalidArgument', 400);
});

test('thousands of keys under few prefixes, and a thousand prefixes', async (t) => {
  const s3 = await withKeys(t, []);
  const few = ['x', 'y'].flatMap((folder) =>
    Array.from({ length: 3000 }, (_, index) => `${folder}/${index}`),
  );
  const many = Array.from({ length: 1500 }, (_, index) => `z/${index}/pic`);
  await insertKeys(s3, [...few, ...many]);
  const top = await s3.root.call(listObjectsV2, { Bucket, Delimiter: '/' });
  assert.deepEqual(prefixesOf(top), ['x/', 'y/', 'z/']);
  const folders: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const input = { Bucket, Delimiter: '/', Prefix: 'z/', ContinuationToken };
    const page = await s3.root.call(listObjectsV2, input);
    assert.ok((page.KeyCount ?? 0) <= 1000);
    folders.push(...(prefixesOf(page) ?? []));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  const wanted = many.map((key) => key.slice(0, -3)).toSorted();
  assert.deepEqual(folders, wanted);
});

test('the prefix is a condition key', async (t) => {
  const s3 = await withKeys(t, ['home/dave/a', 'home/other/a']);
  const statement = {
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${Bucket}`,
    Condition: {
      StringLike: { 's3:prefix': 'home/dave/*' },
      NumericLessThanEquals: { 's3:max-keys': '10' },
    },
  };
  const dave = await s3.user(firstAccount, 'dave', [statement]);
  const list = (input: Partial<ListObjectsV2Request>) =>
    dave.call(listObjectsV2, { Bucket, MaxKeys: 10, ...input });
  assert.deepEqual(keysOf(await list({ Prefix: 'home/dave/' })), ['home/dave/a']);
  await assertRefused(list({ Prefix: 'home/' }), 'AccessDenied', 403);
  await assertRefused(list({}), 'AccessDenied', 403);
  await assertRefused(list({ Prefix: 'home/dave/', MaxKeys: 11 }), 'AccessDenied', 403);
  await assertRefused(dave.call(listObjects, { Bucket }), 'AccessDenied', 403);
});
