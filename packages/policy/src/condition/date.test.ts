import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDate } from './date.ts';

const SECOND = 1_000_000_000n;

function at(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000_000n;
}

test('the forms of the W3C profile', () => {
  assert.equal(parseDate('2024-05'), at('2024-05-01T00:00:00Z'));
  assert.equal(parseDate('2024-05-06'), at('2024-05-06T00:00:00Z'));
  assert.equal(parseDate('2024-05-06T07:08Z'), at('2024-05-06T07:08:00Z'));
  assert.equal(parseDate('2024-05-06T07:08:09Z'), at('2024-05-06T07:08:09Z'));
  assert.equal(parseDate('2024-05-06t07:08:09z'), at('2024-05-06T07:08:09Z'));
  assert.equal(parseDate('2024-05-06T07:08:09+02:30'), at('2024-05-06T04:38:09Z'));
  assert.equal(parseDate('2024-05-06T23:08:09-01:00'), at('2024-05-07T00:08:09Z'));
  assert.equal(parseDate('2024-05-06T07:08:09.000000001Z'), at('2024-05-06T07:08:09Z') + 1n);
  assert.equal(parseDate('1969-12-31T23:59:59.5Z'), -SECOND / 2n);
});

test('epoch seconds', () => {
  assert.equal(parseDate('0'), 0n);
  assert.equal(parseDate('1714979289'), 1_714_979_289n * SECOND);
  assert.equal(parseDate('2024'), 2_024n * SECOND);
  assert.equal(parseDate('9223372036854775807'), 9_223_372_036_854_775_807n * SECOND);
  assert.equal(parseDate('9223372036854775808'), undefined);
});

test('a date that does not exist is none', () => {
  const texts = [
    '2024-02-31',
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-01-01T24:00Z',
    '2024-01-01T00:60Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+00:60',
    '2024-02-30',
  ];
  for (const text of texts) assert.equal(parseDate(text), undefined, text);
  assert.ok(parseDate('2000-02-29') !== undefined);
  assert.ok(parseDate('2024-02-29') !== undefined);
});

test('every month has its last day, and no day behind it', () => {
  for (let month = 1; month <= 12; month++) {
    const name = `2023-${String(month).padStart(2, '0')}`;
    const last = new Date(Date.UTC(2023, month, 0)).getUTCDate();
    assert.equal(parseDate(`${name}-${last}`), at(`${name}-${last}T00:00:00Z`));
    assert.equal(parseDate(`${name}-${last + 1}`), undefined);
  }
  assert.equal(parseDate('2024-02-29'), at('2024-02-29T00:00:00Z'));
  assert.equal(parseDate('2024-03-01'), at('2024-03-01T00:00:00Z'));
});

test('the last moment of the day, in the outermost zones', () => {
  assert.equal(parseDate('2024-01-01T23:59:59Z'), at('2024-01-01T23:59:59Z'));
  assert.equal(parseDate('2024-01-01T00:00+23:59'), at('2023-12-31T00:01:00Z'));
  assert.equal(parseDate('2024-01-01T00:00-23:59'), at('2024-01-01T23:59:00Z'));
});

test('where a digit belongs nothing else will do', () => {
  const text = '2024-12-16T17:18:19.123456789+12:30';
  assert.equal(parseDate(text), at('2024-12-16T04:48:19Z') + 123_456_789n);
  for (const [index, character] of [...text].entries()) {
    if (character < '0' || character > '9') continue;
    for (const other of ['x', ' ', '.', '-']) {
      const changed = text.slice(0, index) + other + text.slice(index + 1);
      assert.equal(parseDate(changed), undefined, changed);
    }
  }
});

test('other ways to write a date are refused', () => {
  const texts = [
    '',
    ' 2024-01-01',
    '2024-1-1',
    '24-01-01',
    '2024/01/01',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00:00',
    '2024-01-01T00Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00.0000000001Z',
    '2024-01-01T00:00:00+0100',
    '20240101T000000Z',
    'Mon, 01 Jan 2024 00:00:00 GMT',
    '-1',
    '1.5',
    '+002024-01-01',
    '2024-01-01T00:00:00Z\n',
  ];
  for (const text of texts) assert.equal(parseDate(text), undefined, text);
});

test('the calendar agrees with that of the platform', () => {
  const min = new Date('0001-01-01T00:00:00Z');
  const max = new Date('9999-12-31T23:59:59Z');
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      assert.equal(parseDate(date.toISOString()), BigInt(date.getTime()) * 1_000_000n);
    }),
  );
});
