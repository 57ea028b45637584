/** The differential proof in the size that every mutant meets: a test file to `try-mutant.ts` only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countCoverage } from '../coverage.ts';
import { compareWorlds } from '../differential.ts';
import { REQUESTS_PER_WORLD } from '../random-world.ts';

const PAIRS = 5_000;
const FIRST_SEED = 1;

test('engine and reference agree', () => {
  const worlds = PAIRS / REQUESTS_PER_WORLD;
  assert.equal(compareWorlds(FIRST_SEED, worlds, countCoverage()), undefined);
});
