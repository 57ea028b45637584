import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { Decision, DecisionType } from '../decision.ts';
import type { PrincipalMatch } from '../match/principal.ts';
import type { TextNode } from '../policy-document.ts';
import type { PolicyType } from '../policy-type.ts';

/** A decision with all its reasons, those of the statements that did not match among them. */
export interface Explanation {
  /** What `authorize` answers. */
  readonly decision: Decision;
  /** Every type of policy in the order in which it is asked; each level of SCPs by itself. */
  readonly gates: readonly GateExplanation[];
  /**
   * Of a denial: each change of one element of one statement that would allow the request, the
   * smallest first. Empty when it is allowed, or when one change is not enough.
   */
  readonly singleChanges: readonly SingleChange[];
  /**
   * When simulated: the best and the worst decision that the keys the request does not carry could
   * bring about, if each statement had keys of its own. Where both are the same, none matters.
   */
  readonly bounds: DecisionBounds | undefined;
}

export interface DecisionBounds {
  readonly best: DecisionType;
  readonly worst: DecisionType;
}

export interface GateExplanation {
  readonly type: PolicyType;
  /** Of service control policies: 0 is the root. */
  readonly level?: number;
  /**
   * - `allowed`, `explicitDeny`, `implicitDeny`: what these policies by themselves come to.
   * - `noPolicy`: there is none of this type.
   * - `exempt`: there are some, and they are not about this caller.
   */
  readonly verdict: DecisionType | 'noPolicy' | 'exempt';
  /** How near the policies that allow come to the caller; `direct` where they name no principal. */
  readonly nearest: PrincipalMatch;
  readonly statements: readonly StatementExplanation[];
}

/** `unknown` when simulated, and the request lacks a key that would have been compared. */
export type Truth = 'true' | 'false' | 'unknown';

export interface StatementExplanation {
  readonly policy: CompiledPolicy;
  /** Index in `policy.document.statements`. */
  readonly statementIndex: number;
  readonly effect: 'Allow' | 'Deny';
  /** True when every element is: then the statement counts. */
  readonly truth: Truth;
  readonly elements: readonly ElementExplanation[];
}

export type ElementName =
  | 'Principal'
  | 'NotPrincipal'
  | 'Action'
  | 'NotAction'
  | 'Resource'
  | 'NotResource'
  | 'Condition';

/** One element of a statement, or one key of its Condition, beside what the request carries. */
export interface ElementExplanation {
  readonly element: ElementName;
  /** Of a condition, as written. */
  readonly operator?: string;
  /** Of a condition, as written. */
  readonly key?: string;
  /** What the engine takes it for. */
  readonly holds: boolean;
  /** The same, unless it is simulated. */
  readonly truth: Truth;
  /**
   * The values of the policy that made it so, with their places: those that fit, or all of them when
   * none does.
   */
  readonly values: readonly TextNode[];
  /** What the request carries; undefined when it carries no such key. */
  readonly carried: string | readonly string[] | undefined;
  /** Of a list that is carried: the values that do not pass by themselves. */
  readonly failing: readonly string[];
  /** Keys (as written) that were asked for, a variable's too, and that the request does not carry. */
  readonly missing: readonly string[];
  /**
   * Nobody can say: a value does not parse, or the request carries several and the operator takes
   * one. Then an Allow does not match and a Deny does.
   */
  readonly isUndecidable: boolean;
  /** Of a principal. */
  readonly nearest?: PrincipalMatch;
}

/** A change of one statement that would turn the denial into an allow. */
export interface SingleChange {
  readonly policy: CompiledPolicy;
  readonly statementIndex: number;
  /**
   * - `fit`: an Allow whose `element` would have to fit the request.
   * - `name`: an Allow whose principal would have to be the caller, and is only the account or role.
   * - `lift`: a Deny that would have to leave the request out.
   */
  readonly kind: 'fit' | 'name' | 'lift';
  /** Absent of a Deny: any of its elements would do. */
  readonly element?: ElementExplanation;
}
