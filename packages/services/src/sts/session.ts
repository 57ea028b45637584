/** What a session token says, but for its secret; readable by nobody but this deployment. */
export type Session = RoleSession | UserSession | FederatedUserSession | RootSession;

interface AnySession {
  readonly accountId: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /**
   * The long-term access key with which it began, directly or through other sessions: with the key
   * the session ends. Undefined: a service or the operator began it.
   */
  readonly makerKeyId?: string | undefined;
  /** The MFA device whose code was given: without the device the session ends. */
  readonly mfa?: SessionMfa | undefined;
  /** Set once, and handed on to every session that follows. */
  readonly sourceIdentity?: string | undefined;
  readonly policies?: SessionPolicies | undefined;
}

export interface SessionMfa {
  readonly accountId: string;
  readonly serialNumber: string;
  /** Milliseconds since 1970. */
  readonly authenticatedAt: number;
}

/** What limits a session beyond its principal's own policies. */
export interface SessionPolicies {
  readonly document?: string | undefined;
  readonly arns: readonly string[];
}

export interface RoleSession extends AnySession {
  readonly kind: 'role';
  /** `AROA…`: a role made again under the same name does not inherit the session. */
  readonly roleId: string;
  readonly sessionName: string;
  readonly tags: ReadonlyMap<string, string>;
  /** Keys of tags that sessions made with this one have too. */
  readonly transitiveTagKeys: readonly string[];
  /** What it was made for: `ec2` and the ARN of the instance. */
  readonly workload?: SessionWorkload | undefined;
}

export interface SessionWorkload {
  readonly service: 'ec2' | 'ecs-tasks' | 'lambda';
  /** The ARN of the instance, task or function. */
  readonly arn: string;
}

/** Of GetSessionToken. */
export interface UserSession extends AnySession {
  readonly kind: 'user';
  /** `AIDA…` */
  readonly userId: string;
}

/** Of GetFederationToken. */
export interface FederatedUserSession extends AnySession {
  readonly kind: 'federatedUser';
  /** `AIDA…` of the user that made it. */
  readonly userId: string;
  /** The name in `federated-user/NAME`, which is not the user's. */
  readonly name: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** Of AssumeRoot, limited to one task: the policy denies the root user everything else. */
export interface RootSession extends AnySession {
  readonly kind: 'root';
  readonly taskPolicyArn: string;
}
