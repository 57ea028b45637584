import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { fuzz, fuzzReport, writeFailure } from './fuzz.ts';

const INPUTS = 1_000_000;

test(`${INPUTS} texts, new ones every time, yield a policy or problems, and soon`, (context) => {
  const firstSeed = randomInt(1, 2 ** 31 - INPUTS);
  context.diagnostic(`first seed: ${firstSeed}`);
  const report = fuzz(firstSeed, INPUTS, { now: () => performance.now() });
  for (const line of fuzzReport(report, INPUTS)) context.diagnostic(line);
  assert.ok(report.failure === undefined, report.failure && writeFailure(report.failure));
});
