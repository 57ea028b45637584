import type { AuditEvent } from '../audit-record.ts';
import { type ServiceCall, serviceEvent } from '../service-event.ts';
import { operatorService } from './account.ts';

/** What the operator did, for the record of the account that it was done to. */
export function operatorEvent(region: string, call: ServiceCall): AuditEvent {
  return serviceEvent(operatorService, region, call);
}
