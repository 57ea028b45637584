import { randomUUID } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Schema } from '@carnet/store';
import type { AuditEvent } from './audit-record.ts';

type AuditBlockRow = Schema['audit_block'];

/** What a block holds, as JSON. */
interface AuditBlock {
  readonly version: 1;
  /** Each once, however often it called. */
  readonly callers: readonly AuditEvent['caller'][];
  readonly events: readonly PackedEvent[];
}

/** An event as the values of its members: written once for each call, read seldom. */
type PackedEvent = readonly [
  caller: number,
  eventId: string,
  time: number,
  service: string,
  operation: string,
  region: string,
  sourceIp: string,
  userAgent: string | null,
  requestId: string,
  readOnly: boolean,
  requestParameters: unknown,
  responseElements: unknown,
  errorCode: string | null,
  errorMessage: string | null,
];

/** Packs events into rows, one for each account. */
export function packAuditBlocks(events: readonly AuditEvent[]): AuditBlockRow[] {
  const byAccount = new Map<string, AuditEvent[]>();
  for (const event of events) {
    const ofAccount = byAccount.get(event.accountId);
    if (ofAccount) ofAccount.push(event);
    else byAccount.set(event.accountId, [event]);
  }
  return Array.from(byAccount, ([accountId, ofAccount]) => packAuditBlock(accountId, ofAccount));
}

function packAuditBlock(accountId: string, events: readonly AuditEvent[]): AuditBlockRow {
  const callers = new Map<AuditEvent['caller'], number>();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const packed = events.map((event): PackedEvent => {
    first = Math.min(first, event.time);
    last = Math.max(last, event.time);
    let caller = callers.get(event.caller);
    if (caller === undefined) {
      caller = callers.size;
      callers.set(event.caller, caller);
    }
    return [
      caller,
      event.eventId,
      event.time,
      event.service,
      event.operation,
      event.region,
      event.sourceIp,
      event.userAgent ?? null,
      event.requestId,
      event.readOnly,
      event.requestParameters ?? null,
      event.responseElements ?? null,
      event.errorCode ?? null,
      event.errorMessage ?? null,
    ];
  });
  const block: AuditBlock = { version: 1, callers: [...callers.keys()], events: packed };
  return {
    account_id: accountId,
    first_time: first,
    block_id: randomUUID(),
    last_time: last,
    events: events.length,
    records: zstdCompressSync(JSON.stringify(block), { params }).toString('base64'),
  };
}

/** The fastest that is small: the next levels cost twice and save nothing. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 };

/** The events of a block, in the order of the calls; what was undefined is so again. */
export function unpackAuditBlock(row: AuditBlockRow): readonly AuditEvent[] {
  const text = zstdDecompressSync(Buffer.from(row.records, 'base64')).toString();
  const block: AuditBlock = JSON.parse(text);
  return block.events.map((event) => {
    const [index, eventId, time, service, operation, region, sourceIp, userAgent, ...rest] = event;
    const [requestId, readOnly, requestParameters, responseElements, errorCode, errorMessage] =
      rest;
    const caller = block.callers[index];
    if (caller === undefined) throw new Error(`the audit block ${row.block_id} is damaged`);
    return {
      caller,
      accountId: row.account_id,
      eventId,
      time,
      service,
      operation,
      region,
      sourceIp,
      userAgent: userAgent ?? undefined,
      requestId,
      readOnly,
      requestParameters: requestParameters ?? undefined,
      responseElements: responseElements ?? undefined,
      errorCode: errorCode ?? undefined,
      errorMessage: errorMessage ?? undefined,
    };
  });
}
