import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCredential } from './credential-scope.ts';
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
    const bytes = deriveSigningKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', {
      date: '20120215',
      region: 'us-east-1',
      service: 'iam',
    });
    assert.equal(hex(bytes), 'f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d');
  });
});

describe('signing key cache', () => {
  const key = deriveSigningKey('secret', scope);
  const credential = (text: string) => {
    const parsed = parseCredential(text);
    assert.ok(parsed !== undefined, text);
    return parsed;
  };
  const akia = credential('AKIA/20261123/us-east-1/iam/aws4_request');

  it('finds a key only under all that made it', () => {
    const cache = createSigningKeyCache(10);
    cache.keep(akia, 'secret', key);
    assert.equal(cache.find(credential(akia.text), 'secret'), key);
    assert.equal(cache.find(akia, 'other'), undefined);
    for (const part of ['AKIA', '20261123', 'us-east-1', 'iam']) {
      const other = akia.text.replace(part, part === '20261123' ? '20261124' : 'x');
      assert.equal(cache.find(credential(other), 'secret'), undefined);
    }
  });

  it('never takes one credential for another: a text divides in one way only', () => {
    const text = fc.stringMatching(
      /^[a1]{1,3}\/?[a1]?\/?\d{8}\/[a1/]{1,4}\/[a1/]{1,4}\/?aws4_request$/,
    );
    fc.assert(
      fc.property(text, (one) => {
        const parsed = parseCredential(one);
        if (parsed === undefined) return;
        const { accessKeyId, scope: parts, terminator, scopeText } = parsed;
        const { date, region, service } = parts;
        for (const part of [accessKeyId, date, region, service]) assert.ok(!part.includes('/'));
        assert.equal(`${accessKeyId}/${date}/${region}/${service}/${terminator}`, one);
        assert.equal(`${accessKeyId}/${scopeText}`, one);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays within its bound and keeps what is in use', () => {
    const cache = createSigningKeyCache(10);
    const other = (index: number) => credential(akia.text.replace('AKIA', `AKIA${index}`));
    cache.keep(akia, 'secret', key);
    for (let index = 0; index < 1000; index++) {
      cache.keep(other(index), 'secret', key);
      assert.equal(cache.find(akia, 'secret'), key);
      assert.ok(cache.size <= 10, `${cache.size}`);
    }
    assert.equal(cache.find(other(0), 'secret'), undefined);
    assert.equal(cache.find(other(999), 'secret'), key);
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
