import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileMatcher, compilePattern, fitsPattern } from './compiled-pattern.ts';
import { ANY_ONE, ANY_RUN, globPattern, matchesPattern } from './glob.ts';

const COLON = 58;

function compile(text: string) {
  return compilePattern(globPattern(text));
}

test('a pattern is taken apart into its start and what is to be found behind it', () => {
  assert.deepEqual(compile('photos'), { start: 'photos', rest: undefined });
  assert.deepEqual(compile(''), { start: '', rest: undefined });
  assert.deepEqual(compile('photos/*'), { start: 'photos/', rest: { kind: 'anything' } });
  assert.deepEqual(compile('*'), { start: '', rest: { kind: 'anything' } });
  const runs = { kind: 'runs', texts: ['b', 'c'], end: 'd' };
  assert.deepEqual(compile('a*b**c*d'), { start: 'a', rest: runs });
  assert.deepEqual(compile('a**'), { start: 'a', rest: { kind: 'runs', texts: [], end: '' } });
  assert.deepEqual(compile('a\0*\0*b'), {
    start: 'a\0',
    rest: { kind: 'runs', texts: ['\0'], end: 'b' },
  });
});

test('what has other wildcards than runs is walked', () => {
  const walk = { kind: 'walk', pattern: [ANY_ONE, 98, ANY_RUN] };
  assert.deepEqual(compile('a?b*'), { start: 'a', rest: walk });
  assert.deepEqual(compile('a?'), { start: 'a', rest: { kind: 'walk', pattern: [ANY_ONE] } });
});

test('long texts stay whole', () => {
  const text = Array.from({ length: 10_000 }, (_, index) => String.fromCharCode(97 + (index % 25)));
  const long = text.join('');
  assert.equal(compile(long).start, long);
  assert.equal(compile(`${long}*`).start, long);
  assert.ok(fitsPattern(compile(`*${long}`), `x${long}`));
});

test('taken apart it says what the walk says', () => {
  const unit = fc.constantFrom('a', 'b', '*', '?', '\0');
  const pattern = fc.string({ unit, maxLength: 9 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 9 });
  fc.assert(
    fc.property(pattern, text, (written, value) => {
      assert.equal(
        fitsPattern(compile(written), value),
        matchesPattern(globPattern(written), value),
      );
    }),
    { numRuns: 5_000 },
  );
});

test('a run of a text that ends too early is none', () => {
  assert.ok(!fitsPattern(compile('ab*ba'), 'aba'));
  assert.ok(fitsPattern(compile('ab*ba'), 'abba'));
  assert.ok(!fitsPattern(compile('*ab*b'), 'ab'));
  assert.ok(!fitsPattern(compile('xa*'), 'ya'));
  assert.ok(fitsPattern(compilePattern([COLON, ANY_RUN]), ':x'));
});

test('a matcher asks the pattern', () => {
  const matches = compileMatcher(globPattern('a*'));
  assert.deepEqual(['ab', 'a', 'ba'].map(matches), [true, true, false]);
});
