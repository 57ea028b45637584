import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DataDirectory, holdDataDirectory, syncDirectory } from './data-directory.ts';
import { addDataKey, hasDataKeys, readDataKeys } from './data-keys.ts';
import { type FeedPosition, readFeedEntries, readFeedPosition } from './feed.ts';
import { checkMasterKey, generateMasterKey, masterKeyBytes, readMasterKey } from './master-key.ts';
import { migrate } from './migrations/migrate.ts';
import type { ObjectFiles } from './object-files.ts';
import { createObjectFilesInMemory } from './object-files-in-memory.ts';
import { createObjectFilesOnDisk } from './object-files-on-disk.ts';
import type { Schema } from './schema.ts';
import { createSealing, sealingPurposes } from './sealing.ts';
import { createSqliteKysely, type SqliteKysely } from './sqlite/sqlite-kysely.ts';
import { openSqliteFile, openSqliteMemory, type SqlitePair } from './sqlite/sqlite-pair.ts';
import type { Store } from './store.ts';
import { StoreRefusal } from './store-refusal.ts';
import { createTransactor, notify, type Transactor } from './transactor.ts';

export interface StoreOptions {
  /** Undefined: ephemeral, everything in memory. */
  readonly dataDirectory: string | undefined;
  /** 32 bytes. Absent: `master.key` in the data directory, generated at the first start. */
  readonly masterKey?: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly clock?: (() => number) | undefined;
}

/**
 * Opens the store, which is then held until `close`. Throws `StoreRefusal` when the data directory is
 * in use or open to others, the database is not ours or newer, or the master key is wrong.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.masterKey !== undefined) checkMasterKey(options.masterKey);
  const clock = options.clock ?? Date.now;
  if (options.dataDirectory === undefined) return openEphemeral(options.masterKey, clock);
  const directory = await holdDataDirectory(options.dataDirectory);
  try {
    return await openPersistent(directory, options.masterKey, clock);
  } catch (error) {
    directory.release();
    throw error;
  }
}

async function openEphemeral(
  masterKey: Uint8Array | undefined,
  clock: () => number,
): Promise<Store> {
  const pair = openSqliteMemory();
  const kysely = createSqliteKysely(pair);
  await migrate(kysely.writer);
  const key = masterKey ?? randomBytes(masterKeyBytes);
  const objectFiles = createObjectFilesInMemory();
  return assemble({
    pair,
    kysely,
    clock,
    masterKey: key,
    objectFiles,
    drop: () => objectFiles.clear(),
    release: () => undefined,
  });
}

async function openPersistent(
  directory: DataDirectory,
  givenMasterKey: Uint8Array | undefined,
  clock: () => number,
): Promise<Store> {
  const pair = openSqliteFile(join(directory.path, 'carnet.db'));
  try {
    const kysely = createSqliteKysely(pair);
    await migrate(kysely.writer);
    const masterKey = givenMasterKey ?? (await findMasterKey(directory.path, kysely));
    const objectFiles = await createObjectFilesOnDisk(join(directory.path, 'objects'));
    await syncDirectory(directory.path);
    const { release } = directory;
    return await assemble({ pair, kysely, clock, masterKey, objectFiles, release });
  } catch (error) {
    pair.close();
    throw error;
  }
}

async function findMasterKey(directory: string, kysely: SqliteKysely): Promise<Uint8Array> {
  const found = await readMasterKey(directory);
  if (found !== undefined) return found;
  if (!(await hasDataKeys(kysely.reader))) return generateMasterKey(directory);
  throw new StoreRefusal(
    'masterKey',
    `the master key \`${join(directory, 'master.key')}\` is missing, and without it no secret ` +
      'of this database can be read; restore it from a backup',
  );
}

interface Parts {
  readonly pair: SqlitePair;
  readonly kysely: SqliteKysely;
  readonly clock: () => number;
  readonly masterKey: Uint8Array;
  readonly objectFiles: ObjectFiles;
  /** Drops the object files of an ephemeral store. */
  readonly drop?: () => void;
  readonly release: () => void;
}

async function assemble(parts: Parts): Promise<Store> {
  const { pair, kysely, clock, masterKey, objectFiles } = parts;
  const sealing = createSealing(await readDataKeys(kysely.reader, masterKey));
  const transactor = createTransactor(pair, kysely, clock);
  const rotateDataKey: Store['rotateDataKey'] = async (purpose) => {
    const dataKey = await transactor.transaction(({ database }) =>
      addDataKey(database, masterKey, purpose, clock()),
    );
    sealing.addDataKey(dataKey);
  };
  for (const purpose of sealingPurposes) {
    if (!sealing.hasDataKey(purpose)) await rotateDataKey(purpose);
  }
  const epoch = createEpoch(parts, transactor);
  let closing: Promise<void> | undefined;
  return {
    database: kysely.reader,
    sealing,
    objectFiles,
    transaction: (work) => transactor.transaction(work),
    subscribe: (listener) => transactor.subscribe(listener),
    onNewEpoch: epoch.onNewEpoch,
    feedPosition: () => readFeedPosition(kysely.reader),
    readFeed: (after, limit) => readFeedEntries(kysely.reader, after, limit),
    rotateDataKey,
    sweepObjectFiles: () => objectFiles.sweep((file) => isReferenced(kysely, file)),
    empty: epoch.empty,
    close() {
      closing ??= transactor.close().then(() => {
        pair.close();
        parts.release();
      });
      return closing;
    },
  };
}

async function isReferenced({ reader }: SqliteKysely, file: string): Promise<boolean> {
  for (const table of ['s3_object', 's3_part'] as const) {
    const row = await reader
      .selectFrom(table)
      .select('file')
      .where('file', '=', file)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

/** Everything of the schema but the counter, which goes on, and the data keys. */
const emptied = [
  'account',
  'iam_user',
  'iam_group',
  'iam_group_member',
  'iam_role',
  'iam_access_key',
  'iam_login_profile',
  'iam_policy',
  'iam_policy_version',
  'iam_inline_policy',
  'iam_attached_policy',
  'iam_tag',
  's3_bucket',
  's3_object',
  's3_upload',
  's3_part',
  'audit_event',
  'feed',
] as const satisfies readonly Exclude<keyof Schema, 'feed_counter' | 'data_key'>[];

function createEpoch(
  { drop, kysely }: Parts,
  transactor: Transactor,
): Pick<Store, 'onNewEpoch' | 'empty'> {
  const listeners = new Set<(position: FeedPosition) => void>();
  return {
    onNewEpoch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async empty() {
      if (drop === undefined) throw new Error('only an ephemeral store can be emptied');
      await transactor.transaction(
        async ({ database }) => {
          for (const table of emptied) await database.deleteFrom(table).execute();
          await database
            .updateTable('feed_counter')
            .set((column) => ({
              epoch: column('epoch', '+', 1),
              number: column('number', '+', 1),
            }))
            .execute();
        },
        async () => {
          drop();
          const position = await readFeedPosition(kysely.reader);
          for (const listener of listeners) notify(() => listener(position));
        },
      );
    },
  };
}
