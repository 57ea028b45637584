import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBinary } from './binary.ts';

test('base64 with its padding and without stray bits', () => {
  for (const text of ['', 'QUJD', 'QUI=', 'QQ==', '+/+/', 'QUJDQQ==']) {
    assert.equal(parseBinary(text), text);
  }
  for (const text of [
    'Q',
    'QU',
    'QUJ',
    'QUJ=',
    'QUJDQ',
    'QR==',
    'Q===',
    '====',
    'QUJD=',
    'QU=D',
    'QQ==QQ==',
    'QU-_',
    ' ',
  ]) {
    assert.equal(parseBinary(text), undefined, text);
  }
});

test('a value of any length is read', () => {
  assert.equal(parseBinary('QUJD'.repeat(2_000_000))?.length, 8_000_000);
});
