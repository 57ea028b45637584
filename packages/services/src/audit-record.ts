import { randomUUID } from 'node:crypto';
import { ApiError } from '@carnet/wire';
import type { Caller } from './authentication/caller.ts';

/** What happened, before it is made into a CloudTrail record. */
export interface AuditFacts {
  readonly caller: Caller;
  /** The account whose record it is: the caller's, or the resource's for an anonymous caller. */
  readonly accountId: string;
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
  readonly error: unknown;
}

/** A record in CloudTrail's shape, and what is looked for in it. */
export interface AuditRecord {
  readonly eventId: string;
  readonly eventSource: string;
  /** Null when the call succeeded. */
  readonly errorCode: string | null;
  /** JSON. */
  readonly text: string;
}

/**
 * The record of one call ("CloudTrail record contents", AWS CloudTrail User Guide). Put together
 * from pieces of JSON: every request pays for it, and who called is the same many times over.
 */
export function auditRecord(facts: AuditFacts): AuditRecord {
  const eventId = randomUUID();
  const eventSource = `${facts.service}.amazonaws.com`;
  const errorCode = errorCodeOf(facts.error);
  const message = facts.error instanceof ApiError ? facts.error.message : undefined;
  const error =
    errorCode === null
      ? ''
      : `"errorCode":${text(errorCode)},${message === undefined ? '' : `"errorMessage":${text(message)},`}`;
  const agent = facts.userAgent === undefined ? '' : `"userAgent":${text(facts.userAgent)},`;
  const isData = facts.service === 's3';
  const record =
    `{"eventVersion":"1.11","userIdentity":${userIdentityText(facts.caller)},` +
    `"eventTime":"${seconds(facts.time)}","eventSource":${text(eventSource)},` +
    `"eventName":${text(facts.operation)},"awsRegion":${text(facts.region)},` +
    `"sourceIPAddress":${text(facts.sourceIp)},${agent}${error}` +
    `"requestParameters":${json(facts.requestParameters)},` +
    `"responseElements":${json(facts.responseElements)},` +
    `"requestID":${text(facts.requestId)},"eventID":"${eventId}",` +
    `"readOnly":${facts.readOnly},"eventType":"AwsApiCall","managementEvent":${!isData},` +
    `"recipientAccountId":${text(facts.accountId)},` +
    `"eventCategory":"${isData ? 'Data' : 'Management'}"}`;
  return { eventId, eventSource, errorCode, text: record };
}

const json = (value: unknown): string => (value === undefined ? 'null' : JSON.stringify(value));

const plain = /^[ !#-[\]-~]*$/;
/** Most texts need no escape, and finding that out is quicker than looking for one. */
const text = (value: string): string => (plain.test(value) ? `"${value}"` : JSON.stringify(value));

function errorCodeOf(error: unknown): string | null {
  if (error === undefined) return null;
  return error instanceof ApiError ? error.code : 'InternalFailure';
}

/** By caller: authentication gives the same one to each request of a credential. */
const identityTexts = new WeakMap<Caller, string>();

function userIdentityText(caller: Caller): string {
  const known = identityTexts.get(caller);
  if (known !== undefined) return known;
  const text = json(userIdentity(caller));
  identityTexts.set(caller, text);
  return text;
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

let formattedSecond = Number.NaN;
let formatted = '';

/** `2026-11-23T12:00:00Z`; one second is asked for again and again. */
function seconds(time: number): string {
  const second = Math.floor(time / 1000);
  if (second === formattedSecond) return formatted;
  formattedSecond = second;
  formatted = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
  return formatted;
}
