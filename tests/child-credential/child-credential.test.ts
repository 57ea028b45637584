import { describe, it } from 'node:test';
import { callJudge } from './call-judge.ts';
import { gateJudge } from './judge.ts';
import { tryCases } from './run.ts';

const seed = 20_260_101;

describe('childCredentialNeverExceedsParent', () => {
  it('by the gate', (test) => tryCases(test, { cases: 5000, seed, judge: gateJudge }));
  it('by calls', (test) => tryCases(test, { cases: 200, seed, judge: callJudge }));
});
