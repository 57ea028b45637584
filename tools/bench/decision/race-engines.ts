import assert from 'node:assert/strict';
import { median } from '../benchmark.ts';
import type { Decide, DecisionEngine, DecisionWorkload } from './decision-engine.ts';

const rounds = 31;
/** What a round measures of each engine, at least: the kernel counts CPU time in microseconds. */
const roundMicroseconds = 15_000;
const warmUpMicroseconds = 300_000;

/**
 * The p50 of each engine, in microseconds of CPU for one decision: the median of interleaved rounds,
 * each over all requests. Every engine has to answer every request as the workload says, and goes on
 * being checked while it is measured.
 */
export async function raceEngines(
  workload: DecisionWorkload,
  engines: readonly DecisionEngine[],
): Promise<ReadonlyMap<string, number>> {
  const { requests } = workload;
  const contenders = [];
  for (const { name, prepare } of engines) {
    const decide = await prepare(workload);
    for (const request of requests) {
      const { action, resource, allowed } = request;
      assert.equal(decide(request), allowed, `${name} on ${action} ${resource}`);
    }
    const warm = measure(decide, workload, (_, used) => used < warmUpMicroseconds);
    const passes = Math.max(1, Math.ceil(roundMicroseconds / (warm * requests.length)));
    contenders.push({ name, decide, passes, measured: [] as number[] });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { decide, passes, measured } of contenders) {
      measured.push(measure(decide, workload, (done) => done < passes));
    }
  }
  return new Map(contenders.map(({ name, measured }) => [name, median(measured)]));
}

/** CPU microseconds a decision, over as many passes through all requests as `goesOn` wants. */
function measure(
  decide: Decide,
  { requests }: DecisionWorkload,
  goesOn: (passes: number, usedMicroseconds: number) => boolean,
): number {
  const before = process.cpuUsage();
  let wrong = 0;
  for (let passes = 1; ; passes += 1) {
    for (const request of requests) if (decide(request) !== request.allowed) wrong += 1;
    const { user, system } = process.cpuUsage(before);
    if (goesOn(passes, user + system)) continue;
    assert.equal(wrong, 0);
    return (user + system) / (passes * requests.length);
  }
}
