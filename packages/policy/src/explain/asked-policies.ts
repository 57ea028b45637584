import type { DecisionType } from '../decision.ts';
import { countMatch, type Matches } from '../evaluate/ask-policies.ts';
import { nearer, type PrincipalMatch } from '../match/principal.ts';
import type { PolicyType } from '../policy-type.ts';
import type { StatementExplanation } from './explanation.ts';

/** A statement that was asked, and what it answered. */
export interface AskedStatement extends StatementExplanation {
  /** How near it comes to the caller; `none` when it does not match. */
  readonly match: PrincipalMatch;
}

/** The policies of one type, or of one level of SCPs, as the rule asked them. */
export interface AskedPolicies {
  readonly type: PolicyType;
  readonly statements: readonly AskedStatement[];
}

/** What a statement shall have answered, instead of what it did. */
export type Override = (statement: AskedStatement) => PrincipalMatch;

/** The decision as it would be if statements had answered otherwise. */
export type DecideWith = (override: Override) => DecisionType;

/** Counts answers as the engine counts them; how near those that allow come to the caller. */
export function countAsked(
  type: PolicyType,
  statements: readonly AskedStatement[],
  override: Override,
  matches: Matches,
): PrincipalMatch {
  let allows: PrincipalMatch = 'none';
  for (const statement of statements) {
    const match = override(statement);
    if (match === 'none') continue;
    allows = nearer(allows, countMatch(type, statement.effect, statement, match, matches));
  }
  return allows;
}

/** How near a statement would come if its other elements fitted. */
export function nearestOf({ elements }: StatementExplanation): PrincipalMatch {
  const principal = elements.find(({ nearest }) => nearest !== undefined);
  // A statement that names no principal hangs on the caller.
  return principal?.nearest ?? 'direct';
}
