import { type Database, prepareQuery, type Schema, type Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { packAuditBlocks } from './audit-block.ts';
import { type AuditEvent, auditRecord } from './audit-record.ts';

/** Records that could not be written at the end, and why not. */
export interface AuditLoss {
  readonly records: number;
  readonly error: unknown;
}

/**
 * The record of calls, in CloudTrail's shape. A mutation's record is written in its own transaction,
 * and does not commit without it; records of reads and of refusals are written in blocks.
 */
export class Audit {
  readonly #store: Store;
  readonly #onFailure: (error: unknown) => void;
  #events: AuditEvent[] = [];
  /** Packed, and not yet written. */
  #blocks: Schema['audit_block'][] = [];
  /** How many records wait, packed or not. */
  #waiting = 0;
  /** Characters of the packed ones. */
  #waitingLength = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The last flush that the timer began. */
  #flushing: Promise<void> = Promise.resolve();

  /** `onFailure` is told when a block could not be written; it is tried again until it is. */
  constructor(store: Store, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** Writes one record with the change that it tells of. */
  async write(database: Database, event: AuditEvent): Promise<void> {
    const record = auditRecord(event);
    await insertEvent(database, {
      account_id: event.accountId,
      event_id: event.eventId,
      event_time: event.time,
      event_source: record.eventSource,
      event_name: event.operation,
      access_key_id: 'accessKeyId' in event.caller ? event.caller.accessKeyId : null,
      error_code: event.errorCode ?? null,
      record: JSON.stringify(record),
    });
  }

  /** Throws when too many records wait: a call that could not be recorded is not answered. */
  requireRoom(): void {
    if (this.#waiting < mostWaiting && this.#waitingLength < longestWaiting) return;
    throw new ApiError('ServiceUnavailable', 503, 'The audit record cannot be written.');
  }

  /** Takes the record of a read or of a refusal. */
  note(event: AuditEvent): void {
    this.#waiting += 1;
    this.#events.push(event);
    if (this.#events.length >= eventsPerBlock) this.#pack();
    this.#flushIn(batchMilliseconds);
  }

  #flushIn(milliseconds: number): void {
    this.#timer ??= setTimeout(() => {
      this.#flushing = this.#flushWithRoom();
    }, milliseconds).unref();
  }

  /** The last room is for changes, which bring their own record. */
  async #flushWithRoom(): Promise<void> {
    this.#timer = undefined;
    try {
      await this.#store.requireRoom();
      await this.flush();
    } catch (error) {
      // Written by somebody else meanwhile: then nothing has failed.
      if (this.#waiting === 0) return;
      this.#flushIn(retryMilliseconds);
      this.#onFailure(error);
    }
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    this.#stopTimer();
    this.#pack();
    if (this.#blocks.length > 0) await this.#write(this.#blocks.splice(0));
  }

  /**
   * Writes what waits, block by block while there is room: the last room stays for the changes of
   * the next start. Resolves with what is lost, if anything is.
   */
  async close(): Promise<AuditLoss | undefined> {
    await this.#flushing;
    this.#stopTimer();
    this.#pack();
    try {
      while (this.#blocks.length > 0) {
        await this.#store.requireRoom();
        await this.#write(this.#blocks.splice(0, 1));
      }
      return undefined;
    } catch (error) {
      return { records: this.#waiting, error };
    }
  }

  /** In one transaction; what could not be written waits on. */
  async #write(blocks: readonly Schema['audit_block'][]): Promise<void> {
    try {
      await this.#store.transaction(async ({ database }) => {
        for (const block of blocks) {
          // A commit whose confirmation was lost may have written it already.
          const insert = database.insertInto('audit_block').values(block);
          await insert.onConflict((conflict) => conflict.doNothing()).execute();
        }
      });
    } catch (error) {
      this.#blocks = [...blocks, ...this.#blocks];
      throw error;
    }
    for (const { events, records } of blocks) {
      this.#waiting -= events;
      this.#waitingLength -= records.length;
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Soon, so that what is known of a call does not grow old in memory. */
  #pack(): void {
    if (this.#events.length === 0) return;
    const blocks = packAuditBlocks(this.#events);
    for (const { records } of blocks) this.#waitingLength += records.length;
    this.#blocks.push(...blocks);
    this.#events = [];
  }
}

const insertEvent = prepareQuery<Schema['audit_event'], unknown>((database, value) =>
  database.insertInto('audit_event').values({
    account_id: value('account_id'),
    event_id: value('event_id'),
    event_time: value('event_time'),
    event_source: value('event_source'),
    event_name: value('event_name'),
    access_key_id: value('access_key_id'),
    error_code: value('error_code'),
    record: value('record'),
  }),
);

/** Records that may wait: beyond it calls are refused, since a call without a record must not be. */
const mostWaiting = 100_000;
const longestWaiting = 64 * 1024 * 1024;
const batchMilliseconds = 200;
/** After a block that could not be written. */
const retryMilliseconds = 1000;
const eventsPerBlock = 250;
