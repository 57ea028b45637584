import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RawRequest } from '../raw-request.ts';
import { readCredentials } from './read-credentials.ts';
import type { SignatureRefusalReason } from './refusal.ts';

const signature = '0'.repeat(64);
const credential = 'AKIAIOSFODNN7EXAMPLE/20261123/us-east-1/iam/aws4_request';
const authorization =
  `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, ` +
  `Signature=${signature}`;
const presigned =
  '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261123%2F' +
  'us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261123T120000Z&X-Amz-Expires=60&' +
  `X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`;

type Headers = Readonly<Record<string, string | readonly string[]>>;

function headerRequest(headers: Headers = {}, target = '/'): RawRequest {
  const all: Headers = {
    Host: 'localhost',
    'X-Amz-Date': '20261123T120000Z',
    Authorization: authorization,
    ...headers,
  };
  return rawRequest(target, all);
}

function rawRequest(target: string, headers: Headers): RawRequest {
  const rawHeaders = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
  return { method: 'GET', target, rawHeaders };
}

function presignedRequest(
  edit: (target: string) => string = (target) => target,
  headers: Headers = {},
): RawRequest {
  return rawRequest(edit(presigned), { Host: 'localhost', ...headers });
}

describe('credentials in a header', () => {
  it('are read', () => {
    const reading = readCredentials(headerRequest({ 'X-Amz-Security-Token': 'token' }));
    assert.ok(reading.kind === 'signed');
    const { head, claim, hoistedHeaders, ...rest } = reading;
    assert.deepEqual(rest, {
      kind: 'signed',
      form: 'header',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      scope: { date: '20261123', region: 'us-east-1', service: 'iam' },
      signedHeaders: ['host', 'x-amz-date'],
      signature,
      timestamp: Date.UTC(2026, 10, 23, 12),
      amzDate: '20261123T120000Z',
      expiresIn: undefined,
      sessionToken: 'token',
      contentSha256: undefined,
    });
    assert.deepEqual(claim.credential.scope, rest.scope);
    assert.equal(hoistedHeaders.size, 0);
    assert.equal(head.headers.get('host'), 'localhost');
  });

  it('may come in any order, with or without spaces', () => {
    const parts = [`Credential=${credential}`, 'SignedHeaders=host', `Signature=${signature}`];
    for (const text of [parts.join(','), parts.toReversed().join(' , '), parts.join(',   ')]) {
      // Twice: what is remembered of the first must not be taken for another's.
      for (const request of [1, 2].map(() => `AWS4-HMAC-SHA256 ${text}`)) {
        const reading = readCredentials(headerRequest({ Authorization: request }));
        assert.ok(reading.kind === 'signed', text);
        assert.equal(reading.signature, signature);
        assert.deepEqual(reading.signedHeaders, ['host']);
      }
    }
  });

  it('may take their moment from the Date header', () => {
    const date = 'Mon, 23 Nov 2026 12:00:00 GMT';
    const reading = readCredentials(
      rawRequest('/', { Host: 'localhost', Date: date, Authorization: authorization }),
    );
    assert.ok(reading.kind === 'signed');
    assert.equal(reading.amzDate, '20261123T120000Z');
    assert.equal(reading.timestamp, Date.UTC(2026, 10, 23, 12));
  });
});

describe('credentials in a query', () => {
  it('are read', () => {
    const reading = readCredentials(
      presignedRequest((target) => `${target}&X-Amz-Security-Token=a%2Bb&x-amz-acl=private&k=v`),
    );
    assert.ok(reading.kind === 'signed');
    const { head, claim, hoistedHeaders, ...rest } = reading;
    assert.deepEqual(rest, {
      kind: 'signed',
      form: 'presigned',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      scope: { date: '20261123', region: 'us-east-1', service: 's3' },
      signedHeaders: ['host'],
      signature,
      timestamp: Date.UTC(2026, 10, 23, 12),
      amzDate: '20261123T120000Z',
      expiresIn: 60,
      sessionToken: 'a+b',
      contentSha256: undefined,
    });
    assert.deepEqual(claim.credential.scope, rest.scope);
    assert.deepEqual([...hoistedHeaders], [['x-amz-acl', 'private']]);
    assert.deepEqual(head.query.at(-1), ['k', 'v']);
  });
});

describe('no credentials', () => {
  const read = (headers: Headers, target = '/bucket/key?list-type=2') => {
    const reading = readCredentials(rawRequest(target, { Host: 'localhost', ...headers }));
    assert.ok(reading.kind === 'anonymous', JSON.stringify(reading));
    return reading;
  };

  it('are an anonymous request, whose headers of an object are its own word', () => {
    const { headers, query, payload } = read({
      'X-Amz-Meta-Colour': 'red',
      'X-Amz-Security-Token': 'stolen',
      'X-Forwarded-For': '10.0.0.1',
      'Content-Type': 'text/plain',
      Cookie: 'id=1',
    });
    assert.deepEqual([...headers.keys()], ['host', 'x-amz-meta-colour', 'content-type']);
    assert.deepEqual(query, [['list-type', '2']]);
    assert.deepEqual(payload, { kind: 'unsigned' });
  });

  it('may declare a hash or unsigned chunks, and cannot sign chunks', () => {
    const name = 'X-Amz-Content-Sha256';
    assert.equal(read({ [name]: '0'.repeat(64) }).payload.kind, 'hash');
    assert.equal(read({ [name]: 'UNSIGNED-PAYLOAD' }).payload.kind, 'unsigned');
    assert.deepEqual(
      read({
        [name]: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'X-Amz-Trailer': 'x-amz-checksum-crc32',
      }).payload,
      { kind: 'unsignedChunks', trailers: ['x-amz-checksum-crc32'] },
    );
    for (const word of ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'x']) {
      assert.equal(readCredentials(rawRequest('/', { [name]: word })).kind, 'refused');
    }
  });
});

describe('credentials that are refused', () => {
  const edited = (from: string, to: string) =>
    headerRequest({ Authorization: authorization.replace(from, to) });
  const inQuery = (from: string, to: string) =>
    presignedRequest((target) => target.replace(from, to));
  const added = (text: string) => presignedRequest((target) => `${target}&${text}`);
  const without = (name: string) =>
    presignedRequest((target) => target.replace(new RegExp(`&?${name}=[^&]*`), ''));

  const refused: readonly [string, RawRequest, SignatureRefusalReason, string | undefined][] = [
    ['no date', headerRequest({ 'X-Amz-Date': [] }), 'malformedHeader', 'iam'],
    [
      'a date that is none',
      headerRequest({ 'X-Amz-Date': '20261131T120000Z' }),
      'malformedHeader',
      'iam',
    ],
    [
      'a Date that is none',
      headerRequest({ 'X-Amz-Date': [], Date: 'today' }),
      'malformedHeader',
      'iam',
    ],
    ['another day', edited('20261123', '20261122'), 'invalidScope', 'iam'],
    ['another terminator', edited('aws4_request', 'aws4_reply'), 'invalidScope', 'iam'],
    ['no signature', edited(`, Signature=${signature}`, ''), 'malformedHeader', 'iam'],
    ['an empty signature', edited(signature, ''), 'malformedHeader', 'iam'],
    ['no signed headers', edited(' SignedHeaders=host;x-amz-date,', ''), 'malformedHeader', 'iam'],
    ['no credential', edited(`Credential=${credential},`, ''), 'malformedHeader', undefined],
    ['two signatures', edited(' Signature', ' Signature=1, Signature'), 'malformedHeader', 'iam'],
    ['an unknown field', edited(' Signature', ' Region=1, Signature'), 'malformedHeader', 'iam'],
    ['a field without value', edited(' Signature', ' x, Signature'), 'malformedHeader', 'iam'],
    ['a credential with four parts', edited('/iam', ''), 'malformedHeader', undefined],
    ['a credential with six parts', edited('/iam', '/iam/iam'), 'malformedHeader', undefined],
    ['signed headers in upper case', edited('host;', 'Host;'), 'malformedHeader', 'iam'],
    [
      'signed headers not sorted',
      edited('host;x-amz-date', 'x-amz-date;host'),
      'malformedHeader',
      'iam',
    ],
    ['a signed header twice', edited('host;', 'host;host;'), 'malformedHeader', 'iam'],
    ['an empty signed header', edited('host;', 'host;;'), 'malformedHeader', 'iam'],
    [
      'the algorithm alone',
      headerRequest({ Authorization: 'AWS4-HMAC-SHA256' }),
      'malformedHeader',
      undefined,
    ],
    ['the algorithm in lower case', edited('AWS4', 'aws4'), 'unsupportedVersion', undefined],
    ['version 4a', edited('HMAC-SHA256', 'ECDSA-P256-SHA256'), 'unsupportedVersion', undefined],
    [
      'version 2',
      headerRequest({ Authorization: 'AWS AKIAIOSFODNN7EXAMPLE:eA==' }),
      'unsupportedVersion',
      's3',
    ],
    ['basic', headerRequest({ Authorization: 'Basic eA==' }), 'unsupportedVersion', undefined],
    ['an empty header', headerRequest({ Authorization: '' }), 'unsupportedVersion', undefined],
    [
      'a V2 URL and a header',
      headerRequest({}, '/?AWSAccessKeyId=A&Signature=x&Expires=1'),
      'headerAndQuery',
      'iam',
    ],
    ['a header and a query', { ...headerRequest(), target: presigned }, 'headerAndQuery', 's3'],
    [
      'a header and a parameter',
      headerRequest({}, '/?X-Amz-Date=20261123T120000Z'),
      'headerAndQuery',
      'iam',
    ],
    [
      'a header and a variant',
      headerRequest({}, '/?x-amz-security-token=x'),
      'headerAndQuery',
      'iam',
    ],
    [
      'a token twice',
      added('X-Amz-Security-Token=a&X-Amz-Security-Token=a'),
      'duplicateParameter',
      's3',
    ],
    ['a credential twice', added('X-Amz-Credential=x'), 'duplicateParameter', 's3'],
    ['a variant beside it', added('x-amz-credential=x'), 'malformedQuery', 's3'],
    ['a variant alone', inQuery('X-Amz-Date', 'x-amz-date'), 'malformedQuery', 's3'],
    ['an escaped variant', inQuery('X-Amz-Date', '%58-Amz-date'), 'malformedQuery', 's3'],
    ['a Kelvin sign', added('X-Amz-Security-To%E2%84%AAen=x'), 'malformedQuery', 's3'],
    ['a hoisted header twice', added('x-amz-acl=a&X-Amz-Acl=b'), 'duplicateParameter', 's3'],
    ['Action twice', added('Action=A&action=B'), 'duplicateParameter', 's3'],
    [
      'a hoisted header and the header',
      presignedRequest((target) => `${target}&x-amz-acl=a`, { 'X-Amz-Acl': 'a' }),
      'headerAndQuery',
      's3',
    ],
    [
      'a token in the header',
      presignedRequest((target) => target, { 'X-Amz-Security-Token': 'a' }),
      'headerAndQuery',
      's3',
    ],
    [
      'a date in the header',
      presignedRequest((target) => target, { 'X-Amz-Date': '20261123T120000Z' }),
      'headerAndQuery',
      's3',
    ],
    [
      'another algorithm',
      inQuery('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
      'malformedQuery',
      's3',
    ],
    ['no algorithm', without('X-Amz-Algorithm'), 'malformedQuery', 's3'],
    ['no credential parameter', without('X-Amz-Credential'), 'malformedQuery', undefined],
    ['no date parameter', without('X-Amz-Date'), 'malformedQuery', 's3'],
    ['no signed headers parameter', without('X-Amz-SignedHeaders'), 'malformedQuery', 's3'],
    ['no signature parameter', without('X-Amz-Signature'), 'malformedQuery', 's3'],
    ['no expiry', without('X-Amz-Expires'), 'malformedQuery', 's3'],
    ['a negative expiry', inQuery('Expires=60', 'Expires=-60'), 'malformedQuery', 's3'],
    ['an expiry of words', inQuery('Expires=60', 'Expires=soon'), 'malformedQuery', 's3'],
    ['an empty expiry', inQuery('Expires=60', 'Expires='), 'malformedQuery', 's3'],
    ['an expiry in hex', inQuery('Expires=60', 'Expires=0x60'), 'malformedQuery', 's3'],
    ['more than a week', inQuery('Expires=60', 'Expires=604801'), 'malformedQuery', 's3'],
    ['another day in the query', inQuery('20261123%2F', '20261124%2F'), 'malformedQuery', 's3'],
    [
      'another terminator in the query',
      inQuery('aws4_request', 'aws4_reply'),
      'malformedQuery',
      's3',
    ],
    [
      'another day in the query of a service',
      presignedRequest((target) =>
        target.replace('%2Fs3%2F', '%2Fsts%2F').replace('20261123%2F', '20261124%2F'),
      ),
      'invalidScope',
      'sts',
    ],
    ['a token alone', rawRequest('/?X-Amz-Security-Token=x', {}), 'malformedQuery', undefined],
    ['an absolute target', rawRequest('http://localhost/', {}), 'malformedTarget', undefined],
    ['an asterisk', rawRequest('*', {}), 'malformedTarget', undefined],
    ['a fragment', rawRequest('/a#b', {}), 'malformedTarget', undefined],
    ['a space', rawRequest('/a b', {}), 'malformedTarget', undefined],
    ['a byte above 127', rawRequest('/\u00e9', {}), 'malformedTarget', undefined],
    ['an escape cut short', rawRequest('/%4', {}), 'malformedTarget', undefined],
    ['an escape that is no UTF-8', rawRequest('/?a=%ff', {}), 'malformedTarget', undefined],
    ['an overlong escape', rawRequest('/%c0%af', {}), 'malformedTarget', undefined],
    [
      'a line feed in a value',
      headerRequest({ 'X-Amz-Meta': 'a\nb' }),
      'malformedRequest',
      undefined,
    ],
  ];
  for (const [name, request, reason, service] of refused) {
    it(name, () => {
      const reading = readCredentials(request);
      assert.ok(reading.kind === 'refused', reading.kind);
      assert.deepEqual([reading.refusal.reason, reading.refusal.service], [reason, service]);
      assert.notEqual(reading.refusal.message, '');
    });
  }

  it('a second header of those that must be single', () => {
    const names = ['Host', 'Authorization', 'X-Amz-Date', 'X-Amz-Security-Token'];
    for (const name of [...names, 'X-Amz-Content-Sha256', 'Date']) {
      const request = headerRequest({ [name]: ['a', 'a'] });
      const variant = { ...headerRequest({ [name]: 'a' }) };
      const rawHeaders = [...variant.rawHeaders, name.toLowerCase(), 'a'];
      for (const one of [request, { ...variant, rawHeaders }]) {
        const reading = readCredentials(one);
        assert.ok(reading.kind === 'refused', name);
        assert.equal(reading.refusal.reason, 'duplicateHeader', name);
      }
    }
  });

  it('version 2 is told what to set', () => {
    const reading = readCredentials(headerRequest({ Authorization: 'AWS A:eA==' }));
    assert.ok(reading.kind === 'refused');
    assert.match(reading.refusal.message, /signature_version = s3v4/);
  });

  it('no reading throws, whatever the request is', () => {
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes)),
      fc.constantFrom(authorization, credential, presigned, 'AWS4-HMAC-SHA256 Signature=', '/%'),
    );
    const name = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('authorization', 'host', 'x-amz-date', 'x-amz-content-sha256', '__proto__'),
    );
    const rawHeaders = fc
      .array(fc.tuple(name, text), { maxLength: 6 })
      .map((pairs) => pairs.flat());
    fc.assert(
      fc.property(fc.record({ method: text, target: text, rawHeaders }), (request) => {
        const { kind } = readCredentials(request);
        assert.ok(['anonymous', 'refused', 'signed'].includes(kind));
      }),
      { numRuns: 1000 },
    );
  });
});
