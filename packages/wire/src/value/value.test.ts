import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBase64, parseBase64 } from './base64.ts';
import { parseScalar } from './scalar.ts';
import {
  formatHttpDate,
  formatIso8601Seconds,
  parseEpochSeconds,
  parseHttpDate,
  parseIso8601,
} from './timestamp.ts';

const noon = new Date('2026-11-23T12:00:00Z');

test('ISO 8601 is read strictly', () => {
  assert.deepEqual(parseIso8601('2026-11-23T12:00:00Z'), noon);
  assert.deepEqual(parseIso8601('2026-11-23T13:30:00+01:30'), noon);
  assert.deepEqual(parseIso8601('2026-11-23T12:00:00.25Z'), new Date(noon.getTime() + 250));
  assert.deepEqual(parseIso8601('2024-02-29T00:00:00Z'), new Date('2024-02-29T00:00:00Z'));
  assert.equal(parseIso8601('0001-01-01T00:00:00Z')?.getUTCFullYear(), 1);
  for (const text of [
    '2024-02-31T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T12:60:00Z',
    '2026-11-23T12:00:60Z',
    '2026-11-23T12:00:00',
    '2026-11-23T12:00:00+24:00',
    '2026-11-23',
    '2026-11-23 12:00:00Z',
    ' 2026-11-23T12:00:00Z',
    '',
  ]) {
    assert.equal(parseIso8601(text), undefined, text);
  }
});

test('dates of HTTP and seconds since 1970', () => {
  assert.deepEqual(parseHttpDate('Mon, 23 Nov 2026 12:00:00 GMT'), noon);
  assert.equal(parseHttpDate('Mon, 31 Feb 2026 12:00:00 GMT'), undefined);
  assert.equal(parseHttpDate('Mon, 23 Foo 2026 12:00:00 GMT'), undefined);
  assert.equal(parseHttpDate('Monday, 23-Nov-26 12:00:00 GMT'), undefined);
  assert.deepEqual(parseEpochSeconds('1795435200'), new Date(1_795_435_200_000));
  assert.equal(parseEpochSeconds('-1'), undefined);
  assert.equal(parseEpochSeconds('1e9'), undefined);
  assert.equal(formatHttpDate(noon), 'Mon, 23 Nov 2026 12:00:00 GMT');
  assert.equal(formatIso8601Seconds(new Date(noon.getTime() + 999)), '2026-11-23T12:00:00Z');
});

test('base64 is read strictly and written back', () => {
  assert.deepEqual(parseBase64('AP8='), Uint8Array.of(0, 255));
  assert.deepEqual(parseBase64(''), new Uint8Array());
  assert.equal(formatBase64(Uint8Array.of(0, 255)), 'AP8=');
  for (const text of ['AP8', 'AP8==', 'A P8=', 'AP-_', '=', 'A===']) {
    assert.equal(parseBase64(text), undefined, text);
  }
});

test('numbers and booleans have one form', () => {
  assert.equal(parseScalar({ type: 'integer' }, '-7'), -7);
  assert.equal(parseScalar({ type: 'integer' }, '2147483647'), 2_147_483_647);
  assert.equal(parseScalar({ type: 'long' }, '9007199254740991'), Number.MAX_SAFE_INTEGER);
  assert.equal(parseScalar({ type: 'boolean' }, 'True'), true);
  for (const text of ['', ' 1', '1 ', '0x10', '1e3', '1.5', '٣', '--1', '99999999999999999999']) {
    assert.equal(parseScalar({ type: 'long' }, text), undefined, text);
  }
  assert.equal(parseScalar({ type: 'integer' }, '2147483648'), undefined);
  for (const text of ['', '1', 'yes', 'truе']) {
    assert.equal(parseScalar({ type: 'boolean' }, text), undefined, text);
  }
});
