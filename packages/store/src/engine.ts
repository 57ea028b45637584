import type { Kysely, Transaction } from 'kysely';
import type { FeedPosition } from './feed.ts';
import type { Schema } from './schema.ts';

/**
 * A database under the store; `sqlite/` and `postgres/` each make one. One transaction at a time, on
 * a writer of its own, so that what reads neither waits for it nor sees what is uncommitted.
 */
export interface Engine {
  /** For reads outside of a transaction: shows the last commit, refuses writes. */
  readonly reader: Kysely<Schema>;
  /** For migrations, and for what the transactor itself does. */
  readonly writer: Kysely<Schema>;
  /** A handle on the writer that asks `guard` at each query: none outlives its transaction. */
  bind(guard: StatementGuard): Transaction<Schema>;
  begin(): Promise<void> | void;
  /** @param feedNumber the number that the transaction took in the feed, if any */
  commit(feedNumber: number | undefined): Promise<void> | void;
  /** Never throws: what cannot be rolled back is dropped with its connection. */
  rollback(): Promise<void> | void;
  /** Present where works that wait together may share a commit. */
  readonly savepoints?: Savepoints | undefined;
  /** Throws `StoreUnavailable` while nothing may be decided: others may have changed everything. */
  assertAvailable(): void;
  /** Called when all that was known of the database is void, before it is available again. */
  onVoid(listener: (position: FeedPosition) => Promise<void>): void;
  close(): Promise<void> | void;
}

/** Inside a transaction, one at a time: what a work does can be undone without the work of others. */
export interface Savepoints {
  begin(): void;
  release(): void;
  /** Undoes what was done since `begin`, or, when that fails, the whole transaction. Never throws. */
  rollback(): void;
  /** False when the whole transaction is undone, also when the database did so by itself. */
  isOpen(): boolean;
}

/** Stands before each statement of a transaction, and learns of those that failed. */
export interface StatementGuard {
  assertOpen(): void;
  failed(error: unknown): void;
}
