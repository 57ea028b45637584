import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readEngineFile } from './engine-folder.ts';
import { type Equivalent, isEquivalent } from './equivalent.ts';
import { placeMutant } from './mutant.ts';
import { type Outcome, startMutantRunner } from './mutant-runner.ts';
import { type MutationResult, type TriedMutant, testOrder } from './mutation-run.ts';
import { judge, report } from './report.ts';

const FILE = 'src/match/fold-ascii.ts';
const TEST = 'src/match/fold-ascii.test.ts';
const runner = startMutantRunner();
after(() => runner.close());

let trials = 0;

/** Tries the file with one text in place of another. */
async function attempt(before: string, changed: string): Promise<Outcome> {
  const text = readEngineFile(FILE);
  assert.equal(text.split(before).length, 2, `\`${before}\` stands once in ${FILE}`);
  const mutated = text.replace(before, () => changed);
  const tests = [{ test: TEST, limit: 1_000 }];
  return runner.run({ id: trials++, file: FILE, text: mutated, tests });
}

test('a fault is found by the test that looks there', async () => {
  const outcome = await attempt('toLowerCase()', 'toUpperCase()');
  const name = 'folds A to Z and leaves the rest as it is';
  assert.deepEqual(outcome, { kind: 'killed', test: TEST, name });
});

test('a change that breaks nothing survives', async () => {
  assert.deepEqual(await attempt('/[A-Z]/g', '/[A-Z]+/g'), { kind: 'survived' });
});

test('a loop without end is ended, and the next mutant is tried', async () => {
  assert.deepEqual(await attempt('return ', 'for (;;); return '), { kind: 'limit', test: TEST });
  assert.deepEqual(await attempt('/[A-Z]/g', '/[A-Z]+/g'), { kind: 'survived' });
});

test('what is no program is no mutant', async () => {
  assert.equal((await attempt('return ', 'return return ')).kind, 'broken');
});

test('the engine as it is passes, and it is known what a test loads', async () => {
  const [baseline] = await runner.measure([TEST]);
  assert.deepEqual([...(baseline?.loaded ?? [])], [FILE]);
  await assert.rejects(runner.measure(['src/match/glob.ts']), /the engine as it is fails/);
});

test('the nearest tests come first, and none that does not load the file', () => {
  const loads = (test: string, duration: number, ...loaded: readonly string[]) => {
    return { test, duration, loaded: new Set(loaded) };
  };
  const order = testOrder('src/match/glob.ts', [
    loads('src/cases.test.ts', 80, 'src/match/glob.ts'),
    loads('src/match/arn.test.ts', 100, 'src/match/glob.ts'),
    loads('src/match/fold-ascii.test.ts', 1, 'src/match/fold-ascii.ts'),
    loads('src/match/glob.test.ts', 300, 'src/match/glob.ts'),
    loads('src/evaluate/properties.test.ts', 900, 'src/match/glob.ts'),
  ]);
  const names = order.map(({ test: path }) => path.replace(/^.*\/|\.test\.ts$/g, ''));
  assert.deepEqual(names, ['glob', 'arn', 'cases', 'properties']);
});

function tried(text: string, changed: string, kind: 'survived' | 'limit'): TriedMutant {
  const source = `  return ${text};\n`;
  const change = { operator: 'comparison', start: 9, end: 9 + text.length, after: changed };
  const outcome: Outcome = kind === 'limit' ? { kind, test: TEST } : { kind };
  return { mutant: placeMutant(FILE, source, change), outcome, duration: 1 };
}

function resultOf(...all: readonly TriedMutant[]): MutationResult {
  return { files: [FILE], refused: 0, tried: all, elapsed: 0 };
}

const KNOWN: Equivalent = {
  file: FILE,
  line: 'return a < b;',
  change: 'comparison: a < b → a <= b',
  reason: 'a is never b',
};

test('a survivor needs a reason', () => {
  const survivor = tried('a < b', 'a <= b', 'survived');
  assert.ok(isEquivalent(KNOWN, survivor.mutant));
  const result = resultOf(survivor, tried('c > d', 'c < d', 'limit'));
  assert.equal(judge(result, []).score, 0.5);
  assert.deepEqual(judge(result, []).unexplained, [survivor]);
  assert.match(report(result, []), /survived .*:1:10 comparison: a < b → a <= b\n.*no reason/);
  assert.deepEqual(judge(result, [KNOWN]).unexplained, []);
  assert.match(report(result, [KNOWN]), /a is never b/);
});

test('a reason needs a survivor', () => {
  const known = [KNOWN];
  assert.deepEqual(judge(resultOf(tried('a < b', 'a <= b', 'survived')), known).stale, []);
  assert.deepEqual(judge(resultOf(tried('a < b', 'a <= b', 'limit')), known).stale, known);
  assert.deepEqual(judge(resultOf(), known).stale, known);
  assert.deepEqual(judge({ ...resultOf(), files: [] }, known).stale, []);
});
