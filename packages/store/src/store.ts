import type { Kysely } from 'kysely';
import type { ObjectFiles } from './object-files.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';

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
  | 'bucket';

/**
 * One entry of the change feed. `id` is the unique id (`AIDA…`, `AGPA…`, `AROA…`), the access key
 * id, the managed policy's ARN, the bucket's name or the account id. A change of membership is a
 * change of the user; inline policies, attachments, tags and login profiles are changes of their owner.
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
  /** For reads outside a transaction. */
  readonly database: Database;
  readonly sealing: Sealing;
  readonly objectFiles: ObjectFiles;
  /**
   * Runs `work` in one transaction, again from the start after a serialization failure: `work` does
   * nothing that cannot be done twice. When the promise resolves the change is durable and every
   * subscriber has seen it.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Calls `listener` after each commit, before `transaction` resolves. Returns the unsubscribe. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  close(): Promise<void>;
}
