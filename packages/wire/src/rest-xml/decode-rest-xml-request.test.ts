import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../api-error.ts';
import { validateInput } from '../constraint/validate-input.ts';
import { models } from '../models.ts';
import { decodeRestXmlRequest, type RestRequest } from './decode-rest-xml-request.ts';
import { encodeRestXmlResponse } from './encode-rest-xml-response.ts';
import { routeRestXml } from './route-rest-xml.ts';

const model = models.s3;

type Pairs = readonly (readonly [string, string])[];

function request(query: Pairs, headers: Pairs = [], body?: string): RestRequest {
  return {
    bucket: 'photos',
    key: 'k',
    query,
    headers: new Map(headers),
    body: body === undefined ? undefined : new TextEncoder().encode(body),
  };
}

function decode(operation: string, query: Pairs, headers: Pairs = [], body?: string) {
  return decodeRestXmlRequest(model, operation, request(query, headers, body));
}

function isRefused(code: string) {
  return (thrown: unknown) =>
    thrown instanceof ApiError && thrown.code === code && thrown.status === 400;
}

test('members come from path, query and headers', () => {
  const query = [
    ['partNumber', '3'],
    ['uploadId', 'a+b c'],
    ['foo', 'bar'],
  ] as const;
  const headers = [
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['content-length', '5'],
  ] as const;
  assert.deepEqual(decode('UploadPart', query, headers), {
    Bucket: 'photos',
    Key: 'k',
    PartNumber: 3,
    UploadId: 'a+b c',
    ChecksumCRC32: 'AAAAAA==',
    ContentLength: 5,
  });
});

test('metadata is every header with the prefix, whatever its name', () => {
  const { Metadata } = decode(
    'PutObject',
    [],
    [
      ['x-amz-meta-place', 'Bern'],
      ['x-amz-meta-__proto__', 'a'],
      ['x-amz-meta-', 'empty'],
      ['x-amz-metadata', 'no'],
    ],
  );
  assert.deepEqual(Object.entries(Metadata as object), [
    ['place', 'Bern'],
    ['__proto__', 'a'],
    ['', 'empty'],
  ]);
  assert.equal(decode('PutObject', []).Metadata, undefined);
});

test('a presigned URL carries headers as parameters', () => {
  const { ACL, Metadata } = decode('PutObject', [
    ['X-Amz-Acl', 'private'],
    ['x-amz-meta-place', 'Bern'],
  ]);
  assert.equal(ACL, 'private');
  assert.deepEqual({ ...(Metadata as object) }, { place: 'Bern' });
  assert.equal(decode('PutObject', [['content-type', 'text/html']]).ContentType, undefined);
});

test('a list in a header', () => {
  const { ObjectAttributes } = decode(
    'GetObjectAttributes',
    [],
    [['x-amz-object-attributes', 'ETag, ObjectSize']],
  );
  assert.deepEqual(ObjectAttributes, ['ETag', 'ObjectSize']);
});

test('dates: one of HTTP that is none counts as absent, one of S3’s own is refused', () => {
  const date = 'Mon, 23 Nov 2026 12:00:00 GMT';
  const since = (text: string) => decode('GetObject', [], [['if-modified-since', text]]);
  assert.deepEqual(since(date).IfModifiedSince, new Date('2026-11-23T12:00:00Z'));
  assert.equal(since('yesterday').IfModifiedSince, undefined);
  assert.throws(
    () => decode('PutObject', [], [['x-amz-object-lock-retain-until-date', 'tomorrow']]),
    isRefused('InvalidArgument'),
  );
});

test('values that are none', () => {
  const refused: readonly (readonly [string, Pairs, Pairs?])[] = [
    ['ListObjectsV2', [['max-keys', 'ten']]],
    ['ListObjectsV2', [['max-keys', '']]],
    ['ListObjectsV2', [['max-keys', '99999999999']]],
    ['ListObjectsV2', [['fetch-owner', 'maybe']]],
    [
      'ListObjectsV2',
      [
        ['prefix', 'a'],
        ['prefix', 'b'],
      ],
    ],
    ['ListObjectsV2', [['Prefix', 'a']]],
    ['UploadPart', [['uploadid', 'a']]],
    ['PutObject', [], [['content-length', '-']]],
    [
      'PutObject',
      [
        ['x-amz-acl', 'private'],
        ['X-Amz-Acl', 'public-read'],
      ],
    ],
    ['PutObject', [['x-amz-acl', 'private']], [['x-amz-acl', 'public-read']]],
    ['PutObject', [['x-amz-meta-a', 'b\r\nc: d']]],
    ['PutObject', [['x-amz-website-redirect-location', '/\n']]],
  ];
  for (const [operation, query, headers] of refused) {
    assert.throws(
      () => decode(operation, query, headers),
      isRefused('InvalidArgument'),
      JSON.stringify([operation, query, headers]),
    );
  }
});

test('documents', () => {
  const parts =
    '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n' +
    '  <Part><PartNumber> 1 </PartNumber><ETag>&quot;a&quot;</ETag></Part>\n' +
    '  <Part><ETag>"b"</ETag><PartNumber>2</PartNumber><Unknown><a/></Unknown></Part>\n' +
    '</CompleteMultipartUpload>';
  const { MultipartUpload } = decode('CompleteMultipartUpload', [['uploadId', 'u']], [], parts);
  assert.deepEqual(MultipartUpload, {
    Parts: [
      { PartNumber: 1, ETag: '"a"' },
      { PartNumber: 2, ETag: '"b"' },
    ],
  });
  const { AccessControlPolicy } = decode(
    'PutBucketAcl',
    [],
    [],
    '<AccessControlPolicy><AccessControlList><Grant>' +
      '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">' +
      '<ID>1</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>',
  );
  assert.deepEqual(AccessControlPolicy, {
    Grants: [{ Grantee: { ID: '1', Type: 'CanonicalUser' }, Permission: 'READ' }],
  });
});

test('documents that are none, or others', () => {
  for (const body of [
    'x',
    '<Delete>',
    '<CompleteMultipartUpload/>',
    '<delete/>',
    '<Delete>text</Delete>',
    '<Delete><object><Key>k</Key></object></Delete>',
    '<Delete><Quiet>true</Quiet><Quiet>false</Quiet></Delete>',
    '<Delete><Quiet>1</Quiet></Delete>',
    '<Delete><Object><Key><b/></Key></Object></Delete>',
    '<Delete><Object>k</Object></Delete>',
  ]) {
    assert.throws(() => decode('DeleteObjects', [], [], body), isRefused('MalformedXML'), body);
  }
  const notText = { ...request([]), body: Uint8Array.of(0xff, 0xfe) };
  assert.throws(
    () => decodeRestXmlRequest(model, 'PutBucketPolicy', notText),
    isRefused('InvalidRequest'),
  );
});

test('a body that the operation does not read is none of its business', () => {
  assert.deepEqual(decode('DeleteObject', [], [], '<!DOCTYPE'), { Bucket: 'photos', Key: 'k' });
  assert.equal(decode('PutObject', [], [], 'bytes').Body, undefined);
});

test('nothingButApiErrorIsThrown', () => {
  const name = fc.oneof(
    fc.constantFrom(
      'acl',
      'uploads',
      'uploadId',
      'partNumber',
      'delete',
      'list-type',
      'max-keys',
      'prefix',
      'policy',
      'tagging',
      'versionId',
      'x-amz-acl',
      'x-amz-meta-a',
      'x-amz-copy-source',
      '__proto__',
      'range',
      'if-modified-since',
      'x-amz-object-lock-retain-until-date',
      'content-length',
      'Policy',
      'restore',
    ),
    fc.string({ maxLength: 4 }),
  );
  const value = fc.oneof(
    fc.constantFrom('', '2', '-1', 'true', '__proto__', '99999999999999999999', '\r\n', 'ü'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const pairs = fc.array(fc.tuple(name, value), { maxLength: 5 });
  const body = fc
    .array(
      fc.constantFrom(
        '<Delete>',
        '</Delete>',
        '<Object>',
        '</Object>',
        '<Key>',
        '</Key>',
        'k',
        '<Tagging>',
        '</Tagging>',
        '<TagSet>',
        '</TagSet>',
        '<Quiet/>',
        '&amp;',
        '&',
        '<',
        '<a b="c"/>',
        ' ',
      ),
      { maxLength: 10 },
    )
    .map((pieces) => new TextEncoder().encode(pieces.join('')));
  const arbitrary = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'),
    bucket: fc.option(fc.string({ minLength: 1, maxLength: 4 }), { nil: undefined }),
    key: fc.option(fc.string({ minLength: 1, maxLength: 4 }), { nil: undefined }),
    query: pairs,
    headers: pairs.map((entries) => new Map(entries)),
    body,
  });
  fc.assert(
    fc.property(arbitrary, (input) => {
      const operation = routeRestXml(model, input);
      if (operation === undefined) return;
      try {
        validateInput(model, operation, decodeRestXmlRequest(model, operation, input));
        encodeRestXmlResponse(model, operation, {});
      } catch (thrown) {
        assert(thrown instanceof ApiError, String(thrown));
        assert.equal(thrown.status, 400);
      }
    }),
    { numRuns: 3000 },
  );
});
