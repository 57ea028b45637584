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
  const changes = asked.flatMap(({ statements }) =>
    statements.flatMap((statement) => {
      const attempt = attemptFor(statement);
      if (attempt === undefined) return [];
      const answered = (one: AskedStatement): PrincipalMatch =>
        one === statement ? attempt.match : one.match;
      return decideWith(answered) === 'allowed' ? [attempt.change] : [];
    }),
  );
  return changes.sort((one, other) => rankOf(one) - rankOf(other));
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
