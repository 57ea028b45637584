import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePattern, fitsPattern } from './compiled-pattern.ts';
import {
  ANY_ONE,
  ANY_RUN,
  globPattern,
  matchesPattern,
  type Pattern,
  SEGMENT_ONE,
  SEGMENT_RUN,
  walkPattern,
} from './glob.ts';

function fits(pattern: string, text: string): boolean {
  const walked = matchesPattern(globPattern(pattern), text);
  const compiled = compilePattern(globPattern(pattern));
  assert.equal(fitsPattern(compiled, text), walked, `${pattern} on ${text}`);
  return walked;
}

test('a pattern without wildcards fits only itself', () => {
  assert.ok(fits('photos', 'photos'));
  assert.ok(!fits('photos', 'photos/'));
  assert.ok(!fits('photos', 'Photos'));
  assert.ok(fits('', ''));
  assert.ok(fits('a\0b', 'a\0b'));
  assert.ok(!fits('a\0b', 'ab'));
  assert.ok(!fits('\0', 'a'));
  for (const code of [1, 2, 3, 4]) assert.ok(!matchesPattern([code], 'a'), `U+000${code}`);
  assert.ok(!fits('', 'a'));
});

test('a star takes any run, the empty one too', () => {
  for (const text of ['', 'a', 'a:b/c']) assert.ok(fits('*', text));
  assert.ok(fits('photos/*', 'photos/'));
  assert.ok(fits('photos/*', 'photos/2026/pic.jpg'));
  assert.ok(!fits('photos/*', 'photos'));
  assert.ok(fits('*.jpg', 'a.jpg.jpg'));
  assert.ok(!fits('*.jpg', 'a.jpg.png'));
  assert.ok(fits('a*b*c', 'aXbYbZc'));
  assert.ok(!fits('a*b*c', 'aXcYb'));
  assert.ok(fits('**', ''));
});

test('a question mark takes exactly one character, a surrogate pair whole', () => {
  assert.ok(fits('pic?.jpg', 'pic1.jpg'));
  assert.ok(!fits('pic?.jpg', 'pic.jpg'));
  assert.ok(!fits('pic?.jpg', 'pic12.jpg'));
  assert.ok(fits('pic?.jpg', 'pic😀.jpg'));
  assert.ok(!fits('pic??.jpg', 'pic😀.jpg'));
  assert.ok(fits('?', '\u{10000}'));
  assert.ok(!fits('?', '\uffff\uffff'));
  for (const lone of ['\ud7ff\udc00', '\udc00\udc00', '\ud800\ud800', '\ud800\ue000']) {
    assert.ok(fits('??', lone), 'two halves that are no pair');
    assert.ok(!fits('?', lone));
  }
  assert.ok(fits('*?', '😀'));
  assert.ok(!fits('*??', '😀'));
});

test('many stars cost no more than one', () => {
  const text = 'a'.repeat(10_000);
  const stars = `${'*a'.repeat(30)}*b`;
  assert.ok(!fits(stars, text));
  assert.ok(fits(`${'*a'.repeat(30)}*`, text));
  assert.ok(!fits(`${'a*'.repeat(5_000)}b`, text));
  assert.ok(fits('*'.repeat(10_000), text));
  assert.ok(!fits(`${'*'.repeat(10_000)}b`, text));
  assert.ok(!fits(`${'?'.repeat(9_999)}`, text));
});

/** The definition, word for word, with a table instead of a walk. */
function fitsByDefinition(pattern: Pattern, text: string): boolean {
  let reached = new Set([0]);
  for (const token of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (token === ANY_RUN || token === SEGMENT_RUN) {
        for (let to = at; to <= text.length; to++) {
          next.add(to);
          if (token === SEGMENT_RUN && text[to] === ':') break;
        }
      } else if (at < text.length) {
        const isOne = token === ANY_ONE || (token === SEGMENT_ONE && text[at] !== ':');
        if (isOne || text.charCodeAt(at) === token) next.add(at + 1);
      }
    }
    reached = next;
  }
  return reached.has(text.length);
}

test('the walk agrees with the definition', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '*', '?'), maxLength: 12 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 16 });
  fc.assert(
    fc.property(pattern, text, (written, value) => {
      const tokens = globPattern(written);
      assert.equal(fits(written, value), fitsByDefinition(tokens, value));
    }),
    { numRuns: 2_000 },
  );
});

test('a walk that needs more steps than it may take says nothing', () => {
  const steps = (most: number) => walkPattern(globPattern('ab?d'), 'xxabcd', 2, most);
  assert.deepEqual([3, 4, 5].map(steps), [undefined, true, true]);
});
