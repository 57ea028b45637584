import type { PrincipalMatch } from '../match/principal.ts';
import { type AskedStatement, type DecideWith, nearestOf } from './asked-policies.ts';
import type { DecisionBounds } from './explanation.ts';

/**
 * The best and the worst that missing keys could bring about. A statement that becomes an Allow never
 * takes anything away, and one that becomes a Deny never gives anything, so the two ends are enough.
 */
export function findBounds(decideWith: DecideWith): DecisionBounds {
  return {
    best: decideWith((statement) => resolved(statement, 'Allow')),
    worst: decideWith((statement) => resolved(statement, 'Deny')),
  };
}

/** Every unknown statement of the favoured effect matches, and none of the other. */
function resolved(statement: AskedStatement, favoured: 'Allow' | 'Deny'): PrincipalMatch {
  if (statement.truth !== 'unknown') return statement.match;
  return statement.effect === favoured ? nearestOf(statement) : 'none';
}
