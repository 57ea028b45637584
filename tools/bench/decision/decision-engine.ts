/**
 * Decisions, engine beside engine. A workload is in AWS's terms; each engine's adapter, one file
 * each, makes of it what its engine wants, once, its requests too, and then answers request after
 * request.
 */
import type { PolicyType, Principal } from '@carnet/policy';

export interface DecisionWorkload {
  readonly requests: readonly DecisionRequest[];
}

/** A document as JSON text. Callers that carry the same one share it. */
export interface NamedPolicy {
  readonly name: string;
  readonly text: string;
}

/** Who asks, with every policy on that side of the decision. */
export interface Caller {
  readonly principal: Extract<Principal, { kind: 'user' | 'assumedRole' }>;
  /** What hangs on the principal and on its groups. */
  readonly identity: readonly NamedPolicy[];
  readonly permissionsBoundary?: NamedPolicy;
  readonly serviceControl?: NamedPolicy;
  /** For the engines that know no variables: `aws:PrincipalTag/…` and the like, by key. */
  readonly variables?: ReadonlyMap<string, string>;
}

export interface DecisionRequest {
  readonly caller: Caller;
  /** `s3:PutObject` */
  readonly action: string;
  /** An ARN, of the caller's account. */
  readonly resource: string;
  readonly resourcePolicy?: NamedPolicy | undefined;
  /** Condition keys as AWS writes them. */
  readonly context: ReadonlyMap<string, string>;
  /** What the workload's author says: no engine is asked. */
  readonly expected: Expected;
}

export interface Expected {
  readonly allowed: boolean;
  /** `policy/Sid` of a statement that must be among the deciding ones. */
  readonly statement?: string;
  /** The kind of policy that stops the request. */
  readonly stoppedBy?: PolicyType;
}

/** True when the request of that index is allowed. */
export type Decide = (request: number) => boolean;

export interface DecisionEngine {
  readonly name: string;
  /** Parses and compiles. Throws when the workload has what the adapter does not translate. */
  prepare(workload: DecisionWorkload): Promise<Decide>;
}
