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
  /** Throws `StoreUnavailable` while nothing may be decided: others may have changed everything. */
  assertAvailable(): void;
  /** Called when all that was known of the database is void, before it is available again. */
  onVoid(listener: (position: FeedPosition) => Promise<void>): void;
  close(): Promise<void> | void;
}

/** Stands before each statement of a transaction, and learns of those that failed. */
export interface StatementGuard {
  assertOpen(): void;
  failed(error: unknown): void;
}
