import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCredentials } from './read-credentials.ts';
import { signRequest } from './sign-request.ts';
import { createSigningKeyCache, deriveSigningKey } from './signing-key.ts';
import { verifySignature } from './verify-signature.ts';

const scope = { date: '20261123', region: 'us-east-1', service: 'iam' };
const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

describe('signing key', () => {
  it("is derived as in AWS's example", () => {
    // "Examples of how to derive a signing key", AWS General Reference.
    const { bytes } = deriveSigningKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', {
      date: '20120215',
      region: 'us-east-1',
      service: 'iam',
    });
    assert.equal(hex(bytes), 'f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d');
  });
});

describe('signing key cache', () => {
  const key = deriveSigningKey('secret', scope);

  it('finds a key only under all that made it', () => {
    const cache = createSigningKeyCache(10);
    cache.keep('AKIA', 'secret', scope, key);
    assert.equal(cache.find('AKIA', 'secret', { ...scope }), key);
    assert.equal(cache.find('AKIB', 'secret', scope), undefined);
    assert.equal(cache.find('AKIA', 'other', scope), undefined);
    for (const part of ['date', 'region', 'service']) {
      assert.equal(cache.find('AKIA', 'secret', { ...scope, [part]: 'x' }), undefined);
    }
  });

  it('never takes one set of inputs for another', () => {
    const part = fc.stringMatching(/^[a1:/]{0,4}$/);
    const inputs = fc.tuple(part, part, part, part, part);
    const scopeOf = ([, , date, region, service]: string[]) => ({
      date: date ?? '',
      region: region ?? '',
      service: service ?? '',
    });
    fc.assert(
      fc.property(inputs, inputs, (one, other) => {
        const cache = createSigningKeyCache(2);
        cache.keep(one[0], one[1], scopeOf(one), key);
        const found = cache.find(other[0], other[1], scopeOf(other)) !== undefined;
        assert.equal(
          found,
          one.every((text, index) => text === other[index]),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('stays within its bound and keeps what is in use', () => {
    const cache = createSigningKeyCache(10);
    cache.keep('hot', 'secret', scope, key);
    for (let index = 0; index < 1000; index++) {
      cache.keep(`AKIA${index}`, 'secret', scope, key);
      assert.equal(cache.find('hot', 'secret', scope), key);
      assert.ok(cache.size <= 10, `${cache.size}`);
    }
    assert.equal(cache.find('AKIA0', 'secret', scope), undefined);
    assert.equal(cache.find('AKIA999', 'secret', scope), key);
  });

  it('is filled by a good signature alone, and a replaced secret is never found in it', () => {
    const signingKeys = createSigningKeyCache(10);
    const now = Date.UTC(2026, 10, 23);
    const request = signRequest({
      method: 'GET',
      target: '/b/k',
      headers: [['Host', 'localhost']],
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'old' },
      region: 'us-east-1',
      service: 's3',
      now,
    });
    const reading = readCredentials(request);
    assert.ok(reading.kind === 'signed');
    const verify = (secretAccessKey: string) =>
      verifySignature(reading, { secretAccessKey, signingKeys, now, bodySha256: undefined }).ok;
    assert.equal(verify('new'), false);
    assert.equal(signingKeys.size, 0);
    assert.equal(verify('old'), true);
    assert.equal(signingKeys.size, 1);
    assert.equal(verify('old'), true);
    assert.equal(verify('new'), false);
    assert.equal(signingKeys.size, 1);
  });
});
