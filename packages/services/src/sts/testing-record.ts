import type { Store } from '@carnet/store';
import { unpackAuditBlock } from '../audit-block.ts';

/** What a record says of a call of STS. */
export interface StsRecord {
  readonly accountId: string;
  readonly readOnly: boolean;
  readonly errorCode: string | undefined;
  readonly requestParameters?: { readonly roleArn?: string };
  readonly responseElements?: {
    readonly sourceIdentity?: string;
    readonly credentials?: { readonly accessKeyId?: string };
  };
}

/** The records of one operation, as far as they are written. */
export async function recordsOf(store: Store, operation: string): Promise<readonly StsRecord[]> {
  const rows = await store.database.selectFrom('audit_block').selectAll().execute();
  const events = rows.flatMap(unpackAuditBlock);
  return events.filter((event) => event.operation === operation) as readonly StsRecord[];
}
