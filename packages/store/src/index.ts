/**
 * The memory: one schema through Kysely, an ordered feed of what changed, secrets sealed under a
 * master key, object files. Read `store.ts` for what it gives, `schema.ts` for what it holds,
 * `open-store.ts` for how the parts come together; then `transactor.ts` (one transaction at a time,
 * the feed, who is told), `group.ts` (those that wait together share a commit), `engine.ts` (what a database gives: one writer, and readers that neither
 * wait nor see what is uncommitted) with `sqlite/` and `postgres/`, `sealing.ts`,
 * `data-key-renewal.ts` and `object-files-on-disk.ts`. `migrations/` makes the tables.
 */
export { type DataDirectory, holdDataDirectory } from './data-directory.ts';
export { dataKeyRenewalInterval } from './data-key-renewal.ts';
export {
  isUndone,
  isUniqueViolation,
  type Unavailability,
  unavailabilityOf,
} from './database-error.ts';
export type { FeedEntry, FeedPosition } from './feed.ts';
export {
  type AccessKeyIdPrefix,
  accountIdOfAccessKey,
  newAccessKeyId,
  newAccountId,
  newInstanceResourceId,
  newSamlId,
  newSecretAccessKey,
  newUniqueId,
  type UniqueIdPrefix,
} from './identifier.ts';
export type { ObjectFiles } from './object-files.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export { describePostgres } from './postgres/postgres-address.ts';
export { type PreparedQuery, prepareQuery } from './prepared-query.ts';
export type { Schema } from './schema.ts';
export type { Sealing, SealingPurpose } from './sealing.ts';
export { UnstorableValue } from './storable.ts';
export type { Change, ChangeKind, Database, Store, Transaction } from './store.ts';
export { StoreRefusal, type StoreRefusalCode } from './store-refusal.ts';
export { StoreUnavailable } from './store-unavailable.ts';
