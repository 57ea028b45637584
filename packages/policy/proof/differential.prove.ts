import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { assertCoverage, countCoverage, coverageReport } from './coverage.ts';
import { compareWorlds } from './differential.ts';
import { writeFoundCase } from './found-case.ts';
import { REQUESTS_PER_WORLD } from './random-world.ts';

const PAIRS = 1_000_000;

test(`engine and reference agree on ${PAIRS} pairs, new ones every time`, (context) => {
  const firstSeed = randomInt(1, 2 ** 31 - PAIRS);
  context.diagnostic(`first seed: ${firstSeed}`);
  const coverage = countCoverage();
  const finding = compareWorlds(firstSeed, PAIRS / REQUESTS_PER_WORLD, coverage);
  if (finding !== undefined) {
    const { file, difference } = writeFoundCase(finding);
    assert.fail(`${difference}: see ${file.pathname}`);
  }
  for (const line of coverageReport(coverage)) context.diagnostic(line);
  assertCoverage(coverage, PAIRS);
});
