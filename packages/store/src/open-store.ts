import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DataDirectory, holdDataDirectory, syncDirectory } from './data-directory.ts';
import { createDataKeyRenewal } from './data-key-renewal.ts';
import { hasDataKeys, readDataKeys } from './data-keys.ts';
import { claimDirectory, refuseClaimed, refuseEmbedded } from './directory-claim.ts';
import { requireDiskRoom } from './disk-room.ts';
import type { Engine } from './engine.ts';
import { createEpoch } from './epoch.ts';
import { readFeedEntries, readFeedPosition } from './feed.ts';
import { copyMasterKey, generateMasterKey, masterKeyBytes, readMasterKey } from './master-key.ts';
import type { ObjectFiles } from './object-files.ts';
import { createObjectFilesInMemory } from './object-files-in-memory.ts';
import { createObjectFilesOnDisk } from './object-files-on-disk.ts';
import { createSealing, sealingPurposes } from './sealing.ts';
import { openSqliteEngine } from './sqlite/sqlite-engine.ts';
import type { Store } from './store.ts';
import { StoreRefusal } from './store-refusal.ts';
import { createTransactor } from './transactor.ts';

export interface StoreOptions {
  /** Undefined: ephemeral, everything in memory. */
  readonly dataDirectory: string | undefined;
  /** The URL of a PostgreSQL database; absent: SQLite in the data directory. */
  readonly database?: string | undefined;
  /**
   * 32 bytes. Absent: `master.key` in the data directory, generated at the first start; with
   * `database` it must be given.
   */
  readonly masterKey?: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly clock?: (() => number) | undefined;
  /** Told in words when a database is lost, and when it is back. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/**
 * Opens the store, which is then held until `close`. Throws `StoreRefusal` when the data directory or
 * the database is in use or open to others, the database is not ours or newer or cannot be reached,
 * or the master key is wrong.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDirectory, database, clock = Date.now, onNotice = () => undefined } = options;
  const masterKey = options.masterKey === undefined ? undefined : copyMasterKey(options.masterKey);
  if (dataDirectory === undefined) {
    if (database !== undefined) throw new Error('a database needs a directory for the objects');
    return openEphemeral(masterKey, clock);
  }
  if (database !== undefined && masterKey === undefined) throw missingMasterKey();
  const directory = await holdDataDirectory(dataDirectory);
  try {
    if (database === undefined) {
      await refuseClaimed(directory.path);
      const engine = await openSqliteEngine(join(directory.path, 'carnet.db'));
      return await openPersistent({
        directory,
        engine,
        masterKey,
        clock,
        requireRoom: () => requireDiskRoom(directory.path),
      });
    }
    await refuseEmbedded(directory.path);
    const engine = await openDatabase(database, onNotice);
    return await openPersistent({
      directory,
      engine,
      masterKey,
      clock,
      // The disk of the directory is that of the objects alone, which look at it themselves.
      requireRoom: async () => undefined,
      claim: () => claimDirectory(directory.path, engine.reader),
    });
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** Its driver is loaded only when it is asked for: every other start would pay for it. */
async function openDatabase(url: string, onNotice: (notice: string) => void): Promise<Engine> {
  const { openPostgresEngine } = await import('./postgres/postgres-engine.ts');
  return openPostgresEngine(url, onNotice);
}

/** A key in the data directory of one machine would be lost to whoever takes the database over. */
function missingMasterKey(): StoreRefusal {
  return new StoreRefusal(
    'masterKey',
    'a database needs a master key that is kept apart from the data directory; ' +
      'make one with `openssl rand -base64 32` and give it in CARNET_MASTER_KEY or ' +
      'CARNET_MASTER_KEY_FILE',
  );
}

async function openEphemeral(
  masterKey: Uint8Array | undefined,
  clock: () => number,
): Promise<Store> {
  const engine = await openSqliteEngine(undefined);
  const key = masterKey ?? randomBytes(masterKeyBytes);
  const objectFiles = createObjectFilesInMemory();
  return assemble({
    engine,
    clock,
    masterKey: key,
    objectFiles,
    requireRoom: async () => undefined,
    drop: () => objectFiles.clear(),
    release: () => undefined,
  });
}

interface PersistentParts extends Pick<Parts, 'engine' | 'clock' | 'requireRoom'> {
  readonly directory: DataDirectory;
  /** Absent: found in the directory, or made. */
  readonly masterKey: Uint8Array | undefined;
  /** Makes the directory that of the database. */
  readonly claim?: () => Promise<void>;
}

async function openPersistent(given: PersistentParts): Promise<Store> {
  const { directory, engine, clock, requireRoom, claim } = given;
  try {
    const masterKey = given.masterKey ?? (await findMasterKey(directory.path, engine));
    const objectFiles = await createObjectFilesOnDisk(join(directory.path, 'objects'));
    await syncDirectory(directory.path);
    const { release } = directory;
    const parts = { engine, clock, masterKey, objectFiles, requireRoom, release };
    const store = await assemble(parts);
    await claim?.();
    return store;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function findMasterKey(directory: string, engine: Engine): Promise<Uint8Array> {
  const found = await readMasterKey(directory);
  if (found !== undefined) return found;
  if (!(await hasDataKeys(engine.reader))) return generateMasterKey(directory);
  throw new StoreRefusal(
    'masterKey',
    `the master key \`${join(directory, 'master.key')}\` is missing, and without it no secret ` +
      'of this database can be read; restore it from a backup',
  );
}

interface Parts {
  readonly engine: Engine;
  readonly clock: () => number;
  readonly masterKey: Uint8Array;
  readonly objectFiles: ObjectFiles;
  readonly requireRoom: Store['requireRoom'];
  /** Drops the object files of an ephemeral store. */
  readonly drop?: () => void;
  readonly release: () => void;
}

async function assemble(parts: Parts): Promise<Store> {
  const { engine, clock, masterKey, objectFiles } = parts;
  const sealing = createSealing(await readDataKeys(engine.reader, masterKey));
  const transactor = createTransactor(engine, clock);
  const { rotateDataKey, renewDataKeys } = createDataKeyRenewal({
    masterKey,
    clock,
    sealing,
    transactor,
  });
  for (const purpose of sealingPurposes) {
    if (!sealing.hasDataKey(purpose)) await rotateDataKey(purpose);
  }
  const epoch = createEpoch(engine, transactor, parts.drop);
  engine.onVoid(async (position) => {
    for (const key of await readDataKeys(engine.reader, masterKey)) sealing.addDataKey(key);
    epoch.begin(position);
  });
  let closing: Promise<void> | undefined;
  return {
    assertAvailable: () => engine.assertAvailable(),
    database: engine.reader,
    sealing,
    objectFiles,
    transaction: (work) => transactor.transaction(work),
    requireCommitted: (kind, id) => transactor.requireCommitted(kind, id),
    subscribe: (listener) => transactor.subscribe(listener),
    onNewEpoch: epoch.onNewEpoch,
    requireRoom: parts.requireRoom,
    feedPosition: () => readFeedPosition(engine.reader),
    readFeed: (after, limit) => readFeedEntries(engine.reader, after, limit),
    rotateDataKey,
    renewDataKeys,
    sweepObjectFiles: () => objectFiles.sweep((file) => isReferenced(engine, file)),
    empty: epoch.empty,
    close() {
      closing ??= transactor.close().then(async () => {
        try {
          await engine.close();
        } finally {
          parts.release();
        }
      });
      return closing;
    },
  };
}

async function isReferenced({ reader }: Engine, file: string): Promise<boolean> {
  for (const table of ['s3_object', 's3_part'] as const) {
    const row = await reader
      .selectFrom(table)
      .select('file')
      .where('file', '=', file)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  const code = await reader
    .selectFrom('lambda_function')
    .select('code_file')
    .where('code_file', '=', file)
    .limit(1)
    .executeTakeFirst();
  return code !== undefined;
}
