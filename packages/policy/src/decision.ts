import type { CompiledPolicy } from './compile/compiled-policy.ts';
import type { PolicyType } from './policy-type.ts';

/** AWS's own words, `PolicyEvaluationDecisionType`. */
export type DecisionType = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** The answer to one question: who may do what. Never a bare boolean. */
export interface Decision {
  readonly decision: DecisionType;
  /** On an explicit deny the denying statements; otherwise the allowing ones. */
  readonly matchedStatements: readonly MatchedStatement[];
  /** The kind of policy that stopped the request; undefined when it is allowed. */
  readonly stoppedBy: PolicyType | undefined;
  /** Condition keys (as written) that a statement asked for and the request does not carry. */
  readonly missingContextValues: readonly string[];
}

export interface MatchedStatement {
  readonly policy: CompiledPolicy;
  /** Index in `policy.document.statements`. */
  readonly statementIndex: number;
}
