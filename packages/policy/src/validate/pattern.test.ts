import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourcePattern } from '../match/arn.ts';
import { globPattern, matchesPattern, type Pattern } from '../match/glob.ts';
import { covers, meet } from './pattern.ts';

/** `b` stands in no pattern: what is true of it is true of every other character. */
const TEXTS = textsOver(['a', 'b', ':'], 7);

/** Every pattern of up to four tokens, and each as an ARN's, whose wildcards stop at colons. */
const PATTERNS: readonly Pattern[] = [
  ...new Map(
    textsOver(['a', '*', '?', ':'], 4)
      .map(globPattern)
      .flatMap((pattern) => [pattern, resourcePattern(pattern)])
      .map((pattern) => [pattern.join(), pattern]),
  ).values(),
];

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

/** Which of the texts fit, a bit for each. */
function fitting(pattern: Pattern): Uint32Array {
  const bits = new Uint32Array(Math.ceil(TEXTS.length / 32));
  for (const [index, text] of TEXTS.entries()) {
    if (matchesPattern(pattern, text))
      bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
  }
  return bits;
}

test('covers and meet say of all short patterns what comparing all short texts says', (t) => {
  const sets = PATTERNS.map(fitting);
  const wrong: string[] = [];
  let covered = 0;
  let met = 0;
  for (const [i, one] of PATTERNS.entries()) {
    for (const [j, other] of PATTERNS.entries()) {
      const [left, right] = [sets[i] ?? [], sets[j] ?? []];
      const isCovered = right.every((bits, word) => (bits & ~(left[word] ?? 0)) === 0);
      const isMet = right.some((bits, word) => (bits & (left[word] ?? 0)) !== 0);
      if (covers(one, other) !== isCovered) wrong.push(`${one} covers ${other}`);
      if (meet(one, other) !== isMet) wrong.push(`${one} meets ${other}`);
      if (isCovered) covered++;
      if (isMet) met++;
    }
  }
  t.diagnostic(`${PATTERNS.length ** 2} pairs, ${covered} covered, ${met} meet`);
  assert.equal(PATTERNS.length, 613);
  assert.deepEqual(wrong.slice(0, 10), []);
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
