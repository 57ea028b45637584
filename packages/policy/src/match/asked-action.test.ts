import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedAction, MOST_ACTIONS } from './asked-action.ts';

test('an action has its number as long as it is known', () => {
  const first = askedAction('s3:GetObject');
  assert.equal(first.folded, 's3:getobject');
  assert.equal(askedAction('s3:GetObject'), first);
  assert.notEqual(askedAction('s3:PutObject').number, first.number);
});

test('no two actions of one numbering have one number, and none is too large', () => {
  const taken = new Map<object, Set<number>>();
  for (let index = 0; index < 3 * MOST_ACTIONS; index++) {
    const { number, numbering } = askedAction(`s3:Get${index}`);
    assert.ok(number !== undefined && number >= 0 && number < MOST_ACTIONS, `${number}`);
    taken.set(numbering, (taken.get(numbering) ?? new Set()).add(number));
  }
  const counts = [...taken.values()].map((numbers) => numbers.size);
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    3 * MOST_ACTIONS,
  );
});

test('a name longer than any action has no number', () => {
  const longest = `s3:${'a'.repeat(125)}`;
  assert.equal(typeof askedAction(longest).number, 'number');
  assert.equal(askedAction(longest), askedAction(longest));
  assert.equal(askedAction(`${longest}a`).number, undefined);
});
