import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resourcePattern } from '../match/arn.ts';
import { globPattern, matchesPattern, type Pattern } from '../match/glob.ts';
import { covers, meet } from './pattern.ts';

/** `b` stands in no pattern: what is true of it is true of every other character. */
const TEXTS = textsOver(['a', 'b', ':'], 7);

function textsOver(letters: readonly string[], longest: number): readonly string[] {
  const texts = [''];
  for (let from = 0, length = 1; length <= longest; length++) {
    const to = texts.length;
    for (; from < to; from++) {
      for (const letter of letters) texts.push(`${texts[from]}${letter}`);
    }
  }
  return texts;
}

const globText = fc.array(fc.constantFrom('a', '*', '?', ':'), { maxLength: 4 });
const glob = globText.map((parts) => globPattern(parts.join('')));
/** Wildcards of the first five segments of an ARN stop at colons; of these patterns all are such. */
const entry = globText.map((parts) => resourcePattern(globPattern(parts.join(''))));
const pattern = fc.oneof(glob, entry);

function fitting(of: Pattern): readonly string[] {
  return TEXTS.filter((text) => matchesPattern(of, text));
}

test('covers says what comparing all short texts says', () => {
  let covered = 0;
  fc.assert(
    fc.property(pattern, pattern, (wide, narrow) => {
      const expected = fitting(narrow).every((text) => matchesPattern(wide, text));
      if (expected) covered++;
      assert.equal(covers(wide, narrow), expected);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(covered > 200, `${covered} of them covered`);
});

test('meet says what comparing all short texts says', () => {
  let met = 0;
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const expected = fitting(one).some((text) => matchesPattern(other, text));
      if (expected) met++;
      assert.equal(meet(one, other), expected);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(met > 200 && met < 1_900, `${met} of them meet`);
});

test('covers: what a reader of tokens one by one would get wrong', () => {
  const of = (wide: string, narrow: string) => covers(globPattern(wide), globPattern(narrow));
  assert.equal(of('*?', '?*'), true);
  assert.equal(of('?*a*', '*a*a*'), true);
  assert.equal(of('*a??*', 'a*'), false);
  assert.equal(of('iam:Get*', 'iam:*CredentialReport'), false);
  assert.equal(of('s3:*', 's3:*'), true);
  assert.equal(of('?', '😀'), true);
  assert.equal(of('??', '😀'), false);
});

test('patterns made to be hard cost a bounded time', () => {
  const wide = globPattern(`*a${'?'.repeat(60)}`);
  const narrow = globPattern('*a'.repeat(100));
  const started = process.cpuUsage();
  assert.equal(covers(wide, narrow), false);
  assert.equal(meet(globPattern('*a'.repeat(500)), globPattern('a*'.repeat(500))), true);
  const { user, system } = process.cpuUsage(started);
  const took = (user + system) / 1_000;
  assert.ok(took < 2_000, `${took} ms`);
});
