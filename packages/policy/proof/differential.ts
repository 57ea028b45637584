import { authorize, type Decision } from '../src/index.ts';
import { applicable, prepare } from './applicable.ts';
import type { Coverage } from './coverage.ts';
import { authorizationRequest, makeWorld, type WorldRequest } from './random-world.ts';
import { evaluate, type ReferenceDecision, type ReferencePolicy } from './reference-evaluator.ts';

/** One set of policies with one request. */
export interface Pair {
  readonly policies: readonly ReferencePolicy[];
  readonly request: WorldRequest;
}

/** A pair on which engine and reference do not agree. */
export interface Finding {
  readonly seed: number;
  readonly pair: Pair;
  readonly difference: string;
}

export type Engine = typeof authorize;

/** Asks engine and reference the worlds of these seeds; the first pair that they see differently. */
export function compareWorlds(
  firstSeed: number,
  worlds: number,
  coverage: Coverage,
  engine: Engine = authorize,
): Finding | undefined {
  for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
    const world = makeWorld(seed);
    const prepared = prepare(world.policies);
    const policies = prepared.map(({ policy }) => policy);
    coverage.countPolicies(world.policies, policies);
    const forEngine = applicable(prepared);
    for (const request of world.requests) {
      const asked = authorizationRequest(request);
      const expected = evaluate(asked, policies, coverage.countCondition);
      coverage.countDecision(request, expected);
      const difference = differenceOf(engine(asked, forEngine), expected);
      if (difference !== undefined) return { seed, pair: { policies, request }, difference };
    }
  }
  return undefined;
}

/** What engine and reference say differently about a pair; undefined when they agree. */
export function comparePair({ policies, request }: Pair, engine: Engine): string | undefined {
  const prepared = prepare(policies);
  // A policy that the parser refuses is no policy, and the pair is none that could be asked.
  if (prepared.length < policies.length) return undefined;
  const asked = authorizationRequest(request);
  return differenceOf(engine(asked, applicable(prepared)), evaluate(asked, policies));
}

function differenceOf(actual: Decision, expected: ReferenceDecision): string | undefined {
  if (actual.decision !== expected.decision) {
    return `engine: ${actual.decision}, reference: ${expected.decision}`;
  }
  const { stoppedBy } = actual;
  const agrees =
    stoppedBy === undefined
      ? expected.stoppedBy.length === 0
      : expected.stoppedBy.includes(stoppedBy);
  if (!agrees) return `stopped by ${stoppedBy}, reference: ${expected.stoppedBy.join(' or ')}`;
  const matched = actual.matchedStatements.map(
    ({ policy, statementIndex }) => `${policy.source.name}[${statementIndex}]`,
  );
  const listed = matched.sort().join(' ');
  const listedExpected = [...expected.matchedStatements].sort().join(' ');
  if (listed !== listedExpected) return `matched ${listed}, reference: ${listedExpected}`;
  return undefined;
}
