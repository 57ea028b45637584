import assert from 'node:assert/strict';
import { type PolicyType, policySize } from '@carnet/policy';
import { type Benchmark, median } from './benchmark.ts';
import { compileNamed } from './decision/carnet-engine.ts';

const turns = 31;

interface Shape {
  readonly name: string;
  /** The document with so many of what it is made of. */
  make(count: number): object;
}

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const numbered = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index));

const shapes: readonly Shape[] = [
  {
    name: 'small statements',
    make: (count) => document(...Array.from({ length: count }, () => ({ ...allow, Action: '*' }))),
  },
  {
    name: 'actions of one statement',
    make: (count) => document({ ...allow, Action: numbered(count, (index) => `s3:*${index}`) }),
  },
  {
    name: 'resources with wildcards and variables',
    make: (count) =>
      document({
        ...allow,
        Resource: numbered(count, (index) => `arn:aws:s3:::*${index}*/\${aws:username}/?*`),
      }),
  },
  {
    name: 'addresses of one condition',
    make: (count) =>
      document({
        ...allow,
        Condition: {
          IpAddress: { 'aws:SourceIp': numbered(count, (one) => `10.0.${one & 255}.0/24`) },
        },
      }),
  },
  {
    name: 'condition keys',
    make: (count) =>
      document({
        ...allow,
        Condition: {
          'ForAnyValue:StringNotLikeIfExists': Object.fromEntries(
            numbered(count, (index) => `aws:RequestTag/${index}`).map((key) => [key, 'a*']),
          ),
        },
      }),
  },
  {
    name: 'one long pattern',
    make: (count) => document({ ...allow, Resource: `arn:aws:s3:::${'*a'.repeat(count)}` }),
  },
];

const sizes: readonly (readonly [kind: string, type: PolicyType, size: number])[] = [
  ['managed', 'identity', 6_144],
  ['inline of a role, SCP', 'serviceControl', 10_240],
];

/** Text to a policy that can be asked: what a write costs, and the first request after a start. */
export const compilePolicyBenchmark: Benchmark = {
  title: 'Largest policies: parse and compile',
  async run() {
    const rows: string[][] = [];
    for (const [kind, type, size] of sizes) {
      const measured = shapes.map((shape) => {
        const text = largest(shape, size);
        return { name: shape.name, size: policySize(text), cost: compileCost(text, type) };
      });
      for (const { name, size: used, cost } of measured) {
        rows.push([kind, name, String(used), `${(cost / 1_000).toFixed(2)} ms`, '5 ms']);
      }
    }
    return {
      method:
        `Documents of the largest size that is legal, in shapes that make most of it: the median of ` +
        `${turns} in CPU time.`,
      table: [['policy', 'made of', 'characters', 'p50', 'goal'], ...rows],
    };
  },
};

function largest({ make }: Shape, size: number): string {
  let text = '';
  for (let count = 1; ; count += 1) {
    const next = JSON.stringify(make(count));
    if (policySize(next) > size) return text;
    text = next;
  }
}

function compileCost(text: string, type: PolicyType): number {
  const measured = Array.from({ length: turns }, (_, turn) => {
    const before = process.cpuUsage();
    const policy = compileNamed({ name: `turn-${turn}`, text }, type);
    const { user, system } = process.cpuUsage(before);
    assert.ok(policy.statements.length > 0);
    return user + system;
  });
  return median(measured);
}
