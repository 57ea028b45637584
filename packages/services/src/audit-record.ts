import type { Caller } from './authentication/caller.ts';

/** One call, before it is made into a CloudTrail record. */
export interface AuditEvent {
  readonly caller: Caller;
  /** The account whose record it is: the caller's, or nobody's for an anonymous caller. */
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
    userIdentity: userIdentity(event.caller),
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

function userIdentity(caller: Caller): object {
  switch (caller.kind) {
    case 'anonymous':
      return { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
    case 'root':
      return {
        type: 'Root',
        principalId: caller.accountId,
        arn: caller.arn,
        accountId: caller.accountId,
        accessKeyId: caller.accessKeyId,
      };
    case 'user':
      return {
        type: 'IAMUser',
        principalId: caller.userId,
        arn: caller.arn,
        accountId: caller.accountId,
        accessKeyId: caller.accessKeyId,
        userName: caller.userName,
      };
    case 'assumedRole':
      return {
        type: 'AssumedRole',
        principalId: `${caller.roleId}:${caller.sessionName}`,
        arn: caller.arn,
        accountId: caller.accountId,
        accessKeyId: caller.accessKeyId,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: caller.roleId,
            arn: caller.roleArn,
            accountId: caller.accountId,
            userName: caller.roleName,
          },
          attributes: { creationDate: seconds(caller.issuedAt), mfaAuthenticated: 'false' },
        },
      };
  }
}

function seconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
