import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hmacSha256Hex } from './hmac.ts';

describe('HMAC-SHA256', () => {
  it("is node:crypto's, for keys and texts of every length", () => {
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes)),
      fc.integer({ min: 500, max: 520 }).map((length) => 'é'.repeat(length / 2)),
      fc.integer({ min: 505, max: 520 }).map((length) => 'a'.repeat(length)),
    );
    const key = fc.oneof(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ maxLength: 70 }),
    );
    fc.assert(
      fc.property(key, text, (bytes, message) => {
        const expected = createHmac('sha256', bytes).update(message).digest('hex');
        assert.equal(hmacSha256Hex(bytes, message), expected);
      }),
      { numRuns: 500 },
    );
  });

  it("is node:crypto's for keys around a digest's and a block's length", () => {
    for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 100]) {
      const key = new Uint8Array(length).fill(7);
      assert.equal(
        hmacSha256Hex(key, 'text'),
        createHmac('sha256', key).update('text').digest('hex'),
      );
    }
  });

  it('is that of RFC 4231, test case 2', () => {
    assert.equal(
      hmacSha256Hex(new TextEncoder().encode('Jefe'), 'what do ya want for nothing?'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
