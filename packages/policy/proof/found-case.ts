import { writeFileSync } from 'node:fs';
import { authorize } from '../src/index.ts';
import { comparePair, type Engine, type Finding, type Pair } from './differential.ts';
import { authorizationRequest } from './random-world.ts';
import { evaluate } from './reference-evaluator.ts';
import { shrinkPair } from './shrink.ts';

const CASES = new URL('../../../cases/', import.meta.url);

/**
 * Shrinks a finding and writes it down as a case, with the answer of the reference. Gives the path
 * of the file and what engine and reference say differently about it.
 */
export function writeFoundCase(
  { seed, pair }: Finding,
  engine: Engine = authorize,
  folder: URL = CASES,
): { readonly file: URL; readonly shrunk: Pair; readonly difference: string } {
  const shrunk = shrinkPair(pair, (smaller) => comparePair(smaller, engine) !== undefined);
  const difference = comparePair(shrunk, engine) ?? 'the shrunk pair does not differ any more';
  const { policies, request } = shrunk;
  const { decision, stoppedBy, matchedStatements } = evaluate(
    authorizationRequest(request),
    policies,
  );
  const found = {
    name: `found by the differential test, seed ${seed}`,
    why: difference,
    policies,
    request,
    expect: { decision, because: decision === 'implicitDeny' ? stoppedBy[0] : matchedStatements },
  };
  const file = new URL(`found-${seed}.json`, folder);
  writeFileSync(file, `${JSON.stringify([found], null, 2)}\n`);
  return { file, shrunk, difference };
}
