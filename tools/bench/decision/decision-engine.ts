/**
 * Decisions, engine beside engine. A workload is in AWS's terms; each engine's adapter, one file
 * each, makes of it what its engine wants, once, and then answers request after request.
 */
export interface DecisionWorkload {
  readonly principal: {
    readonly accountId: string;
    readonly arn: string;
    /** `AIDA…` */
    readonly uniqueId: string;
  };
  /** The documents that hang on the principal and on its groups, as JSON text. */
  readonly identityPolicies: readonly string[];
  readonly requests: readonly DecisionRequest[];
}

export interface DecisionRequest {
  /** `s3:PutObject` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** What the workload's author says: no engine is asked. */
  readonly allowed: boolean;
}

/** True when the request is allowed. */
export type Decide = (request: DecisionRequest) => boolean;

export interface DecisionEngine {
  readonly name: string;
  /** Parses and compiles. Throws when the workload has what the adapter does not translate. */
  prepare(workload: DecisionWorkload): Promise<Decide>;
}
