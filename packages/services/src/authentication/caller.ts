import type {
  FederatedUserSession,
  RoleSession,
  RootSession,
  Session,
  UserSession,
} from '../sts/session.ts';

/** Who makes a request, as authentication established it. Nothing here comes from the caller's word. */
export type Caller =
  | AnonymousCaller
  | RootCaller
  | UserCaller
  | AssumedRoleCaller
  | FederatedUserCaller
  | InstanceCaller;

/** A caller that has an account. */
export type KnownCaller = Exclude<Caller, AnonymousCaller>;

export interface AnonymousCaller {
  readonly kind: 'anonymous';
}

/** The root user has no keys. */
export interface RootCaller {
  readonly kind: 'root';
  readonly accountId: string;
  /** `arn:aws:iam::123456789012:root` */
  readonly arn: string;
  readonly accessKeyId: string;
  /** Of AssumeRoot. */
  readonly session?: RootSession | undefined;
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
  /** Of GetSessionToken; undefined: the call is signed with a long-term key. */
  readonly session?: UserSession | undefined;
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
  readonly accessKeyId: string;
  readonly session: RoleSession;
}

export interface FederatedUserCaller {
  readonly kind: 'federatedUser';
  readonly accountId: string;
  /** `arn:aws:sts::123456789012:federated-user/NAME` */
  readonly arn: string;
  /** The user that made the session: its stored ARN, `AIDA…` and name. */
  readonly userArn: string;
  readonly userId: string;
  readonly userName: string;
  readonly accessKeyId: string;
  readonly session: FederatedUserSession;
}

/** The agent of an instance on another host. It may ask for what its instance may know, and nothing else. */
export interface InstanceCaller {
  readonly kind: 'instance';
  readonly accountId: string;
  /** `arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0` */
  readonly arn: string;
  readonly instanceId: string;
  readonly accessKeyId: string;
}

/** `aws:userid`, UserId of GetCallerIdentity, principalId of a record: one id, three names. */
export function userIdOf(caller: KnownCaller): string {
  switch (caller.kind) {
    case 'root':
      return caller.accountId;
    case 'user':
      return caller.userId;
    case 'assumedRole':
      return `${caller.roleId}:${caller.session.sessionName}`;
    case 'federatedUser':
      return `${caller.accountId}:${caller.session.name}`;
    case 'instance':
      return caller.instanceId;
  }
}

/** The session that a call is made with; undefined: a long-term key, or none. */
export function sessionOf(caller: Caller): Session | undefined {
  return caller.kind === 'anonymous' || caller.kind === 'instance' ? undefined : caller.session;
}
