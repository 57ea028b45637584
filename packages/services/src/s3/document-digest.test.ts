import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApiError } from '@carnet/wire';
import { checksumAlgorithms } from './checksum/checksum-algorithm.ts';
import { checkDocumentDigest } from './document-digest.ts';

const document = Buffer.from('<Delete><Object><Key>a</Key></Object></Delete>');

function digestOf(text: string | Uint8Array): string {
  return createHash('md5').update(text).digest('base64');
}

/** `Code: Message` of the refusal, undefined when there is none. */
function refusal(operation: string, headers: Record<string, string>): string | undefined {
  try {
    checkDocumentDigest(operation, new Map(Object.entries(headers)), document);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return `${error.code}: ${error.message}`;
  }
}

test('Content-MD5 is held against the document, of every operation', () => {
  for (const operation of ['DeleteObjects', 'PutBucketPolicy', 'CompleteMultipartUpload']) {
    assert.equal(refusal(operation, { 'content-md5': digestOf(document) }), undefined);
    assert.equal(
      refusal(operation, { 'content-md5': digestOf('another') }),
      'BadDigest: The Content-MD5 you specified did not match what we received.',
    );
    for (const value of ['x', '', 'AAAA', `${digestOf(document)}=`]) {
      assert.equal(
        refusal(operation, { 'content-md5': value }),
        'InvalidDigest: The Content-MD5 you specified was invalid.',
      );
    }
  }
});

test('a checksum is held against the document, by each algorithm', () => {
  for (const { name, wireName, length, create } of checksumAlgorithms) {
    const header = `x-amz-checksum-${name}`;
    const hasher = create();
    hasher.update(document);
    const right = hasher.digest().toString('base64');
    assert.equal(refusal('DeleteObjects', { [header]: right }), undefined, name);
    const wrong = Buffer.alloc(length).toString('base64');
    assert.equal(
      refusal('PutObjectTagging', { [header]: wrong }),
      `BadDigest: The ${wireName} you specified did not match the calculated checksum.`,
    );
    assert.equal(
      refusal('PutObjectTagging', { [header]: 'x' }),
      `InvalidRequest: Value for ${header} header is invalid.`,
    );
  }
  assert.equal(
    refusal('PutObjectTagging', { 'x-amz-checksum-adler': 'AAAA' }),
    'InvalidRequest: The algorithm type you specified in x-amz-checksum- header is invalid.',
  );
  assert.match(refusal('PutObjectTagging', { 'x-amz-checksum-xxhash3': 'A' }) ?? '', /^NotImpl/);
});

test('the checksum of an object is not one of the document that completes it', () => {
  const ofObject = { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-type': 'FULL_OBJECT' };
  assert.equal(refusal('CompleteMultipartUpload', ofObject), undefined);
  const unknown = { 'x-amz-checksum-adler': 'AAAA' };
  assert.match(refusal('CompleteMultipartUpload', unknown) ?? '', /^InvalidRequest: The algorithm/);
  assert.equal(refusal('GetObject', { 'x-amz-checksum-mode': 'ENABLED' }), undefined);
  assert.equal(refusal('CreateMultipartUpload', { 'x-amz-checksum-algorithm': 'X' }), undefined);
});

test('a list of keys to delete comes with a digest', () => {
  const missing =
    'InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
  assert.equal(refusal('DeleteObjects', {}), missing);
  assert.equal(refusal('DeleteObjects', { 'x-amz-checksum-type': 'FULL_OBJECT' }), missing);
  assert.equal(refusal('PutObjectTagging', {}), undefined);
});
