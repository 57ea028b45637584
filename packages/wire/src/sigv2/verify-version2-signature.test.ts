import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RawRequest } from '../raw-request.ts';
import { readCredentials } from '../sigv4/read-credentials.ts';
import { verifyVersion2Signature } from './verify-version2-signature.ts';
import { resourceParameters } from './version2-parameter.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const now = Date.UTC(2026, 10, 23, 12);
const expires = String(now / 1000 + 60);

type Pairs = readonly (readonly [name: string, value: string])[];

/** A URL before it is signed: what AWS's page takes together, each thing decoded. */
interface Url {
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** Sorted by name, each once. */
  readonly parameters: Pairs;
  /** Sorted, lower-case, each once; sent as parameters, or as headers. */
  readonly headers: Pairs;
  readonly hoists: boolean;
  readonly md5: string;
  readonly type: string;
}

/** Signs by the page's text, apart from the verifier's code. */
function presign(url: Url): RawRequest {
  const query = url.parameters.map(([name, value]) => `${name}=${value}`).join('&');
  const amz = url.headers
    .map(([name, value]) => `${name}:${value.replace(/^ +| +$/g, '')}\n`)
    .join('');
  const text =
    `${url.method}\n${url.md5}\n${url.type}\n${expires}\n${amz}${url.path}` +
    (query === '' ? '' : `?${query}`);
  const signature = createHmac('sha1', secretAccessKey).update(text, 'utf8').digest('base64');
  const positional = [
    ['Content-MD5', url.md5],
    ['Content-Type', url.type],
  ].filter(([, value]) => value !== '') as unknown as Pairs;
  const signed = [...url.headers, ...positional];
  const parameters: Pairs = [
    ...url.parameters,
    ...(url.hoists ? signed : []),
    ['AWSAccessKeyId', 'AKIAIOSFODNN7EXAMPLE'],
    ['Signature', signature],
    ['Expires', expires],
  ];
  const encoded = parameters.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  const bytes = (value: string) => Buffer.from(value).toString('latin1');
  const sent = url.hoists ? [] : signed.flatMap(([name, value]) => [name, bytes(value)]);
  return {
    method: url.method,
    target: `${url.path}?${encoded}`,
    rawHeaders: ['Host', 'localhost:4580', ...sent],
  };
}

/** `accepted`, or why not. */
function outcome(request: RawRequest, at = now): string {
  const reading = readCredentials(request);
  if (reading.kind === 'refused') return reading.refusal.reason;
  assert.ok(reading.kind === 'version2', reading.kind);
  const verification = verifyVersion2Signature(reading, { secretAccessKey, now: at });
  return verification.ok ? 'accepted' : verification.refusal.reason;
}

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((value) => value.isWellFormed() && !/[&\p{Cc}]/u.test(value) && value.trim() !== '');
const path = fc
  .array(fc.oneof(text, fc.constantFrom('.', '..', '', '%', '+', '/')), { maxLength: 4 })
  .map((parts) => `/${parts.map(encodeURIComponent).join('/')}`);
const byName = <Value>(pairs: [string, Value][]) => pairs.sort(([a], [b]) => (a < b ? -1 : 1));
const parameters = fc
  .dictionary(fc.constantFrom(...resourceParameters), text, { maxKeys: 3 })
  .map((entries) => byName(Object.entries(entries)));
const headers = fc
  .dictionary(fc.stringMatching(/^x-amz-meta-[a-z]{1,4}$/), text, { maxKeys: 3 })
  .map((entries) => byName(Object.entries(entries)));
const url: fc.Arbitrary<Url> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'PUT'),
  path,
  parameters,
  headers,
  hoists: fc.boolean(),
  md5: fc.constantFrom('', 'XrY7u+Ae7tCTyyK7j1rNww=='),
  type: fc.constantFrom('', 'text/plain', 'text/plain; charset=utf-8'),
});

function* tamperings(request: RawRequest, pick: number): Generator<[string, RawRequest]> {
  const { method, target, rawHeaders } = request;
  const [path = '', query = ''] = target.split('?');
  yield ['method', { ...request, method: method === 'GET' ? 'PUT' : 'GET' }];
  for (const [index, segment] of path.split('/').entries()) {
    if (index === 0) continue;
    const changed = path.split('/').with(index, `${segment}x`).join('/');
    yield [`segment ${index}`, { ...request, target: `${changed}?${query}` }];
  }
  yield ['bucket in the host', { ...request, rawHeaders: rawHeaders.with(1, 'x.localhost') }];
  const parts = query.split('&');
  for (const [index, part] of parts.entries()) {
    const without = parts.toSpliced(index, 1).join('&');
    yield [`${part} removed`, { ...request, target: `${path}?${without}` }];
    // The key is not signed: another one has another secret.
    if (part.startsWith('AWSAccessKeyId')) continue;
    const changed = parts.with(index, `${part}0`).join('&');
    yield [`${part} changed`, { ...request, target: `${path}?${changed}` }];
  }
  for (const more of ['versionId=x', 'x-amz-acl=public-read', 'x-amz-copy-source=b', 'prefix=a']) {
    if (query.includes(more.split('=')[0] ?? '')) continue;
    yield [`${more} added`, { ...request, target: `${target}&${more}` }];
  }
  for (let index = 2; index < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? '';
    const name = rawHeaders[index] ?? '';
    yield [`${name} changed`, { ...request, rawHeaders: rawHeaders.with(index + 1, `${value}x`) }];
    yield [`${name} removed`, { ...request, rawHeaders: rawHeaders.toSpliced(index, 2) }];
  }
  for (const name of ['x-amz-copy-source', 'X-Amz-Date', 'x-amz-security-token', 'Content-MD5']) {
    if (target.includes('Content-MD5') || rawHeaders.includes('Content-MD5')) continue;
    yield [`${name} added`, { ...request, rawHeaders: [...rawHeaders, name, 'x'] }];
  }
  const signature = /Signature=([^&]*)/.exec(query)?.[1] ?? '';
  const digits = decodeURIComponent(signature);
  const at = pick % (digits.length - 1);
  const other = digits[at] === 'A' ? 'B' : 'A';
  const flipped = encodeURIComponent(digits.slice(0, at) + other + digits.slice(at + 1));
  yield ['signature', { ...request, target: target.replace(signature, flipped) }];
}

describe('Signature Version 2', () => {
  it('verifies the published example', () => {
    const target =
      '/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&' +
      'Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620';
    const request = { method: 'GET', target, rawHeaders: ['Host', 'johnsmith.s3.localhost'] };
    assert.equal(outcome(request, 1_175_139_620_000), 'accepted');
    assert.equal(outcome(request, 1_175_139_620_001), 'presignedExpired');
    assert.equal(outcome({ ...request, method: 'HEAD' }, 0), 'signatureMismatch');
  });

  it('is believed whatever is signed, and not after anything of it has changed', () => {
    fc.assert(
      fc.property(url, fc.nat(), (one, pick) => {
        const request = presign(one);
        assert.equal(outcome(request), 'accepted');
        for (const [what, changed] of tamperings(request, pick)) {
          assert.notEqual(outcome(changed), 'accepted', what);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is not believed with another spelling of the path, which is signed as it is sent', () => {
    const one: Url = {
      method: 'GET',
      path: '/b/a%2Fb~/../c',
      parameters: [],
      headers: [],
      hoists: true,
      md5: '',
      type: '',
    };
    const { target, ...request } = presign(one);
    assert.equal(outcome({ ...request, target }), 'accepted');
    for (const other of ['/b/a/b~/../c', '/b/a%2fb~/../c', '/b/a%2Fb%7E/../c', '/b/c', '//b/c']) {
      const changed = { ...request, target: target.replace(one.path, other) };
      assert.equal(outcome(changed), 'signatureMismatch', other);
    }
  });

  it('has one spelling of a signature', () => {
    const { target, ...request } = presign({
      method: 'GET',
      path: '/b/k',
      parameters: [],
      headers: [],
      hoists: true,
      md5: '',
      type: '',
    });
    const [signature = ''] = /(?<=Signature=)[^&]*/.exec(target) ?? [];
    const plain = decodeURIComponent(signature);
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    // The last two bits of the last digit stand for nothing.
    const twin = digits[digits.indexOf(plain[26] ?? '') ^ 1] ?? '';
    const sameBytes = `${plain.slice(0, 26)}${twin}=`;
    assert.deepEqual(Buffer.from(sameBytes, 'base64'), Buffer.from(plain, 'base64'));
    for (const other of [sameBytes, plain.slice(0, -1), `${plain}=`, 'A', '\u00e9'.repeat(28)]) {
      const changed = { ...request, target: target.replace(signature, encodeURIComponent(other)) };
      assert.equal(outcome(changed), 'signatureMismatch', other);
    }
  });
});
