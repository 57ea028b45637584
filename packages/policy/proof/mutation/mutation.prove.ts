/**
 * Every small fault that we know how to plant in the engine is found by a test. Of all mutants that
 * the compiler takes at least 98 % die; each survivor stands in `equivalent.ts` with its reason.
 *
 *     MUTATE=src/match/glob.ts   only files whose path begins so (several with commas)
 *     MUTATE_EVERY=10            only every tenth mutant
 *     MUTATE_JOBS=1              processes at work at one time
 */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { EQUIVALENTS } from './equivalent.ts';
import { describeMutant } from './mutant.ts';
import { runMutation } from './mutation-run.ts';
import { judge, report } from './report.ts';

const LEAST_SCORE = 0.98;
const LEAST_OPERATORS = 10;

const { MUTATE = '', MUTATE_EVERY = '1', MUTATE_JOBS } = process.env;
const isSample = MUTATE_EVERY !== '1';

test('a fault in the engine is found', async () => {
  const result = await runMutation({
    only: MUTATE.split(','),
    every: Number(MUTATE_EVERY),
    jobs: Number(MUTATE_JOBS ?? availableParallelism()),
    note: console.log,
  });
  console.log(report(result, EQUIVALENTS));
  const verdict = judge(result, EQUIVALENTS);
  const names = verdict.unexplained.map(({ mutant }) => describeMutant(mutant));
  assert.deepEqual(names, [], 'survivors without a reason');
  assert.deepEqual(verdict.broken, [], 'mutants that are no programs');
  if (!isSample) assert.deepEqual(verdict.stale, [], 'reasons without a survivor');
  assert.ok(verdict.score >= LEAST_SCORE, `score ${verdict.score}`);
  if (isSample || MUTATE !== '') return;
  const operators = new Set(result.tried.map(({ mutant }) => mutant.operator));
  assert.ok(operators.size >= LEAST_OPERATORS, [...operators].join(' '));
});
