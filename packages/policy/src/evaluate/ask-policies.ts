import { forEachCovering } from '../compile/action-index.ts';
import type { CompiledStatement } from '../compile/compile-statement.ts';
import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { MatchedStatement } from '../decision.ts';
import { nearer, type PrincipalMatch } from '../match/principal.ts';
import type { Question } from './question.ts';

/** What one kind of policy says about a request. */
export interface Answer {
  /** How near the matching Allow statements come to the caller; `none` when nothing allows. */
  readonly allows: PrincipalMatch;
  readonly allowing: readonly MatchedStatement[];
  readonly denying: readonly MatchedStatement[];
}

/** Asks every policy of a list; an Allow in any of them is enough. */
export function askPolicies(policies: readonly CompiledPolicy[], question: Question): Answer {
  const allowing: MatchedStatement[] = [];
  const denying: MatchedStatement[] = [];
  let allows: PrincipalMatch = 'none';
  for (const policy of policies) {
    forEachCovering(policy.actions, question.action, (statement) => {
      const match = matchStatement(statement, question);
      if (match === 'none') return;
      const matched: MatchedStatement = { policy, statementIndex: statement.index };
      if (statement.effect === 'Deny') {
        denying.push(matched);
      } else {
        allowing.push(matched);
        allows = nearer(allows, match);
      }
    });
  }
  return { allows, allowing, denying };
}

/**
 * A statement whose action fits matches when its principal, resource and all its conditions do. All
 * conditions are asked, also behind a false one: the caller of a denied request wants to know every
 * key that was missing.
 */
function matchStatement(statement: CompiledStatement, question: Question): PrincipalMatch {
  const match = statement.matchPrincipal(question);
  if (match === 'none' || !statement.matchesResource(question.resource, question)) return 'none';
  let holds = true;
  for (const condition of statement.conditions) holds = condition(question) && holds;
  return holds ? match : 'none';
}
