import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused } from '../iam/testing.ts';
import { checkFilters, fits, meets } from './filter.ts';

test('a value fits a text', () => {
  const cases: readonly (readonly [value: string, text: string, fits: boolean])[] = [
    ['photos', 'photos', true],
    ['photos', 'Photos', false],
    ['photos', 'photos2', false],
    ['', '', true],
    ['*', '', true],
    ['*', 'photos', true],
    ['ph*s', 'photos', true],
    ['ph*x', 'photos', false],
    ['p?otos', 'photos', true],
    ['p?otos', 'potos', false],
    ['photos?', 'photos', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a\\?b', 'a?b', true],
    ['a\\\\b', 'a\\b', true],
    ['a\\', 'a\\', true],
    ['.*', 'photos', false],
    ['(a+)+', '(a+)+', true],
  ];
  for (const [value, text, expected] of cases) {
    assert.equal(fits(value, text), expected, `${value} and ${text}`);
  }
});

test('many wildcards cost no more than one', () => {
  const begin = performance.now();
  assert.equal(fits('*a'.repeat(120), `${'a'.repeat(250)}b`), false);
  assert.ok(performance.now() - begin < 100);
});

test('every filter has to be met, by any of its values', () => {
  const row = { colour: ['red', 'blue'], size: ['9'] };
  const ask = (...filters: [string, ...string[]][]) =>
    meets(
      row,
      filters.map(([Name, ...Values]) => ({ Name, Values })),
      (one, name) => one[name as keyof typeof one],
    );
  assert.equal(ask(), true);
  assert.equal(ask(['colour', 'green', 'blue']), true);
  assert.equal(ask(['colour', 'blue'], ['size', '9']), true);
  assert.equal(ask(['colour', 'blue'], ['size', '8']), false);
  assert.equal(ask(['colour']), false);
  assert.equal(ask(['weight', '*']), false);
});

test('what is no filter is refused', async () => {
  const check = async (filters: Parameters<typeof checkFilters>[0]) =>
    checkFilters(filters, ['tag:', 'tag-key']);
  const invalid = (name: string) => `The filter '${name}' is invalid`;
  for (const Name of ['vpc-id', 'tag:', 'tag', 'TAG-KEY', 'constructor']) {
    const call = check([{ Name, Values: ['a'] }]);
    await assertRefused(call, 'InvalidParameterValue', 400, invalid(Name));
  }
  await assertRefused(
    check([{ Values: ['a'] }]),
    'MissingParameter',
    400,
    'The request must contain the parameter Filter.Name',
  );
  const tooMany = 'The maximum number of filters or of filter values is exceeded';
  const values = Array.from({ length: 201 }, () => 'a');
  const Name = 'tag-key';
  for (const filters of [
    [{ Name, Values: values }],
    Array.from({ length: 51 }, () => ({ Name, Values: ['a'] })),
  ]) {
    await assertRefused(check(filters), 'InvalidParameterValue', 400, tooMany);
  }
  await assertRefused(
    check([{ Name, Values: ['a'.repeat(256)] }]),
    'InvalidParameterValue',
    400,
    "A value of the filter 'tag-key' is too long",
  );
  assert.deepEqual(await check([{ Name: 'tag:Team', Values: ['a'] }, { Name }]), [
    { Name: 'tag:Team', Values: ['a'] },
    { Name, Values: [] },
  ]);
});
