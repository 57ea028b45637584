import { type ConditionMatcher, compileCondition } from '../condition/compile-condition.ts';
import {
  compilePrincipalElement,
  type PrincipalMatch,
  type PrincipalQuestion,
} from '../match/principal.ts';
import type { Statement } from '../policy-document.ts';
import { compileResource, type ResourceMatcher } from './compile-resource.ts';

/** A statement made ready to be asked, its action apart: the index of actions leads to it. */
export interface CompiledStatement {
  /** Index in the document. */
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  /** `direct` for statements that name no principal: they hang on the caller. */
  readonly matchPrincipal: (question: PrincipalQuestion) => PrincipalMatch;
  readonly matchesResource: ResourceMatcher;
  readonly conditions: readonly ConditionMatcher[];
}

export function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
  const { index, effect, principal, resource, conditions } = statement;
  return {
    index,
    effect,
    matchPrincipal:
      principal === undefined ? () => 'direct' : compilePrincipalElement(principal, effect),
    matchesResource: compileResource(resource, variables),
    conditions: conditions.map((condition) => compileCondition(condition, effect, variables)),
  };
}
