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
  /**
   * True of a resource whose own policy has to agree, a KMS key: an identity policy counts, and the
   * root user may, only where that policy names at least the account. A role's trust policy always has
   * to. Source: "Key policies in AWS KMS", AWS KMS Developer Guide.
   */
  readonly resourceMustAgree?: boolean;
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
  /** The caller's own and the groups'; of a role session the role's. */
  readonly identity: readonly CompiledPolicy[];
  readonly resource?: CompiledPolicy;
  /** Instead of `resource` for what a role is asked: sts:AssumeRole, sts:TagSession. */
  readonly trust?: CompiledPolicy;
  /** Absent: the caller carries none. */
  readonly permissionsBoundary?: CompiledPolicy;
  /** Absent or empty: none was passed. */
  readonly session?: readonly CompiledPolicy[];
  /**
   * Of the caller's account, one list for each level: root, every OU on the path, the account.
   * Absent for who is exempt (management account, service-linked roles) and outside organizations.
   */
  readonly serviceControl?: readonly (readonly CompiledPolicy[])[];
  /** Of the resource's account, `RCPFullAWSAccess` among them. Absent where none can apply. */
  readonly resourceControl?: readonly CompiledPolicy[];
  /** Of the endpoint that the call came through. */
  readonly vpcEndpoint?: CompiledPolicy;
}
