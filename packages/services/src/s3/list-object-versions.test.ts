import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListObjectVersionsRequest } from '@aws-sdk/client-s3';
import { createBucket } from './bucket.ts';
import { listObjectVersions } from './list-object-versions.ts';
import { canonicalUserId } from './owner.ts';
import { putObject } from './put-object.ts';
import { assertRefused, body, firstAccount, openTestS3 } from './testing.ts';

const Bucket = 'photos';
const keys = ['a', 'b/1', 'b/2', 'c d'];

async function withKeys(t: Parameters<typeof openTestS3>[0]) {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  for (const Key of keys) await s3.root.call(putObject, { Bucket, Key, Body: body(Key) });
  const list = (input: Partial<ListObjectVersionsRequest> = {}, caller = s3.root) =>
    caller.call(listObjectVersions, { Bucket, ...input });
  return { s3, list };
}

test('every object is its one version', async (t) => {
  const { list } = await withKeys(t);
  const { Versions = [], IsTruncated, DeleteMarkers } = await list();
  assert.deepEqual(
    Versions.map(({ Key }) => Key),
    keys,
  );
  for (const { VersionId, IsLatest, Owner } of Versions) {
    assert.deepEqual([VersionId, IsLatest], ['null', true]);
    assert.deepEqual(Owner, { ID: canonicalUserId(firstAccount) });
  }
  assert.deepEqual([IsTruncated, DeleteMarkers], [false, undefined]);
});

test('versions come page by page, rolled up and encoded', async (t) => {
  const { list } = await withKeys(t);
  const found: (string | undefined)[] = [];
  let markers: Pick<ListObjectVersionsRequest, 'KeyMarker' | 'VersionIdMarker'> = {};
  for (let page = 0; page < 3; page++) {
    const answer = await list({ Delimiter: '/', EncodingType: 'url', MaxKeys: 1, ...markers });
    found.push(...(answer.Versions ?? []).map(({ Key }) => Key));
    found.push(...(answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = answer;
    assert.equal(KeyMarker === undefined, page === 2, 'the third is the last');
    markers = { KeyMarker, VersionIdMarker };
  }
  assert.deepEqual(found, ['a', 'b/', 'c+d']);
});

test('markers that mean nothing are refused', async (t) => {
  const { list } = await withKeys(t);
  await assertRefused(list({ VersionIdMarker: 'null' }), 'InvalidArgument', 400);
  await assertRefused(list({ KeyMarker: 'a', VersionIdMarker: 'v1' }), 'InvalidArgument', 400);
  const { Versions = [] } = await list({ KeyMarker: 'a', VersionIdMarker: 'null' });
  assert.equal(Versions.length, 3);
});

test('listing versions is a permission of its own, and its prefix a condition', async (t) => {
  const { s3, list } = await withKeys(t);
  const lister = await s3.user(firstAccount, 'lister', [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' },
  ]);
  await assertRefused(list({}, lister), 'AccessDenied', 403);
  const auditor = await s3.user(firstAccount, 'auditor', [
    {
      Effect: 'Allow',
      Action: 's3:ListBucketVersions',
      Resource: `arn:aws:s3:::${Bucket}`,
      Condition: { StringEquals: { 's3:prefix': 'b/' } },
    },
  ]);
  await assertRefused(list({}, auditor), 'AccessDenied', 403);
  assert.equal((await list({ Prefix: 'b/' }, auditor)).Versions?.length, 2);
});
