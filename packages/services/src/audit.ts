import { randomUUID } from 'node:crypto';
import type { Database, Store } from '@carnet/store';
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

/**
 * The record of calls, in CloudTrail's shape. A mutation's record is written in its own transaction,
 * and does not commit without it; records of reads and of refusals are written in batches.
 */
export class Audit {
  readonly #store: Store;
  readonly #onFailure: (error: unknown) => void;
  #waiting: AuditFacts[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `onFailure` is told when a batch could not be written; it is tried again with the next. */
  constructor(store: Store, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** Writes one record with the change that it tells of. */
  async write(database: Database, facts: AuditFacts): Promise<void> {
    await database.insertInto('audit_event').values(auditRow(facts)).execute();
  }

  /** Takes the record of a read or of a refusal. Throws when too much could not be written. */
  note(facts: AuditFacts): void {
    if (this.#waiting.length >= mostWaiting) {
      throw new ApiError('ServiceUnavailable', 503, 'The audit record cannot be written.');
    }
    this.#waiting.push(facts);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.flush().catch(this.#onFailure), batchMilliseconds);
    this.#timer.unref();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.#store.transaction(async ({ database }) => {
        for (let start = 0; start < batch.length; start += rowsPerInsert) {
          const rows = batch.slice(start, start + rowsPerInsert).map(auditRow);
          await database.insertInto('audit_event').values(rows).execute();
        }
      });
    } catch (error) {
      this.#waiting = [...batch, ...this.#waiting];
      throw error;
    }
  }
}

/** Records that may wait: beyond it calls are refused, since a call without a record must not be. */
const mostWaiting = 100_000;
const batchMilliseconds = 200;
const rowsPerInsert = 50;

function auditRow(facts: AuditFacts) {
  const eventId = randomUUID();
  const error = facts.error instanceof ApiError ? facts.error : undefined;
  const errorCode = facts.error === undefined ? null : (error?.code ?? 'InternalFailure');
  const record = {
    eventVersion: '1.11',
    userIdentity: userIdentity(facts.caller),
    eventTime: seconds(facts.time),
    eventSource: `${facts.service}.amazonaws.com`,
    eventName: facts.operation,
    awsRegion: facts.region,
    sourceIPAddress: facts.sourceIp,
    userAgent: facts.userAgent,
    ...(errorCode === null ? {} : { errorCode, errorMessage: error?.message }),
    requestParameters: facts.requestParameters ?? null,
    responseElements: facts.responseElements ?? null,
    requestID: facts.requestId,
    eventID: eventId,
    readOnly: facts.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: facts.service !== 's3',
    recipientAccountId: facts.accountId,
    eventCategory: facts.service === 's3' ? 'Data' : 'Management',
  };
  return {
    account_id: facts.accountId,
    event_id: eventId,
    event_time: facts.time,
    event_source: record.eventSource,
    event_name: facts.operation,
    access_key_id: facts.caller.kind === 'anonymous' ? null : facts.caller.accessKeyId,
    error_code: errorCode,
    record: JSON.stringify(record),
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
