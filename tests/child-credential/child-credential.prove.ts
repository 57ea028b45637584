import { describe, it } from 'node:test';
import { callJudge } from './call-judge.ts';
import { gateJudge } from './judge.ts';
import { tryCases } from './run.ts';

/** New ones each time; a failure names the seed. */
const seed = Date.now() % 1_000_000_000;

describe('childCredentialNeverExceedsParent', () => {
  it('by the gate', (test) => tryCases(test, { cases: 100_000, seed, judge: gateJudge }));
  it('by calls', (test) => tryCases(test, { cases: 2000, seed, judge: callJudge }));
});
