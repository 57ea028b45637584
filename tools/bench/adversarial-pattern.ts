import assert from 'node:assert/strict';
import { authorize, type CompiledPolicy } from '@carnet/policy';
import { type Benchmark, median } from './benchmark.ts';
import { compileNamed } from './decision/carnet-engine.ts';
import { daveWorkload } from './decision/dave-workload.ts';
import { drawer } from './decision/scale-workload.ts';

const patternCount = 10_000;
/** The longest ARN. */
const longest = 2_048;
const turns = 5;
const start = 'arn:aws:s3:::';

interface Trial {
  readonly shape: string;
  readonly pattern: string;
  readonly resource: string;
}

/** Patterns that cost a walk with backtracking centuries, and random ones. */
export const adversarialPatternBenchmark: Benchmark = {
  title: 'Adversarial patterns',
  async run() {
    const trials = [...craftedTrials(), ...randomTrials()].slice(0, patternCount);
    assert.equal(trials.length, patternCount);
    const costs = new Map<string, number[]>();
    for (const { shape, pattern, resource } of trials) {
      const known = costs.get(shape) ?? [];
      known.push(matchCost(pattern, resource));
      costs.set(shape, known);
    }
    const rows = [...costs].map(([shape, measured]) => [
      shape,
      String(measured.length),
      micro(median(measured)),
      micro(Math.max(...measured)),
      '1000 µs',
    ]);
    return {
      method:
        `A decision about a resource of ${longest} characters by one statement with a pattern of up ` +
        `to as many: the best of ${turns} in wall time, since a collection of garbage or another ` +
        'process is none of its doing. Every single one has to stay below the goal.',
      table: [['patterns', 'count', 'p50', 'worst', 'goal'], ...rows],
    };
  },
};

const micro = (value: number) => `${value.toFixed(1)} µs`;

function craftedTrials(): Trial[] {
  const text = 'a'.repeat(longest - start.length);
  const trials: Trial[] = [];
  for (let size = 2; trials.length < patternCount / 2; size += 5) {
    const length = 1 + (size % 1_000);
    const shapes: Readonly<Record<string, string>> = {
      'stars, then what is not there': `${'*a'.repeat(length)}*b`,
      'letters with stars': `${'a*'.repeat(length)}b`,
      'one long text, wrong at its end': `*${'a'.repeat(length)}b*`,
      'one long text, wrong at its start': `*b${'a'.repeat(length)}`,
      'question marks between letters': `*${'a?'.repeat(length)}b`,
      'question marks and stars': `${'*a?'.repeat(Math.ceil(length / 2))}b`,
      'nothing but question marks': '?'.repeat(length * 2),
      'nothing but stars': `${'*'.repeat(length)}b`,
    };
    for (const [shape, rest] of Object.entries(shapes)) {
      const pattern = (start + rest).slice(0, longest);
      trials.push({ shape, pattern, resource: start + text });
    }
    const inSegment = `arn:aws:s3:${'*a'.repeat(length / 2)}*b:1?:`.slice(0, longest - 2);
    const resource = `arn:aws:s3:${'a'.repeat(longest - 20)}:11:x`;
    trials.push({ shape: 'stars in a segment', pattern: `${inSegment}*x`, resource });
  }
  return trials;
}

function randomTrials(): Trial[] {
  const draw = drawer();
  const letters = (units: string, length: number) =>
    Array.from({ length }, () => units[draw(units.length)] ?? '').join('');
  return Array.from({ length: patternCount }, () => ({
    shape: 'random',
    pattern: start + letters('aaab**?', 1 + draw(longest - start.length)),
    resource: start + letters('aaaab', longest - start.length),
  }));
}

const [dave] = daveWorkload().requests;

function matchCost(pattern: string, resource: string): number {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: pattern }],
  });
  const policy: CompiledPolicy = compileNamed({ name: 'adversarial', text }, 'identity');
  assert.ok(dave !== undefined);
  const { principal } = dave.caller;
  const resourceAccount = principal.accountId;
  const context = new Map<string, string>();
  const question = { principal, action: 's3:GetObject', resource, resourceAccount, context };
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < turns; turn += 1) {
    const before = performance.now();
    authorize(question, { identity: [policy] });
    best = Math.min(best, (performance.now() - before) * 1_000);
  }
  return best;
}
