import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPayloadVerifier } from './create-payload-verifier.ts';
import { readCredentials } from './read-credentials.ts';
import { sha256Hex } from './sha256.ts';
import { presignRequest, signRequest } from './sign-request.ts';
import { verifySignature } from './verify-signature.ts';

/**
 * The worked examples of the Amazon S3 API Reference: "Signature Calculations for the Authorization
 * Header" (single chunk, multiple chunks, including trailing headers) and "Using Query Parameters".
 */

const now = Date.UTC(2013, 4, 24);
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const host = 'examplebucket.s3.amazonaws.com';
const welcome = sha256Hex('Welcome to Amazon S3.');

interface Example {
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly payloadHash?: string;
  readonly signature: string;
}

const examples: readonly Example[] = [
  {
    name: 'GET object',
    method: 'GET',
    target: '/test.txt',
    headers: [
      ['Host', host],
      ['Range', 'bytes=0-9'],
    ],
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT object',
    method: 'PUT',
    target: '/test$file.text',
    headers: [
      ['Host', host],
      ['Date', 'Fri, 24 May 2013 00:00:00 GMT'],
      ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ],
    payloadHash: welcome,
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET bucket lifecycle',
    method: 'GET',
    target: '/?lifecycle',
    headers: [['Host', host]],
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'list objects',
    method: 'GET',
    target: '/?max-keys=2&prefix=J',
    headers: [['Host', host]],
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
];

describe('examples of the S3 reference', () => {
  for (const { name, method, target, headers, payloadHash, signature } of examples) {
    it(`${name} is signed and verified as published`, () => {
      const scope = { credentials, region: 'us-east-1', service: 's3', now };
      const request = signRequest({ ...scope, method, target, headers, payloadHash });
      const reading = readCredentials(request);
      assert.ok(reading.kind === 'signed');
      assert.equal(reading.signature, signature);
      const options = { ...credentials, now, bodySha256: undefined };
      assert.equal(verifySignature(reading, options).ok, true);
    });
  }

  it('a presigned URL is signed and verified as published', () => {
    const request = presignRequest(
      {
        method: 'GET',
        target: '/test.txt',
        headers: [['Host', host]],
        credentials,
        region: 'us-east-1',
        service: 's3',
        now,
      },
      86_400,
    );
    const reading = readCredentials(request);
    assert.ok(reading.kind === 'signed');
    const published = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    assert.equal(reading.signature, published);
    const at = (seconds: number) =>
      verifySignature(reading, {
        ...credentials,
        now: now + seconds * 1000,
        bodySha256: undefined,
      });
    assert.equal(at(86_400).ok, true);
    assert.equal(at(86_401).ok, false);
  });
});

const chunkHeaders = [
  'Host',
  's3.amazonaws.com',
  'x-amz-date',
  '20130524T000000Z',
  'x-amz-storage-class',
  'REDUCED_REDUNDANCY',
  'Content-Encoding',
  'aws-chunked',
  'x-amz-decoded-content-length',
  '66560',
];

function authorization(signedHeaders: string, signature: string): string {
  return (
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
    `SignedHeaders=${signedHeaders}, Signature=${signature}`
  );
}

const chunkedRequest = {
  method: 'PUT',
  target: '/examplebucket/chunkObject.txt',
  rawHeaders: [
    ...chunkHeaders,
    'Content-Length',
    '66824',
    'x-amz-content-sha256',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'Authorization',
    authorization(
      'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;' +
        'x-amz-decoded-content-length;x-amz-storage-class',
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    ),
  ],
};

const trailerRequest = {
  method: 'PUT',
  target: '/examplebucket/chunkObject.txt',
  rawHeaders: [
    ...chunkHeaders,
    'x-amz-trailer',
    'x-amz-checksum-crc32c',
    'x-amz-content-sha256',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'Authorization',
    authorization(
      'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;' +
        'x-amz-storage-class;x-amz-trailer',
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    ),
  ],
};

const chunkedBody =
  '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n' +
  `${'a'.repeat(65_536)}\r\n` +
  '400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n' +
  `${'a'.repeat(1024)}\r\n` +
  '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n';

const trailerBody =
  '10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n' +
  `${'a'.repeat(65_536)}\r\n` +
  '400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n' +
  `${'a'.repeat(1024)}\r\n` +
  '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n' +
  'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
  'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n' +
  '\r\n';

describe('examples of chunked uploads', () => {
  for (const [name, request, body, trailers] of [
    ['signed chunks', chunkedRequest, chunkedBody, []],
    ['signed trailers', trailerRequest, trailerBody, [['x-amz-checksum-crc32c', 'sOO8/Q==']]],
  ] as const) {
    it(`${name} verify as published`, () => {
      const reading = readCredentials(request);
      assert.ok(reading.kind === 'signed');
      const options = { ...credentials, now, bodySha256: undefined };
      const verification = verifySignature(reading, options);
      assert.ok(verification.ok);
      const verifier = createPayloadVerifier(verification.payload);
      const content = verifier.update(new TextEncoder().encode(body));
      assert.deepEqual([...verifier.end().trailers], trailers);
      assert.equal(verifier.decodedBytes, 66_560);
      const lengths = content.map((chunk) => chunk.length);
      assert.deepEqual(lengths, [65_536, 1024]);
    });
  }
});
