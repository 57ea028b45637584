import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawRequest } from '../raw-request.ts';
import { readCredentials } from './read-credentials.ts';
import { sha256Hex } from './sha256.ts';
import { presignRequest, type SigningInput, signRequest } from './sign-request.ts';
import {
  type SignatureVerification,
  type VerificationOptions,
  verifySignature,
} from './verify-signature.ts';

const now = Date.UTC(2026, 10, 23, 12);
const minute = 60_000;
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const hash = sha256Hex('');

function input(change: Partial<SigningInput> = {}): SigningInput {
  return {
    method: 'GET',
    target: '/',
    headers: [['Host', 'localhost']],
    credentials,
    region: 'us-east-1',
    service: 'iam',
    now,
    ...change,
  };
}

function verify(
  request: RawRequest,
  change: Partial<VerificationOptions> = {},
): SignatureVerification {
  const reading = readCredentials(request);
  assert.ok(reading.kind === 'signed', JSON.stringify(reading));
  return verifySignature(reading, {
    secretAccessKey: credentials.secretAccessKey,
    now,
    bodySha256: hash,
    ...change,
  });
}

function accepted(request: RawRequest, change: Partial<VerificationOptions> = {}) {
  const verification = verify(request, change);
  assert.ok(verification.ok, JSON.stringify(verification));
  return verification;
}

function refused(request: RawRequest, change: Partial<VerificationOptions> = {}) {
  const verification = verify(request, change);
  assert.ok(!verification.ok);
  return verification.refusal;
}

const withHeader = (request: RawRequest, name: string, value: string): RawRequest => ({
  ...request,
  rawHeaders: [...request.rawHeaders, name, value],
});

describe('clock', () => {
  it('allows 15 minutes to both sides in IAM, and says by how much it was missed', () => {
    const request = signRequest(input());
    accepted(request, { now: now + 15 * minute });
    accepted(request, { now: now - 15 * minute });
    assert.deepEqual(refused(request, { now: now + 15 * minute + 1000 }), {
      reason: 'expired',
      service: 'iam',
      message:
        'Signature expired: 20261123T120000Z is now earlier than 20261123T120001Z ' +
        '(20261123T121501Z - 15 min.)',
    });
    assert.deepEqual(refused(request, { now: now - 15 * minute - 1000 }), {
      reason: 'notYetCurrent',
      service: 'iam',
      message:
        'Signature not yet current: 20261123T120000Z is still later than 20261123T115959Z ' +
        '(20261123T114459Z + 15 min.)',
    });
    accepted(request, { now: now + 60 * minute, maxSkew: 60 * minute });
  });

  it('allows 15 minutes in S3', () => {
    const request = signRequest(input({ service: 's3' }));
    accepted(request, { now: now + 15 * minute });
    for (const late of [1, -1]) {
      const refusal = refused(request, { now: now + late * (15 * minute + 1) });
      assert.equal(refusal.reason, 'skewed');
    }
  });

  it('lets a presigned S3 URL live as long as it says', () => {
    const request = presignRequest(input({ service: 's3' }), 604_800);
    accepted(request, { now: now + 604_800_000 });
    accepted(request, { now: now - 15 * minute });
    const { reason, message } = refused(request, { now: now + 604_800_001 });
    assert.deepEqual([reason, message], ['presignedExpired', 'Request has expired']);
    assert.equal(refused(request, { now: now - 15 * minute - 1 }).reason, 'presignedNotYetValid');
    const short = presignRequest(input({ service: 's3' }), 1);
    assert.equal(refused(short, { now: now + 1001 }).reason, 'presignedExpired');
  });

  it('lets every other presigned URL live 15 minutes whatever it says', () => {
    for (const expiresIn of [1, 3600, 10_000_000]) {
      const request = presignRequest(input({ service: 'sts' }), expiresIn);
      accepted(request, { now: now + 15 * minute });
      const refusal = refused(request, { now: now + 15 * minute + 1 });
      assert.equal(refusal.reason, 'presignedExpired');
    }
  });
});

describe('headers', () => {
  it('host and date must be signed', () => {
    const noHost = signRequest(input({ headers: [] }));
    assert.equal(refused(withHeader(noHost, 'Host', 'localhost')).reason, 'unsignedHeader');
    const presigned = presignRequest(input({ headers: [['x-amz-a', '1']] }), 60);
    assert.equal(refused(withHeader(presigned, 'Host', 'localhost')).reason, 'unsignedHeader');

    const request = signRequest(input());
    const strip = (text: string) => text.replace(/;x-amz-date/, '');
    const undated = { ...request, rawHeaders: request.rawHeaders.map(strip) };
    assert.equal(refused(undated).reason, 'unsignedHeader');
    const renamed = {
      ...undated,
      rawHeaders: undated.rawHeaders.map((text) => text.replace('X-Amz-Date', 'Date')),
    };
    assert.equal(refused(renamed).reason, 'unsignedHeader');
  });

  it('an x-amz- header must be signed, the trace id of a proxy need not', () => {
    for (const service of ['iam', 's3']) {
      const requests = [signRequest(input({ service })), presignRequest(input({ service }), 60)];
      for (const request of requests) {
        for (const name of ['X-Amz-Copy-Source', 'x-amz-acl', 'X-AMZ-TAGGING', 'x-amz-']) {
          const refusal = refused(withHeader(request, name, 'x'));
          assert.equal(refusal.reason, 'unsignedHeader');
          assert.equal(
            refusal.message,
            'There were headers present in the request which were not signed',
          );
        }
        accepted(withHeader(request, 'X-Amzn-Trace-Id', 'Root=1'));
      }
    }
  });

  it('a signed header that is missing refuses the request', () => {
    for (const value of ['', 'undefined', 'null']) {
      const headers = [
        ['Host', 'localhost'],
        ['X-Extra', value],
      ] as const;
      const request = signRequest(input({ headers }));
      accepted(request);
      const rawHeaders = request.rawHeaders.toSpliced(2, 2);
      assert.equal(refused({ ...request, rawHeaders }).reason, 'signatureMismatch');
    }
  });

  it('the operation sees what was signed and the frozen list, never credentials', () => {
    const request = signRequest(
      input({
        headers: [
          ['Host', 'localhost'],
          ['Content-Type', 'text/plain'],
          ['X-Amz-Meta-A', 'one'],
          ['x-amz-meta-a', 'two'],
        ],
        credentials: { ...credentials, sessionToken: 'token' },
      }),
    );
    let sent = request;
    for (const [name, value] of [
      ['User-Agent', 'test'],
      ['Content-Length', '0'],
      ['If-None-Match', '*'],
      ['X-Forwarded-For', '10.0.0.1'],
      ['X-Http-Method-Override', 'DELETE'],
      ['Content-MD5', 'x'],
      ['Cookie', 'id=1'],
    ] as const) {
      sent = withHeader(sent, name, value);
    }
    assert.deepEqual(Object.fromEntries(accepted(sent).headers), {
      host: 'localhost',
      'content-type': 'text/plain',
      'x-amz-meta-a': 'one,two',
      'x-amz-date': '20261123T120000Z',
      'user-agent': 'test',
      'content-length': '0',
      'if-none-match': '*',
    });
  });

  it("a presigned URL's x-amz- parameters are headers, its credentials are nothing", () => {
    const request = presignRequest(
      input({
        service: 's3',
        target: '/b/k?x-id=PutObject&x-amz-acl=private&X-Amz-Meta-A=a%20%20b',
        credentials: { ...credentials, sessionToken: 'token' },
        payloadHash: 'UNSIGNED-PAYLOAD',
      }),
      60,
    );
    const { headers, query } = accepted(request);
    assert.deepEqual(query, [['x-id', 'PutObject']]);
    assert.deepEqual(Object.fromEntries(headers), {
      host: 'localhost',
      'x-amz-acl': 'private',
      'x-amz-meta-a': 'a  b',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    });
  });

  it('in the header form such parameters are parameters', () => {
    const request = signRequest(input({ service: 's3', target: '/b/k?x-amz-acl=private' }));
    const { headers, query } = accepted(request);
    assert.deepEqual(query, [['x-amz-acl', 'private']]);
    assert.equal(headers.has('x-amz-acl'), false);
  });

  it('bytes above 127 are signed as they are', () => {
    const text = 'caf\u00c3\u00a9';
    const request = signRequest(
      input({
        headers: [
          ['Host', 'localhost'],
          ['X-Amz-Meta-A', text],
        ],
      }),
    );
    assert.equal(accepted(request).headers.get('x-amz-meta-a'), text);
    const rawHeaders = request.rawHeaders.with(3, 'caf\u00e9');
    assert.equal(refused({ ...request, rawHeaders }).reason, 'signatureMismatch');
    // 0xA0 is a space to JavaScript and half of a letter to everybody else.
    const spaced = request.rawHeaders.with(3, `${text}\u00a0`);
    assert.equal(refused({ ...request, rawHeaders: spaced }).reason, 'signatureMismatch');
  });
});

describe('spelling', () => {
  const respelled = (change: Partial<SigningInput>, target: string, rawHeaders?: string[]) => {
    const request = signRequest(input({ ...change }));
    return { ...request, target, rawHeaders: rawHeaders ?? request.rawHeaders };
  };

  it('of one and the same parameters does not matter', () => {
    const target = '/?Action=ListUsers&a=%20&a=b%2Bc&d&e=~';
    for (const same of [
      target,
      '/?a=%20&a=b%2Bc&d&e=~&Action=ListUsers',
      '/?Action=ListUsers&a=%20&a=b+c&d=&e=%7E',
      '/?Action=ListUsers&&a=%20&a=b%2bc&d&e=~&',
      '/?%41ction=ListUsers&a=%20&a=b%2Bc&d&e=~',
    ]) {
      accepted(respelled({ target }, same));
    }
    for (const other of [
      '/?Action=ListUsers&a=+&a=b%2Bc&d&e=~',
      '/?Action=ListUsers&a=%20&a=b%20c&d&e=~',
      '/?Action=ListUsers&a=%20&a=b%2Bc&d&E=~',
      '/?Action=ListUsers&a=%20&a=b%2Bc&d&d&e=~',
      '/?Action=ListUsers&a=%20%26a=b%2Bc&d&e=~',
    ]) {
      assert.equal(refused(respelled({ target }, other)).reason, 'signatureMismatch', other);
    }
  });

  it('of an S3 path does not matter, but dots, slashes and %2F do', () => {
    const change = { service: 's3', target: '/bucket/a(b)/%C3%A9~/../x%2Fy//z' };
    for (const same of [
      '/bucket/a%28b%29/%c3%a9%7e/../x%2fy//z',
      '/bucket/%61(b)/%C3%A9~/%2E%2E/x%2Fy//z',
    ]) {
      accepted(respelled(change, same));
    }
    for (const other of [
      '/bucket/a(b)/x%2Fy//z',
      '/bucket/a(b)/%C3%A9~/../x/y//z',
      '/bucket/a(b)/%C3%A9~/../x%2Fy/z',
      '/bucket/a(b)/%C3%A9~/../x%2Fy//z/',
      '/bucket%2Fa(b)/%C3%A9~/../x%2Fy//z',
      '/bucket/a%2528b)/%C3%A9~/../x%2Fy//z',
    ]) {
      assert.equal(refused(respelled(change, other)).reason, 'signatureMismatch', other);
    }
  });

  it('of another path: dot segments and double slashes do not matter, and are taken out', () => {
    const change = { target: '/a/b%20c/' };
    for (const same of ['/a/b%20c/', '//a/./b%20c//', '/x/../a/b%20c/', '/../a/y/../b%20c/.//']) {
      assert.equal(accepted(respelled(change, same)).path, '/a/b%20c/');
    }
    for (const other of ['/a/b%20c', '/a/%62%20c/', '/a%2Fb%20c/', '/x/%2E%2E/a/b%20c/']) {
      assert.equal(refused(respelled(change, other)).reason, 'signatureMismatch', other);
    }
  });

  it('normalisation can be chosen for published vectors', () => {
    const request = signRequest(input({ service: 's3', target: '/a/../b' }));
    const service = { ...request, target: '/a/../b' };
    assert.equal(accepted(service, { normalizePath: false }).path, '/a/../b');
    assert.equal(refused(service, { normalizePath: true }).reason, 'signatureMismatch');
  });

  it('of header values: runs of spaces and the case of names do not matter', () => {
    const headers = [
      ['Host', 'localhost'],
      ['X-Amz-Meta-A', ' a \t b '],
    ] as const;
    const request = signRequest(input({ headers }));
    const rawHeaders = request.rawHeaders.with(2, 'x-AMZ-meta-a').with(3, 'a b');
    assert.equal(accepted({ ...request, rawHeaders }).headers.get('x-amz-meta-a'), 'a b');
    const joined = request.rawHeaders.with(3, 'ab');
    assert.equal(refused({ ...request, rawHeaders: joined }).reason, 'signatureMismatch');
  });

  it('of repeated headers: their order matters', () => {
    const headers = [
      ['Host', 'localhost'],
      ['X-Amz-A', '1'],
      ['x-amz-a', '2'],
    ] as const;
    const request = signRequest(input({ headers }));
    accepted(request);
    const swapped = request.rawHeaders.with(3, '2').with(5, '1');
    assert.equal(refused({ ...request, rawHeaders: swapped }).reason, 'signatureMismatch');
  });
});

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

describe('mismatch', () => {
  it("is told in AWS's words, and S3's", () => {
    const wrong = { secretAccessKey: 'other' };
    assert.equal(
      refused(signRequest(input()), wrong).message,
      'The request signature we calculated does not match the signature you provided. Check ' +
        'your AWS Secret Access Key and signing method. Consult the service documentation for ' +
        'details.',
    );
    assert.equal(
      refused(signRequest(input({ service: 's3' })), wrong).message,
      'The request signature we calculated does not match the signature you provided. Check ' +
        'your key and signing method.',
    );
  });

  it('is what a signature of any other form is', () => {
    const request = signRequest(input());
    for (const signature of ['x', '0'.repeat(63), '0'.repeat(65), '\u00e9'.repeat(64)]) {
      const rawHeaders = request.rawHeaders.map((text) =>
        text.replace(/Signature=.*/, `Signature=${signature}`),
      );
      assert.equal(refused({ ...request, rawHeaders }).reason, 'signatureMismatch');
    }
    const upper = request.rawHeaders.map((text) =>
      text.replace(/Signature=(.*)/, (_, hex: string) => `Signature=${hex.toUpperCase()}`),
    );
    assert.equal(refused({ ...request, rawHeaders: upper }).reason, 'signatureMismatch');
  });
});
