import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256Hex } from './sha256.ts';
import { presignRequest, type SigningInput, signRequest } from './sign-request.ts';
import { accepted, hash, input, refused, verify, withHeader } from './testing.ts';

describe('payload', () => {
  const name = 'X-Amz-Content-Sha256';
  const declare = (value: string, change: Partial<SigningInput> = {}) =>
    signRequest(
      input({
        ...change,
        headers: [
          ['Host', 'localhost'],
          [name, value],
        ],
      }),
    );

  it('outside of S3 the whole body is hashed, whatever a client declares', () => {
    const body = sha256Hex('Action=ListUsers');
    const request = signRequest(input({ payloadHash: body }));
    assert.deepEqual(accepted(request, { bodySha256: body }).payload, {
      kind: 'hash',
      sha256: body,
    });
    assert.equal(refused(request).reason, 'signatureMismatch');
    // Not signed, so it may be there; it must be true all the same.
    accepted(withHeader(request, name, body), { bodySha256: body });
    const { reason } = refused(withHeader(request, name, hash), { bodySha256: body });
    assert.equal(reason, 'payloadMismatch');
    for (const word of ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']) {
      assert.equal(refused(declare(word)).reason, 'unsupportedPayload');
      const presigned = presignRequest(input({ service: 'sts', payloadHash: word }), 60);
      assert.equal(refused(presigned).reason, 'unsupportedPayload');
    }
    assert.throws(() => verify(request, { bodySha256: undefined }), TypeError);
  });

  it('S3 must be told', () => {
    const request = signRequest(input({ service: 's3' }));
    const at = request.rawHeaders.indexOf(name);
    const rawHeaders = request.rawHeaders.toSpliced(at, 2);
    assert.equal(refused({ ...request, rawHeaders }).reason, 'missingContentSha256');
  });

  it('every form of S3 is read', () => {
    const payload = (payloadHash: string, trailer?: string) =>
      accepted(
        signRequest(
          input({
            service: 's3',
            payloadHash,
            headers: [
              ['Host', 'localhost'],
              ...(trailer === undefined ? [] : [['X-Amz-Trailer', trailer] as const]),
            ],
          }),
        ),
        { bodySha256: undefined },
      ).payload;
    const crc = 'x-amz-checksum-crc32';
    assert.deepEqual(payload(hash), { kind: 'hash', sha256: hash });
    assert.deepEqual(payload('UNSIGNED-PAYLOAD'), { kind: 'unsigned' });
    assert.deepEqual(payload('STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'X-Amz-Checksum-Crc32'), {
      kind: 'unsignedChunks',
      trailers: [crc],
    });
    for (const [word, trailers] of [
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', undefined],
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', [crc]],
    ] as const) {
      const { signingKey, seedSignature, ...rest } = {
        signingKey: undefined,
        seedSignature: '',
        ...payload(word, crc),
      };
      assert.deepEqual(rest, {
        kind: 'signedChunks',
        trailers,
        amzDate: '20261123T120000Z',
        scope: '20261123/us-east-1/s3/aws4_request',
      });
      assert.equal(signingKey?.length, 32);
      assert.match(seedSignature, /^[0-9a-f]{64}$/);
    }
  });

  it('no other value is', () => {
    for (const value of ['', 'unsigned-payload', hash.toUpperCase(), hash.slice(1), `${hash}0`]) {
      const request = signRequest(input({ service: 's3', payloadHash: value }));
      assert.equal(refused(request).reason, 'invalidContentSha256', value);
    }
    const trailer = (value: string) =>
      signRequest(
        input({
          service: 's3',
          payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          headers: [
            ['Host', 'localhost'],
            ['X-Amz-Trailer', value],
          ],
        }),
      );
    for (const value of [
      'content-length',
      'x-amz-trailer-signature',
      'x-amz-a,x-amz-a',
      'x-amz-a,',
      Array.from({ length: 9 }, (_, index) => `x-amz-${index}`).join(','),
    ]) {
      assert.equal(refused(trailer(value)).reason, 'malformedTrailer', value);
    }
  });

  it('whoever holds a presigned URL does not choose what its signature covers', () => {
    const open = presignRequest(input({ service: 's3', method: 'PUT' }), 60);
    assert.deepEqual(accepted(open).payload, { kind: 'unsigned' });
    accepted(withHeader(open, name, 'UNSIGNED-PAYLOAD'));
    assert.equal(refused(withHeader(open, name, hash)).reason, 'unsignedHeader');
    for (const word of [
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    ]) {
      assert.equal(refused(withHeader(open, name, word)).reason, 'unsupportedPayload');
    }
    const bound = presignRequest(input({ service: 's3', payloadHash: hash }), 60);
    assert.deepEqual(accepted(bound).payload, { kind: 'hash', sha256: hash });
    const headers = [
      ['Host', 'localhost'],
      [name, hash],
    ] as const;
    const inHeader = presignRequest(input({ service: 's3', headers }), 60);
    assert.equal(refused(inHeader).reason, 'signatureMismatch', 'signed as UNSIGNED-PAYLOAD');
  });
});
