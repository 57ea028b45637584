import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBinary } from './binary.ts';
import { parseBool } from './bool.ts';

test('true and false, whatever the case, and nothing else', () => {
  for (const text of ['true', 'True', 'TRUE']) assert.equal(parseBool(text), true);
  for (const text of ['false', 'False', 'FALSE']) assert.equal(parseBool(text), false);
  for (const text of ['', '1', '0', 'yes', ' true', 'tru', '\u0054rue ']) {
    assert.equal(parseBool(text), undefined, text);
  }
});

test('base64 with padding and without stray bits', () => {
  for (const text of ['', 'QQ==', 'QUI=', 'QUJD', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', '+/+/']) {
    assert.equal(parseBinary(text), text);
    assert.equal(Buffer.from(text, 'base64').toString('base64'), text);
  }
  for (const text of ['Q', 'QQ', 'QQ=', 'QR==', 'QUJ=', 'QQ==QQ==', '-_-_', 'QUJD\n', 'Q===']) {
    assert.equal(parseBinary(text), undefined, text);
  }
});

test('whatever bytes there are, their base64 is read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      assert.equal(parseBinary(text), text);
    }),
    { numRuns: 2_000 },
  );
});
