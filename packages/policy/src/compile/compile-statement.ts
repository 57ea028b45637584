import { type ConditionMatcher, compileCondition } from '../condition/compile-condition.ts';
import type { CompiledTemplate } from '../match/compiled-template.ts';
import {
  compilePrincipalElement,
  type PrincipalMatch,
  type PrincipalQuestion,
} from '../match/principal.ts';
import type { Statement } from '../policy-document.ts';
import { compileResource } from './compile-resource.ts';

/** A statement made ready to be asked, its action apart: the policy's index of actions leads to it. */
export interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Absent from statements that name no principal: they hang on the caller. */
  readonly matchPrincipal: ((question: PrincipalQuestion) => PrincipalMatch) | undefined;
  readonly resource: CompiledTemplate | undefined;
  /** The statement is about all but `resource`. */
  readonly isNotResource: boolean;
  readonly conditions: readonly ConditionMatcher[] | undefined;
}

export function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
  const { effect, principal, resource, conditions } = statement;
  return {
    effect,
    matchPrincipal: principal && compilePrincipalElement(principal, effect),
    resource: compileResource(resource, variables),
    isNotResource: resource?.negated ?? false,
    conditions:
      conditions.length === 0
        ? undefined
        : conditions.map((condition) => compileCondition(condition, effect, variables)),
  };
}
