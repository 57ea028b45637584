import type { Benchmark } from './benchmark.ts';
import { daveWorkload } from './decision/dave-workload.ts';
import { raceTable } from './decision/race-table.ts';

export const daveDecisionBenchmark: Benchmark = {
  title: 'W1: Dave, one policy of one statement',
  async run() {
    const workload = daveWorkload();
    return {
      method:
        `p50 of a decision in CPU time of the process, over ${workload.requests.length} requests ` +
        'of which 80 % are inside the statement, in interleaved rounds, after a check that every ' +
        'engine decides all of them rightly. The limit does only what these workloads need and ' +
        'explains nothing; Carnet gives the deciding statement.',
      table: await raceTable(workload, { Carnet: ['0.4 µs', '0.17 µs'] }),
    };
  },
};
