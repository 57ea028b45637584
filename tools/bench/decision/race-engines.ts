import assert from 'node:assert/strict';
import { median } from '../benchmark.ts';
import { checkByReference } from './check-by-reference.ts';
import type { Decide, DecisionEngine, DecisionWorkload } from './decision-engine.ts';

/** What a round measures of each engine, at least: the kernel counts CPU time in microseconds. */
const roundMicroseconds = 15_000;
const warmUpMicroseconds = 300_000;

/**
 * The p50 of each engine, in microseconds of CPU for one decision: the median of interleaved rounds,
 * each over all requests. The reference evaluator and every engine have to answer every
 * request as the workload says, and an engine goes on being checked while it is measured.
 */
export async function raceEngines(
  workload: DecisionWorkload,
  engines: readonly DecisionEngine[],
  rounds = 31,
): Promise<ReadonlyMap<string, number>> {
  const expected = workload.requests.map((request) => request.expected.allowed);
  checkByReference(workload);
  const contenders = [];
  for (const { name, prepare } of engines) {
    const decide = await prepare(workload);
    for (const [index, { action, resource, expected }] of workload.requests.entries()) {
      assert.equal(decide(index), expected.allowed, `${name} on ${action} ${resource}`);
    }
    const warm = measure(decide, expected, (_, used) => used < warmUpMicroseconds);
    const passes = Math.max(1, Math.ceil(roundMicroseconds / (warm * expected.length)));
    contenders.push({ name, decide, passes, measured: [] as number[] });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { decide, passes, measured } of contenders) {
      measured.push(measure(decide, expected, (done) => done < passes));
    }
  }
  return new Map(contenders.map(({ name, measured }) => [name, median(measured)]));
}

/** CPU microseconds a decision, over as many passes through all requests as `goesOn` wants. */
function measure(
  decide: Decide,
  expected: readonly boolean[],
  goesOn: (passes: number, usedMicroseconds: number) => boolean,
): number {
  const before = process.cpuUsage();
  let wrong = 0;
  for (let passes = 1; ; passes += 1) {
    for (let request = 0; request < expected.length; request += 1) {
      if (decide(request) !== expected[request]) wrong += 1;
    }
    const { user, system } = process.cpuUsage(before);
    if (goesOn(passes, user + system)) continue;
    assert.equal(wrong, 0);
    return (user + system) / (passes * expected.length);
  }
}
