import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arnConditionPattern, resourcePattern } from './arn.ts';
import { ANY_RUN, globPattern, matchesPattern } from './glob.ts';
import { matchesAnySize, matchesByStates } from './state-set.ts';

test('all ways at once lead where the walk leads', () => {
  const unit = fc.constantFrom('a', 'b', ':', '😀', '\ud83d', '*', '*', '?');
  const part = fc.tuple(fc.string({ unit, maxLength: 9 }), fc.constantFrom(1, 1, 4, 9));
  const written = fc
    .tuple(fc.constantFrom('', 'a*:b?:*a:', 'a:*:?:b:a:'), part)
    // Beyond a word of 32 tokens, where bits are carried over.
    .map(([head, [units, times]]) => head + units.repeat(times));
  const letter = fc.constantFrom('a', 'b', ':', '😀', '\ud83d');
  const text = fc
    .tuple(
      fc.constantFrom('', 'aa:bb:ba:', 'a:bb:a:b:a:'),
      fc.string({ unit: letter, maxLength: 8 }),
      fc.constantFrom(1, 1, 4, 9),
    )
    .map(([head, units, times]) => head + units.repeat(times));
  let fitted = 0;
  fc.assert(
    fc.property(written, text, (pattern, value) => {
      const tokens = globPattern(pattern);
      for (const one of [tokens, resourcePattern(tokens), arnConditionPattern(tokens)]) {
        const states = matchesByStates(one, value);
        assert.equal(states, matchesPattern(one, value), `${one} on ${value}`);
        if (states) fitted += 1;
      }
    }),
    { numRuns: 20_000 },
  );
  assert.ok(fitted > 500, `${fitted}`);
});

test('the walk gives up before it is drawn out', () => {
  let reads = 0;
  const counted = (text: string) =>
    new Proxy(globPattern(text), {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
        return Reflect.get(target, key);
      },
    });
  const text = 'a'.repeat(2_048);
  for (const length of [8, 64, 512, 1_000]) {
    reads = 0;
    assert.equal(matchesAnySize(counted(`*${'a?'.repeat(length)}b`), text), false);
    // The walk reads a token for each of its steps, one way or the other.
    assert.ok(reads <= 40_000, `${length}: ${reads}`);
  }
});

test('what the walk gives up is found all the same', () => {
  const text = 'a'.repeat(2_048);
  const pattern = globPattern(`*${'a?'.repeat(500)}b`);
  assert.equal(matchesAnySize(pattern, `${text}b`), true);
  assert.equal(matchesAnySize(pattern, `${text}c`), false);
  const behind = globPattern(`a*${'a?'.repeat(500)}b`);
  assert.equal(matchesAnySize(behind, `bb${text}b`, 2), true);
  assert.equal(matchesAnySize(behind, `bb${text}b`, 1), false);
});

test('a character of two halves is carried over from one word to the next', () => {
  for (const length of [30, 31, 32, 62, 63]) {
    const start = 'a'.repeat(length);
    for (const [pattern, text] of [
      [`${start}?b`, `${start}😀b`],
      [`*${start}??b`, `${start}😀😀b`],
    ] as const) {
      assert.equal(matchesByStates(globPattern(pattern), text), true, `${length}`);
      assert.equal(matchesByStates(globPattern(pattern), `${text}b`), false, `${length}`);
    }
  }
  assert.equal(matchesByStates([0, ANY_RUN, 0], '\0a\0'), true);
  assert.equal(matchesByStates([0], 'a'), false);
  for (const code of [0, 1]) assert.equal(matchesByStates([code], '😀'), false);
});
