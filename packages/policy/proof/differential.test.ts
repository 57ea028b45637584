import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { authorize, readCases } from '../src/index.ts';
import { assertCoverage, countCoverage, coverageReport } from './coverage.ts';
import { compareWorlds, type Engine } from './differential.ts';
import { writeFoundCase } from './found-case.ts';
import { REQUESTS_PER_WORLD } from './random-world.ts';

const PAIRS = 100_000;
const FIRST_SEED = 1;

test(`engine and reference agree on ${PAIRS} pairs of policies and request`, (context) => {
  const coverage = countCoverage();
  const finding = compareWorlds(FIRST_SEED, PAIRS / REQUESTS_PER_WORLD, coverage);
  if (finding !== undefined) {
    const { file, difference } = writeFoundCase(finding);
    assert.fail(`${difference}: see ${file.pathname}`);
  }
  for (const line of coverageReport(coverage)) context.diagnostic(line);
  assertCoverage(coverage, PAIRS);
});

/** Breaks the engine: it overlooks that a session policy denies. */
const overlooking: Engine = (request, { session, ...policies }) => {
  const decision = authorize(request, { ...policies, ...(session && { session }) });
  return decision.stoppedBy === 'session' && decision.decision === 'explicitDeny'
    ? authorize(request, policies)
    : decision;
};

test('a broken engine is found, and what it does wrong shrinks to a case', () => {
  const finding = compareWorlds(FIRST_SEED, 2_000, countCoverage(), overlooking);
  assert.ok(finding, 'the worlds do not notice that denying session policies are overlooked');
  const folder = mkdtempSync(join(tmpdir(), 'found-'));
  const { file, shrunk } = writeFoundCase(finding, overlooking, pathToFileURL(`${folder}/`));

  const statements = shrunk.policies.flatMap(({ document }) => [document.Statement ?? []].flat());
  assert.deepEqual(
    shrunk.policies.map(({ type }) => type),
    ['session'],
  );
  assert.equal(statements.length, 1);
  const result = readCases(readFileSync(file, 'utf8'));
  assert.ok(result.ok);
  const [found] = result.cases;
  assert.ok(found);
  assert.equal(found.expect?.decision, 'explicitDeny');
  assert.equal(authorize(found.request, found.policies).decision, 'explicitDeny');
  assert.notEqual(overlooking(found.request, found.policies).decision, 'explicitDeny');
});
