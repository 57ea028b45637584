import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DataDirectory, holdDataDirectory, syncDirectory } from './data-directory.ts';
import { createDataKey, hasDataKeys, readDataKeys } from './data-keys.ts';
import { type FeedPosition, readFeedEntries, readFeedPosition } from './feed.ts';
import { copyMasterKey, generateMasterKey, masterKeyBytes, readMasterKey } from './master-key.ts';
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
  const { masterKey: given, clock = Date.now } = options;
  const masterKey = given === undefined ? undefined : copyMasterKey(given);
  if (options.dataDirectory === undefined) return openEphemeral(masterKey, clock);
  const directory = await holdDataDirectory(options.dataDirectory);
  try {
    return await openPersistent(directory, masterKey, clock);
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
  await bringUpToDate(pair, kysely);
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
    await bringUpToDate(pair, kysely);
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

async function bringUpToDate(pair: SqlitePair, kysely: SqliteKysely): Promise<void> {
  await migrate(kysely.writer);
  pair.writer.forgetPrepared();
  pair.reader.forgetPrepared();
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
      createDataKey(database, masterKey, purpose, clock()),
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

/** The counter goes on, and what was sealed still opens. */
const kept: ReadonlySet<keyof Schema> = new Set(['feed_counter', 'data_key']);

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
      const tables = await kysely.reader.introspection.getTables();
      const emptied = tables
        .map(({ name }) => name as keyof Schema)
        .filter((name) => !kept.has(name));
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
