import { type ConditionMatcher, compileCondition } from '../condition/compile-condition.ts';
import type { CompiledTemplate } from '../match/compiled-template.ts';
import {
  compilePrincipalElement,
  type PrincipalMatch,
  type PrincipalQuestion,
} from '../match/principal.ts';
import type { Statement } from '../policy-document.ts';
import { compileResource } from './compile-resource.ts';

/**
 * A statement made ready to be asked, its action apart: the policy's index of actions leads to it. It
 * is itself the first entry of its resource, since nearly all have one: among a million users each
 * object on the way is a wait for memory.
 */
export interface CompiledStatement extends CompiledTemplate {
  readonly effect: 'Allow' | 'Deny';
  /** Absent from statements that name no principal: they hang on the caller. */
  readonly matchPrincipal: ((question: PrincipalQuestion) => PrincipalMatch) | undefined;
  /** The statement is about all resources but those that fit. */
  readonly isNotResource: boolean;
  readonly conditions: readonly ConditionMatcher[] | undefined;
}

export function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
  const { effect, principal, resource, conditions } = statement;
  const { start, rest, next } = compileResource(resource, variables);
  return {
    start,
    rest,
    next,
    effect,
    matchPrincipal: principal && compilePrincipalElement(principal, effect),
    isNotResource: resource?.negated ?? false,
    conditions:
      conditions.length === 0
        ? undefined
        : conditions.map((condition) => compileCondition(condition, effect, variables)),
  };
}
