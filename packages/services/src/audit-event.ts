import { randomUUID } from 'node:crypto';
import { ApiError, describeForRecord, serviceModel } from '@carnet/wire';
import { limitedPart, limitedText } from './audit-limit.ts';
import type { AuditEvent } from './audit-record.ts';
import type { Call } from './services.ts';

/** What became of a call. */
export interface Outcome {
  readonly output?: unknown;
  readonly error?: unknown;
}

/** The event of one call, for the record of one account. */
export function auditEvent(
  { request, service, operation, input, requestId }: Call,
  facts: Outcome & {
    readonly accountId: string;
    /** Milliseconds since 1970. */
    readonly time: number;
    readonly readOnly: boolean;
  },
): AuditEvent {
  const { caller } = request;
  const { accountId, time, readOnly, output, error } = facts;
  const model = serviceModel(service);
  const part = (side: 'input' | 'output', value: unknown) =>
    limitedPart(
      model && describeForRecord(model, operation, side, value),
      sizeOf(caller.kind === 'anonymous', error !== undefined),
    );
  return {
    caller,
    accountId,
    eventId: randomUUID(),
    time,
    service,
    operation,
    region: request.region,
    sourceIp: request.transport.sourceIp,
    userAgent: limitedText(request.headers.get('user-agent')),
    requestId,
    readOnly,
    requestParameters: part('input', input),
    responseElements: part('output', output),
    errorCode: errorCodeOf(error),
    errorMessage: limitedText(error instanceof ApiError ? error.message : undefined),
  };
}

function sizeOf(isAnonymous: boolean, isRefused: boolean) {
  if (isAnonymous) return 'anonymous';
  return isRefused ? 'refused' : 'known';
}

/** What is no error of the API is a bug, and the record says no more of it than the caller reads. */
function errorCodeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof ApiError ? error.code : 'InternalFailure';
}
