import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOperator } from './operator.ts';

const NAMES = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  ...['Numeric', 'Date'].flatMap((prefix) =>
    ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (comparison) => `${prefix}${comparison}`,
    ),
  ),
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
];

test('every operator of the language, with IfExists and both set qualifiers', () => {
  for (const name of [...NAMES, 'Null']) {
    assert.ok(parseOperator(name), name);
    assert.equal(parseOperator(`ForAllValues:${name}`)?.set, 'ForAllValues', name);
    assert.equal(parseOperator(`ForAnyValue:${name}`)?.set, 'ForAnyValue', name);
  }
  for (const name of NAMES) {
    const operator = parseOperator(`ForAnyValue:${name}IfExists`);
    assert.equal(operator?.ifExists, true, name);
    assert.equal(operator?.negated, /Not/.test(name), name);
  }
});

test('a negated operator knows what it negates', () => {
  assert.equal(parseOperator('StringNotLike')?.comparison, 'StringLike');
  assert.equal(parseOperator('NumericNotEquals')?.comparison, 'Equals');
  assert.equal(parseOperator('NotIpAddress')?.comparison, 'IpAddress');
  assert.equal(parseOperator('StringNotEquals')?.comparison, 'StringEquals');
  assert.equal(parseOperator('ArnNotEquals')?.comparison, 'ArnEquals');
  assert.equal(parseOperator('ArnNotLike')?.comparison, 'ArnLike');
});

test('what is no operator', () => {
  const texts = [
    '',
    'stringequals',
    'StringEqual',
    'NullIfExists',
    'IfExists',
    'ForAnyValue::StringEquals',
    'ForAnyValue;StringEquals',
    'ForAllValues StringEquals',
    'ForAnyValue:ForAllValues:StringEquals',
    'forAnyValue:StringEquals',
    'StringEqualsIfExistsIfExists',
    'constructor',
    '__proto__',
  ];
  for (const text of texts) assert.equal(parseOperator(text), undefined, text);
});
