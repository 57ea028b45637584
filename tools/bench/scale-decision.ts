import { type Benchmark, formatMicroseconds } from './benchmark.ts';
import { raceTable } from './decision/race-table.ts';
import { scaleWorkload } from './decision/scale-workload.ts';
import { ask, forkPart } from './part.ts';
import type { ScaleAnswer } from './scale-part.ts';

const users = 10_000;
const requestCount = 4_000;

/** W3: each engine has the caller's own slice, so that what differs is the engine. */
export const scaleDecisionBenchmark: Benchmark = {
  title: 'W3: scale, 10,000 users',
  async run() {
    return {
      method:
        `As above, over ${requestCount} requests drawn uniformly from ${users} users, each with ` +
        'one inline policy of its own and 2 of 500 shared managed policies; half are allowed. ' +
        'Memory decides here: the limit has an index for each caller, Carnet one for all policies ' +
        'with the same actions.',
      table: await raceTable(
        scaleWorkload(users, requestCount),
        { 'cedar-wasm, pre-parsed': ['25 ×', '45 ×'] },
        9,
      ),
    };
  },
};

const sizes = [1_000, 10_000, 100_000, 1_000_000];

/** The same users at four sizes, each in a process of its own. */
export const growthBenchmark: Benchmark = {
  title: 'Growth: a decision among more users',
  async run() {
    const rows: string[][] = [];
    let first = Number.NaN;
    for (const size of sizes) {
      const part = forkPart('scale-part.ts', [], ['--expose-gc', '--max-old-space-size=16384']);
      const { microseconds, bytes } = await ask<ScaleAnswer>(part, { users: size });
      part.disconnect();
      if (size === sizes[0]) first = microseconds;
      const grown = microseconds - first;
      rows.push([
        size.toLocaleString('en'),
        formatMicroseconds(microseconds),
        `${grown < 0 ? '−' : '+'} ${formatMicroseconds(Math.abs(grown))}`,
        `${(bytes / 1024).toFixed(2)} KB`,
        ...(size === sizes.at(-1) ? ['+ 4 µs, 1 KB', '+ 1.5 µs, 0.4 KB'] : ['', '']),
      ]);
    }
    return {
      method:
        'p50 of a decision of Carnet on W3, the look-up of the caller among all of them included: ' +
        '100,000 requests drawn uniformly, five times, each timed by itself, what that costs ' +
        'included. All users are held in memory with their inline policies compiled; memory is the heap that they take after ' +
        'a full collection, divided by their number, the shared policies not counted.',
      table: [['users', 'p50', 'growth', 'memory each', 'goal', 'aim'], ...rows],
    };
  },
};
