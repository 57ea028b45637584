import { coveringStatements } from '../compile/action-index.ts';
import { fitsResource } from '../compile/compile-resource.ts';
import type { CompiledStatement } from '../compile/compile-statement.ts';
import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { MatchedStatement } from '../decision.ts';
import { nearer, type PrincipalMatch } from '../match/principal.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Question } from './question.ts';

/** The statements that matched, of all policies asked so far, in the order in which they were asked. */
export interface Matches {
  allowing: MatchedStatement[];
  denying: MatchedStatement[];
  /** The kind of the first policy that denied. */
  deniedBy: PolicyType | undefined;
}

/** Asks the policies of one type: what a decision is made from. An explanation asks in another way. */
export type AskPolicies = typeof askPolicies;

/**
 * Asks every policy of a list and adds what matched to `matches`; an Allow in any of them is enough.
 * How near the matching Allow statements come to the caller; `none` when nothing allows.
 */
export function askPolicies(
  type: PolicyType,
  policies: readonly CompiledPolicy[],
  question: Question,
  matches: Matches,
): PrincipalMatch {
  let allows: PrincipalMatch = 'none';
  for (const policy of policies) {
    for (const statementIndex of coveringStatements(policy.actions, question.action)) {
      const statement = policy.statements[statementIndex];
      if (statement === undefined) throw new Error('an index without its statement');
      const match = matchStatement(statement, question);
      if (match === 'none') continue;
      const matched: MatchedStatement = { policy, statementIndex };
      allows = nearer(allows, countMatch(type, statement.effect, matched, match, matches));
    }
  }
  return allows;
}

/** Adds a statement that matched to `matches`, and gives how near it comes when it allows. */
export function countMatch(
  type: PolicyType,
  effect: 'Allow' | 'Deny',
  matched: MatchedStatement,
  match: PrincipalMatch,
  matches: Matches,
): PrincipalMatch {
  if (effect === 'Allow') {
    if (matches.allowing.length === 0) matches.allowing = [matched];
    else matches.allowing.push(matched);
    return match;
  }
  if (matches.denying.length === 0) matches.denying = [matched];
  else matches.denying.push(matched);
  matches.deniedBy ??= type;
  return 'none';
}

/**
 * A statement whose action fits matches when its principal, resource and all its conditions do. All
 * conditions are asked, also behind a false one: the caller of a denied request wants to know every
 * key that was missing.
 */
export function matchStatement(statement: CompiledStatement, question: Question): PrincipalMatch {
  const { matchPrincipal, isNotResource, conditions } = statement;
  const match = matchPrincipal === undefined ? 'direct' : matchPrincipal(question);
  if (match === 'none') return 'none';
  if (fitsResource(statement, question.resource, question) === isNotResource) return 'none';
  if (conditions === undefined) return match;
  let holds = true;
  for (const condition of conditions) holds = condition(question) && holds;
  return holds ? match : 'none';
}
