import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareDecimals, parseDecimal } from './numeric.ts';

function order(one: string, other: string): number {
  const [first, second] = [parseDecimal(one), parseDecimal(other)];
  assert.ok(first && second, `${one} ${other}`);
  return Math.sign(compareDecimals(first, second));
}

test('what is no number', () => {
  const texts = ['', ' ', ' 1', '1 ', '+1', '1e3', '0x10', '.5', '5.', '1,5', '--1', 'NaN', '１'];
  for (const text of [...texts, 'Infinity', '-', '1_000', '1.2.3', '1\n']) {
    assert.equal(parseDecimal(text), undefined, text);
  }
});

test('zeros that say nothing do not count', () => {
  assert.equal(order('007', '7'), 0);
  assert.equal(order('1.50', '1.5'), 0);
  assert.equal(order('-0', '0.000'), 0);
});

test('decimals are compared in full', () => {
  assert.equal(order('0.1', '0.10000000000000000001'), -1);
  assert.equal(order('9007199254740993', '9007199254740992'), 1);
  assert.equal(order('123456789012345678901234567890.1', '123456789012345678901234567890.2'), -1);
  assert.equal(order('-2', '-10'), 1);
  assert.equal(order('-0.5', '-0.25'), -1);
  assert.equal(order('-1', '1'), -1);
  assert.equal(order('0.09', '0.1'), -1);
  assert.equal(order('10', '9'), 1);
});

test('the order is that of exact integers', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(), (one, other) => {
      const expected = one < other ? -1 : one > other ? 1 : 0;
      assert.equal(order(String(one), String(other)), expected);
    }),
  );
});

test('a long number is read at once', () => {
  const digits = '0'.repeat(50_000);
  assert.equal(order(`${digits}1.${digits}`, '1'), 0);
});
