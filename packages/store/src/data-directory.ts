import { chmod, mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StoreRefusal } from './store-refusal.ts';

/** A data directory that belongs to this process until `release`. */
export interface DataDirectory {
  readonly path: string;
  release(): void;
}

/**
 * Makes or checks the directory (ours, mode 0700) and takes its lock. A second process is refused
 * (`StoreRefusal`, `locked`).
 */
export async function holdDataDirectory(path: string): Promise<DataDirectory> {
  await makeDurably(path);
  await checkAccess(path);
  const lock = takeLock(path);
  return { path, release: () => lock.close() };
}

/** Makes the entries of a directory durable: an fsync of a file does not cover its name. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** An entry of a directory that was made on the way lasts only when its own parent is synced. */
async function makeDurably(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 });
  if (topmost === undefined) return;
  const last = dirname(resolve(topmost));
  let parent = resolve(path);
  do {
    parent = dirname(parent);
    await syncDirectory(parent);
  } while (parent !== last && parent !== dirname(parent));
}

/** Windows has neither owners nor modes in this sense. */
async function checkAccess(path: string): Promise<void> {
  const user = process.getuid?.();
  if (user === undefined) return;
  const status = await stat(path);
  if (!status.isDirectory()) {
    throw new StoreRefusal('dataDirectory', `the data directory \`${path}\` is not a directory`);
  }
  if (status.uid !== user) {
    throw new StoreRefusal(
      'dataDirectory',
      `the data directory \`${path}\` belongs to another user, who could read every secret in it; ` +
        'give it to the user that runs Carnet, or choose another with --data-dir',
    );
  }
  if ((status.mode & 0o077) === 0) return;
  // A mounted volume begins empty and open: nothing was ever readable in it.
  if ((await readdir(path)).length === 0) return chmod(path, 0o700);
  throw new StoreRefusal(
    'dataDirectory',
    `other users may enter the data directory \`${path}\`, which holds secrets; ` +
      `close it with: chmod 700 '${path}'`,
  );
}

/**
 * SQLite's lock on a file of its own: it dies with the process, however that ends, and there is no
 * stale one to clean up. Nothing else in this process may open the file: POSIX drops all of a
 * process's locks on a file when it closes one descriptor of it.
 */
function takeLock(path: string): Sqlite.Database {
  const lock = new Sqlite(join(path, 'lock'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_BUSY') throw error;
    throw new StoreRefusal(
      'locked',
      `another Carnet is running on the data directory \`${path}\`; ` +
        'stop it, or choose another with --data-dir',
    );
  }
}
