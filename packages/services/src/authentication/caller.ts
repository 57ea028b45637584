/** Who makes a request, as authentication established it. Nothing here comes from the caller's word. */
export type Caller = AnonymousCaller | RootCaller | UserCaller | AssumedRoleCaller;

export interface AnonymousCaller {
  readonly kind: 'anonymous';
}

export interface RootCaller {
  readonly kind: 'root';
  readonly accountId: string;
  /** `arn:aws:iam::123456789012:root` */
  readonly arn: string;
  readonly accessKeyId: string;
}

export interface UserCaller {
  readonly kind: 'user';
  readonly accountId: string;
  /** `arn:aws:iam::123456789012:user/path/dave` */
  readonly arn: string;
  /** `AIDA…` */
  readonly userId: string;
  readonly userName: string;
  readonly accessKeyId: string;
}

export interface AssumedRoleCaller {
  readonly kind: 'assumedRole';
  readonly accountId: string;
  /** `arn:aws:sts::123456789012:assumed-role/ROLE/SESSION` */
  readonly arn: string;
  /** The role's stored ARN, path included. */
  readonly roleArn: string;
  /** `AROA…` */
  readonly roleId: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly accessKeyId: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** `aws:userid`, UserId of GetCallerIdentity, principalId of a record: one id, three names. */
export function userIdOf(caller: Exclude<Caller, AnonymousCaller>): string {
  switch (caller.kind) {
    case 'root':
      return caller.accountId;
    case 'user':
      return caller.userId;
    case 'assumedRole':
      return `${caller.roleId}:${caller.sessionName}`;
  }
}
