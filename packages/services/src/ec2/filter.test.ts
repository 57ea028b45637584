import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused } from '../iam/testing.ts';
import { checkFilters, matcherOf } from './filter.ts';

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
    assert.equal(matcherOf(value)(text), expected, `${value} and ${text}`);
  }
});

test('a value without wildcards costs nothing, and others more with a `?`', async () => {
  const filters = checkFilters(
    [
      { Name: 'colour', Values: ['green', 'blue'] },
      { Name: 'size', Values: ['*2', '3*'] },
      { Name: 'size', Values: ['1?', '4*'] },
      { Name: 'size', Values: ['*'] },
    ],
    ['colour', 'size'],
  );
  const row = { colour: ['red', 'blue'], size: ['50', '31'] };
  assert.equal(await filters.meet(row, (one, name) => one[name as keyof typeof one]), false);
  assert.equal(filters.cost(), 4 * 2 + 2 * (60 + 2));
});

test('every filter has to be met, by any of its values', async () => {
  const row = { colour: ['red', 'blue'], size: ['9'] };
  const ask = (...filters: [string, ...string[]][]) =>
    checkFilters(
      filters.map(([Name, ...Values]) => ({ Name, Values })),
      ['colour', 'size', 'weight'],
    ).meet(row, (one, name) => one[name as keyof typeof one]);
  assert.equal(await ask(), true);
  assert.equal(await ask(['colour', 'green', 'blue']), true);
  assert.equal(await ask(['colour', 'blue'], ['size', '9']), true);
  assert.equal(await ask(['colour', 'blue'], ['size', '8']), false);
  assert.equal(await ask(['colour']), false);
  assert.equal(await ask(['weight', '*']), false);
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
  const Name = 'tag-key';
  const Values = Array.from({ length: 100 }, () => 'a');
  const most = [
    { Name, Values },
    { Name: 'tag:Team', Values },
  ];
  await check(most);
  await assertRefused(
    check([...most, { Name, Values: ['a'] }]),
    'FilterLimitExceeded',
    400,
    'The maximum number of filter values specified on a single call is 200',
  );
});
