import { randomUUID } from 'node:crypto';
import type { AuditEvent } from './audit-record.ts';

/** What is said of such a call. */
export type ServiceCall = Pick<
  AuditEvent,
  'accountId' | 'service' | 'operation' | 'requestParameters' | 'responseElements' | 'time'
>;

/** The event of a call that a service made for itself: no request was signed. */
export function serviceEvent(service: string, region: string, call: ServiceCall): AuditEvent {
  return {
    ...call,
    caller: { kind: 'service', service },
    eventId: randomUUID(),
    region,
    sourceIp: service,
    userAgent: undefined,
    requestId: randomUUID(),
    readOnly: false,
    errorCode: undefined,
    errorMessage: undefined,
  };
}
