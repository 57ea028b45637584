import { type Caller, type KnownCaller, userIdOf } from './authentication/caller.ts';
import type { Session } from './sts/session.ts';

/** The operator, who comes through a socket of the machine and not as a caller. */
export interface ServiceCaller {
  readonly kind: 'service';
  readonly service: string;
}

/** One call, before it is made into a CloudTrail record. */
export interface AuditEvent {
  readonly caller: Caller | ServiceCaller;
  /** The account whose record it is: the caller's, or that of a resource. Empty: nobody's. */
  readonly accountId: string;
  readonly eventId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `iam` */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
  readonly readOnly: boolean;
  /** Without secrets. */
  readonly requestParameters: unknown;
  readonly responseElements: unknown;
  /** Undefined when the call succeeded. */
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/** The record of one call, for JSON ("CloudTrail record contents", AWS CloudTrail User Guide). */
export function auditRecord(event: AuditEvent) {
  const isData = event.service === 's3';
  const { errorCode, errorMessage } = event;
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(event),
    eventTime: seconds(event.time),
    eventSource: `${event.service}.amazonaws.com`,
    eventName: event.operation,
    awsRegion: event.region,
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...(errorCode === undefined ? {} : { errorCode, errorMessage }),
    requestParameters: event.requestParameters ?? null,
    responseElements: event.responseElements ?? null,
    requestID: event.requestId,
    eventID: event.eventId,
    readOnly: event.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: !isData,
    recipientAccountId: event.accountId,
    eventCategory: isData ? 'Data' : 'Management',
  };
}

function userIdentity({ caller, accountId }: AuditEvent): object {
  if (caller.kind === 'service') return { type: 'AWSService', invokedBy: caller.service };
  // Whose resource it is learns which account called, and no more of who in it.
  if (caller.kind !== 'anonymous' && caller.accountId !== accountId) {
    return { type: 'AWSAccount', principalId: userIdOf(caller), accountId: caller.accountId };
  }
  switch (caller.kind) {
    case 'anonymous':
      return { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
    case 'root':
      return { type: 'Root', ...identityOf(caller), ...sessionContext(caller.session) };
    case 'user':
      return {
        type: 'IAMUser',
        ...identityOf(caller),
        userName: caller.userName,
        ...sessionContext(caller.session),
      };
    case 'assumedRole':
      return {
        type: 'AssumedRole',
        ...identityOf(caller),
        ...sessionContext(caller.session, {
          type: 'Role',
          principalId: caller.roleId,
          arn: caller.roleArn,
          accountId: caller.accountId,
          userName: caller.roleName,
        }),
      };
    case 'federatedUser':
      return {
        type: 'FederatedUser',
        ...identityOf(caller),
        ...sessionContext(caller.session, {
          type: 'IAMUser',
          principalId: caller.userId,
          arn: caller.userArn,
          accountId: caller.accountId,
          userName: caller.userName,
        }),
      };
    case 'instance':
      return { type: 'Instance', ...identityOf(caller) };
  }
}

function identityOf(caller: KnownCaller): object {
  const { arn, accountId, accessKeyId } = caller;
  return { principalId: userIdOf(caller), arn, accountId, accessKeyId };
}

function sessionContext(session: Session | undefined, sessionIssuer?: object): object {
  if (session === undefined) return {};
  const { issuedAt, mfa, sourceIdentity } = session;
  return {
    sessionContext: {
      ...(sessionIssuer && { sessionIssuer }),
      attributes: {
        creationDate: seconds(issuedAt),
        mfaAuthenticated: String(mfa !== undefined),
      },
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...(session.kind === 'root' && { assumedRoot: true }),
    },
  };
}

function seconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
