import type { Kysely } from 'kysely';
import type { FeedEntry, FeedPosition } from './feed.ts';
import type { ObjectFiles } from './object-files.ts';
import type { Schema } from './schema.ts';
import type { Sealing, SealingPurpose } from './sealing.ts';

/** Kysely over the schema: plain for reads, bound to a transaction inside `Store.transaction`. */
export type Database = Kysely<Schema>;

/** The kinds of things whose change somebody follows. */
export type ChangeKind =
  | 'account'
  | 'user'
  | 'group'
  | 'role'
  | 'accessKey'
  | 'managedPolicy'
  | 'instanceProfile'
  | 'mfaDevice'
  | 'serverCertificate'
  | 'samlProvider'
  | 'oidcProvider'
  | 'instance'
  | 'function'
  | 'bucket';

/**
 * One entry of the change feed. `id` is the unique id (`AIDA…`, `AGPA…`, `AROA…`, `AIPA…`, `ASCA…`),
 * the access key id, the ARN of a managed policy, an MFA device or a provider, the instance id, the
 * function's name, the bucket's name or the account id. A change of membership is a change of the user; inline policies, attachments, tags,
 * boundaries and the other credentials are changes of their owner, settings changes of the account.
 */
export interface Change {
  readonly accountId: string;
  readonly kind: ChangeKind;
  readonly id: string;
}

/** What a mutation works with. */
export interface Transaction {
  readonly database: Database;
  /** Appends to the change feed when the transaction commits. */
  changed(change: Change): void;
}

export interface Store {
  /**
   * Throws `StoreUnavailable` while nothing may be decided, since others may have changed everything
   * that is known: stands before each decision, with no await in between.
   */
  assertAvailable(): void;
  /**
   * For reads outside a transaction: shows the last commit, never waits for a transaction, refuses
   * writes. Inside `work` it still shows the last commit, which is what a cache must be filled from.
   */
  readonly database: Database;
  readonly sealing: Sealing;
  readonly objectFiles: ObjectFiles;
  /**
   * Runs `work` in one transaction, again from the start after a serialization failure or when it
   * cannot share a commit: `work` does nothing that cannot be done twice, begins no other
   * transaction and waits for none, which would be answered only after it. A statement that fails voids the transaction, whether `work` catches its error or
   * not. When the promise resolves the change is durable and every subscriber has seen it; when it
   * rejects nothing was changed, unless the database failed at the commit itself, after which nobody
   * knows (`StoreUnavailable.outcome`). Transactions that wait together may share a commit: `work`
   * sees the rows of those before it, and what is remembered of rows has to ask `requireCommitted`.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * For whoever holds rows in memory: called before what is held of a thing is used. Throws inside
   * `work` when one before it changed that thing and is not yet committed, so that no subscriber has
   * seen it; `work` then runs again when it is, whether it catches this or not.
   */
  requireCommitted(kind: ChangeKind, id: string): void;
  /**
   * Calls `listener` after each commit that changed something, in commit order, before `transaction`
   * resolves. A listener that throws ends the process: what it feeds would stay stale. Returns the
   * unsubscribe.
   */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  /**
   * Calls `listener` when all that was known is void: everything was emptied, or the database was
   * lost for a while. Followers drop what they hold; no list of changes says it all. Before the
   * promise of `empty` resolves, or the database is available again. Returns the unsubscribe.
   */
  onNewEpoch(listener: (position: FeedPosition) => void): () => void;
  /**
   * Throws when the disk of the database has no more room than is kept for changes and deletions; they
   * go on while everything else that grows is refused. Never on PostgreSQL, whose disk is its own affair.
   */
  requireRoom(): Promise<void>;
  feedPosition(): Promise<FeedPosition>;
  /** The next `limit` entries of the change feed after number `after`, in order, without gaps. */
  readFeed(after: number, limit: number): Promise<readonly FeedEntry[]>;
  /** A new data key for what is sealed from now on; what older ones sealed still opens. */
  rotateDataKey(purpose: SealingPurpose): Promise<void>;
  /**
   * Replaces the data keys that are older than a day and deletes those that nothing needs any more;
   * keys of what is kept stay as they are. To be called at the start, and every
   * `dataKeyRenewalInterval` milliseconds from then on.
   */
  renewDataKeys(): Promise<void>;
  /** Removes object files that no row refers to, which a crash left. Resolves with how many. */
  sweepObjectFiles(): Promise<number>;
  /**
   * Ephemeral stores only: deletes every row but the data keys and every object file, and begins a
   * new epoch; the feed's number goes on. What had been opened stays open: a caller then fills in
   * again what its services need.
   */
  empty(): Promise<void>;
  /** Refuses new transactions, waits for those begun or queued, then lets go of the directory. */
  close(): Promise<void>;
}
