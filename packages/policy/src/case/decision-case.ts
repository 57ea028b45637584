import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { DecisionType } from '../decision.ts';
import type {
  ApplicablePolicies,
  AuthorizationRequest,
} from '../evaluate/authorization-request.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Position, Problem } from '../problem.ts';

/** A question to the engine as a file holds it, and perhaps the answer that it shall have. */
export interface DecisionCase {
  readonly name: string | undefined;
  readonly request: AuthorizationRequest;
  readonly policies: ApplicablePolicies;
  /** The same policies, in the order of the file. */
  readonly documents: readonly CaseDocument[];
  readonly expect: Expectation | undefined;
}

export interface CaseDocument {
  readonly policy: CompiledPolicy;
  /** Of a document in a file of its own, as the case names it. */
  readonly file: string | undefined;
  /** Where the document begins in that file, or in the file of the case. */
  readonly start: Position;
}

export interface Expectation {
  readonly decision: DecisionType;
  /** Statements as `policy-name[Sid or index]`, or the type of policy that stopped it. */
  readonly because: readonly string[] | PolicyType | undefined;
  readonly missing: readonly string[] | undefined;
  readonly message: string | undefined;
}

export interface CaseProblem extends Problem {
  /** Of a document in a file of its own, as the case names it. */
  readonly file: string | undefined;
  /** What is at fault: a policy, of which AWS would say the message, or the question around it. */
  readonly subject: 'policy' | 'question';
}

export type CasesResult =
  | { readonly ok: true; readonly cases: readonly DecisionCase[] }
  | { readonly ok: false; readonly problems: readonly CaseProblem[] };

/** Gives the text of a document that stands in a file of its own; undefined when there is none. */
export type LoadDocument = (file: string) => string | undefined;
