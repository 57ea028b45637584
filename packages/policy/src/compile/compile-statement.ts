import { type ConditionMatcher, compileCondition } from '../condition/compile-condition.ts';
import { type ActionEntry, compileAction } from '../match/action.ts';
import {
  compilePrincipalElement,
  type PrincipalMatch,
  type PrincipalQuestion,
} from '../match/principal.ts';
import type { Statement } from '../policy-document.ts';
import { compileResource, type ResourceMatcher } from './compile-resource.ts';

/** A statement made ready to be asked. */
export interface CompiledStatement {
  /** Index in the document. */
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  readonly action: CompiledAction;
  /** `direct` for statements that name no principal: they hang on the caller. */
  readonly matchPrincipal: (question: PrincipalQuestion) => PrincipalMatch;
  readonly matchesResource: ResourceMatcher;
  readonly conditions: readonly ConditionMatcher[];
}

/** An Action or NotAction element. */
export interface CompiledAction {
  readonly negated: boolean;
  readonly entries: readonly ActionEntry[];
}

export function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
  const { index, effect, action, principal, resource, conditions } = statement;
  return {
    index,
    effect,
    action: {
      negated: action.negated,
      entries: action.values.map((value) => compileAction(value.text)),
    },
    matchPrincipal:
      principal === undefined ? () => 'direct' : compilePrincipalElement(principal, effect),
    matchesResource: compileResource(resource, variables),
    conditions: conditions.map((condition) => compileCondition(condition, effect, variables)),
  };
}

/** Takes a folded action. The index of actions finds the same, faster. */
export function coversAction({ negated, entries }: CompiledAction, action: string): boolean {
  return entries.some((entry) => entry.matches(action)) !== negated;
}
