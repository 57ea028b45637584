import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../audit-record.ts';
import { operatorService } from './account.ts';

type OperatorCall = Pick<
  AuditEvent,
  'accountId' | 'service' | 'operation' | 'requestParameters' | 'responseElements' | 'time'
>;

/** What the operator did, for the record of the account that it was done to. */
export function operatorEvent(region: string, call: OperatorCall): AuditEvent {
  return {
    ...call,
    caller: { kind: 'service', service: operatorService },
    eventId: randomUUID(),
    region,
    sourceIp: operatorService,
    userAgent: undefined,
    requestId: randomUUID(),
    readOnly: false,
    errorCode: undefined,
    errorMessage: undefined,
  };
}
