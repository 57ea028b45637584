import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { Principal } from '../principal.ts';

/** One question. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `s3:PutObject` */
  readonly action: string;
  /** An ARN, or `*` for an action without resources. */
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccount: string;
  readonly context: RequestContext;
}

/**
 * Condition keys of the request, asked for by their ASCII-lower-case names (`aws:sourceip`,
 * `aws:principaltag/team`). Absent is undefined, never empty. A `Map` fits; so does an object that
 * computes on demand.
 */
export interface RequestContext {
  get(key: string): string | readonly string[] | undefined;
}

/** Every policy that applies to the request, by type. */
export interface ApplicablePolicies {
  readonly identity: readonly CompiledPolicy[];
  readonly resource?: CompiledPolicy;
  /** Instead of `resource` for sts:AssumeRole. */
  readonly trust?: CompiledPolicy;
  readonly permissionsBoundary?: CompiledPolicy;
  readonly session?: readonly CompiledPolicy[];
  /** One list for each level: root, every OU on the path, the account. */
  readonly serviceControl?: readonly (readonly CompiledPolicy[])[];
  readonly resourceControl?: readonly CompiledPolicy[];
  readonly vpcEndpoint?: CompiledPolicy;
}
