import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { Decision } from '../decision.ts';
import type { PrincipalMatch } from '../match/principal.ts';
import {
  type AskedPolicies,
  type AskedStatement,
  type DecideWith,
  nearestOf,
} from './asked-policies.ts';
import type { ElementExplanation, ElementName, SingleChange } from './explanation.ts';

/** What a change of one element gives away, least first. */
const ORDER: readonly ElementName[] = [
  'Condition',
  'Resource',
  'NotResource',
  'Action',
  'NotAction',
  'Principal',
  'NotPrincipal',
];

/**
 * Every change of one element of one statement that turns a denial into an allow: each is tried, by
 * deciding again as if the statement had answered so.
 */
export function findSingleChanges(
  decision: Decision,
  asked: readonly AskedPolicies[],
  decideWith: DecideWith,
): readonly SingleChange[] {
  if (decision.decision === 'allowed') return [];
  const keyOf = statementKeys();
  const denying = new Set(
    asked.flatMap(({ statements }) =>
      statements.filter(({ effect, match }) => effect === 'Deny' && match !== 'none').map(keyOf),
    ),
  );
  const tried = new Set<string>();
  const changes = asked.flatMap(({ statements }) =>
    statements.flatMap((statement) => {
      const attempt = attemptFor(statement);
      // A policy may stand in several places, and is changed in all of them.
      const key = keyOf(statement);
      const isBehindDeny = denying.size > 1 || (denying.size === 1 && !denying.has(key));
      if (attempt === undefined || isBehindDeny || tried.has(key)) return [];
      tried.add(key);
      const answered = (one: AskedStatement): PrincipalMatch =>
        keyOf(one) === key ? attempt.match : one.match;
      return decideWith(answered) === 'allowed' ? [attempt.change] : [];
    }),
  );
  return changes.sort((one, other) => rankOf(one) - rankOf(other));
}

/** Tells statements apart by their policy and their place in it. */
function statementKeys(): (statement: AskedStatement) => string {
  const numbers = new Map<CompiledPolicy, number>();
  return ({ policy, statementIndex }) => {
    const number = numbers.get(policy) ?? numbers.size;
    numbers.set(policy, number);
    return `${number}/${statementIndex}`;
  };
}

function rankOf({ element }: SingleChange): number {
  return element === undefined ? -1 : ORDER.indexOf(element.element);
}

interface Attempt {
  readonly change: SingleChange;
  /** What the statement would answer then. */
  readonly match: PrincipalMatch;
}

function attemptFor(statement: AskedStatement): Attempt | undefined {
  const { policy, statementIndex, effect, elements, match } = statement;
  const change = (kind: SingleChange['kind'], element?: ElementExplanation): SingleChange => ({
    policy,
    statementIndex,
    kind,
    element,
  });
  if (effect === 'Deny') {
    return match === 'none' ? undefined : { change: change('lift'), match: 'none' };
  }
  const principal = elements.find(({ nearest }) => nearest !== undefined);
  if (match !== 'none') {
    if (match === 'direct') return undefined;
    return { change: change('name', principal), match: 'direct' };
  }
  const [failing, ...others] = elements.filter((element) => !element.holds);
  if (failing === undefined || others.length > 0) return undefined;
  const fits = failing === principal ? 'direct' : nearestOf(statement);
  return { change: change('fit', failing), match: fits };
}
