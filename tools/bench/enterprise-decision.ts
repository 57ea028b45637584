import type { Benchmark } from './benchmark.ts';
import { percent } from './benchmark.ts';
import { enterpriseWorkload } from './decision/enterprise-workload.ts';
import { raceTable } from './decision/race-table.ts';

/** W2: a role with ten managed policies, a boundary, an SCP, and a bucket policy. */
export const enterpriseDecisionBenchmark: Benchmark = {
  title: 'W2: enterprise, a role session under all its policies',
  async run() {
    const workload = enterpriseWorkload();
    const { requests } = workload;
    const allowed = requests.filter(({ expected }) => expected.allowed).length;
    const goals = {
      'limit by hand': ['4 ×', '1.67 ×'],
      pbac: ['50 ×', '120 ×'],
      casbin: ['200 ×', '450 ×'],
      'cedar-wasm, pre-parsed': ['140 ×', '350 ×'],
    } as const;
    return {
      method:
        `As above, over ${requests.length} requests of which ${percent(allowed / requests.length)} ` +
        'are allowed: 10 managed policies of 10 statements, a permissions boundary, an SCP, a ' +
        "bucket policy of 5 statements. What is expected is the workload's author's word, the " +
        'deciding statement included, which Carnet has to name. Peers ask one policy set for what ' +
        'grants and one for each kind that limits, with the variables of the session put in ' +
        'beforehand. The goal beside the limit is that it is at most 4 times as fast, the aim 1.67.',
      table: await raceTable(workload, goals, 15),
    };
  },
};
