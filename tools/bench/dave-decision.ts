import { type Benchmark, formatMicroseconds } from './benchmark.ts';
import { carnetEngine } from './decision/carnet-engine.ts';
import { casbinEngine } from './decision/casbin-engine.ts';
import { cedarEngine } from './decision/cedar-engine.ts';
import type { DecisionRequest, DecisionWorkload } from './decision/decision-engine.ts';
import { limitEngine } from './decision/limit-engine.ts';
import { pbacEngine } from './decision/pbac-engine.ts';
import { raceEngines } from './decision/race-engines.ts';

const engines = [limitEngine, carnetEngine, pbacEngine, casbinEngine, cedarEngine];

/** W1: the README's Dave, one user with one group's policy of one statement. */
export const daveDecisionBenchmark: Benchmark = {
  title: 'W1: Dave, one policy of one statement',
  async run() {
    const workload = daveWorkload();
    const costs = await raceEngines(workload, engines);
    const cost = (name: string) => costs.get(name) ?? Number.NaN;
    const beside = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ×`;
    const rows = engines.map(({ name }) => [
      name,
      formatMicroseconds(cost(name)),
      beside(cost(name) / cost(limitEngine.name)),
      beside(cost(name) / cost(carnetEngine.name)),
      ...(name === carnetEngine.name ? ['0.4 µs', '0.17 µs'] : ['', '']),
    ]);
    return {
      method:
        `p50 of a decision in CPU time of the process, over ${workload.requests.length} requests ` +
        'of which 80 % are inside the statement, in interleaved rounds, after a check that every ' +
        'engine decides all of them rightly. The limit does only what this workload needs and ' +
        'explains nothing; Carnet gives the deciding statement.',
      table: [['engine', 'p50', 'beside the limit', 'beside Carnet', 'goal', 'aim'], ...rows],
    };
  },
};

const inside = ['s3:PutObject', 's3:GetObject'];

/** Near misses: the bucket itself, its namesakes, other actions, other services. */
const outside: readonly (readonly [action: string, resource: string])[] = [
  ['s3:GetObject', 'arn:aws:s3:::photos'],
  ['s3:GetObject', 'arn:aws:s3:::photos-private/'],
  ['s3:PutObject', 'arn:aws:s3:::photo/photos/'],
  ['s3:PutObject', 'arn:aws:s3:::Photos/'],
  ['s3:DeleteObject', 'arn:aws:s3:::photos/'],
  ['s3:GetObjectAcl', 'arn:aws:s3:::photos/'],
  ['s3:ListBucket', 'arn:aws:s3:::photos'],
  ['iam:CreateUser', 'arn:aws:iam::111122223333:user/'],
];

function daveWorkload(): DecisionWorkload {
  const requests = Array.from({ length: 1000 }, (_, index): DecisionRequest => {
    const key = `2026/holiday-${index % 37}/picture-${index}.jpg`;
    const [action = '', start = ''] = outside[Math.floor(index / 5) % outside.length] ?? [];
    if (index % 5 === 4) {
      return { action, resource: start.endsWith('/') ? start + key : start, allowed: false };
    }
    const resource = `arn:aws:s3:::photos/${key}`;
    return { action: inside[index % 2] ?? '', resource, allowed: true };
  });
  return {
    principal: {
      accountId: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/dave',
      uniqueId: 'AIDAQXZ3EXAMPLEDAVE2',
    },
    identityPolicies: [
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: inside, Resource: ['arn:aws:s3:::photos/*'] }],
      }),
    ],
    requests,
  };
}
