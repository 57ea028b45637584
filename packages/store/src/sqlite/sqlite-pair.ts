import { closeSync, openSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { unavailabilityOf } from '../database-error.ts';
import type { Savepoints } from '../engine.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { createSqliteConnection, type SqliteConnection } from './sqlite-connection.ts';

/** How long a statement waits for another process (a backup, `sqlite3`) to let go. Milliseconds. */
const busyTimeout = 5000;

/**
 * Two connections to one database, so that a read outside of a transaction neither sees what is
 * uncommitted nor waits: `writer` is for one transaction at a time, `reader` always shows the last
 * commit.
 */
export interface SqlitePair {
  readonly writer: SqliteConnection;
  readonly reader: SqliteConnection;
  /** On the writer. A statement outside of `begin` … `commit` commits by itself. */
  begin(): void;
  commit(): void;
  rollback(): void;
  /** Undefined in memory, where a commit waits for no disk. */
  readonly savepoints: Savepoints | undefined;
  close(): void;
}

/** A database file in WAL mode: the two connections share it, and SQLite isolates them. */
export function openSqliteFile(path: string): SqlitePair {
  // SQLite gives the WAL and its index the mode of the database file, which it would create 0644.
  closeSync(openSync(path, 'a', 0o600));
  const sqlite = openDurably(path);
  // What a savepoint may undo stays in memory: beyond 64 KiB it would go to a file elsewhere.
  sqlite.pragma('temp_store = memory');
  const writer = createSqliteConnection(sqlite, () => undefined);
  const reader = createSqliteConnection(openDurably(path), refuseWrite);
  reader.sqlite.pragma('query_only = on');
  return {
    writer,
    reader,
    begin: () => sqlite.exec('begin immediate'),
    commit: () => sqlite.exec('commit'),
    rollback: () => rollBack(writer),
    savepoints: savepointsOf(writer),
    close() {
      reader.sqlite.close();
      try {
        sqlite.pragma('wal_checkpoint(truncate)');
      } catch (error) {
        // Nothing is lost: the log holds every commit, and the next start reads it.
        if (unavailabilityOf(error) !== 'full') throw error;
      } finally {
        sqlite.close();
      }
    },
  };
}

function openDurably(path: string): Sqlite.Database {
  const sqlite = new Sqlite(path, { timeout: busyTimeout });
  try {
    const mode = sqlite.pragma('journal_mode = wal', { simple: true });
    if (mode !== 'wal') {
      throw new StoreRefusal(
        'dataDirectory',
        `\`${path}\` is on a file system without shared memory; put the data on a local disk`,
      );
    }
    sqlite.pragma('synchronous = full');
    // On macOS an fsync reaches the drive's cache only; elsewhere these change nothing.
    sqlite.pragma('fullfsync = on');
    sqlite.pragma('checkpoint_fullfsync = on');
    return sqlite;
  } catch (error) {
    sqlite.close();
    if (!(error instanceof Sqlite.SqliteError)) throw error;
    if (error.code !== 'SQLITE_NOTADB' && error.code !== 'SQLITE_CORRUPT') throw error;
    throw new StoreRefusal(
      'schema',
      `\`${path}\` is damaged or no database; restore it from a backup`,
    );
  }
}

/**
 * A database in memory. The build of SQLite that we use lets no two connections share one (neither
 * shared cache nor `memdb`), so the reader has its own, to which each commit is repeated statement
 * by statement, in one synchronous step. That is exact because statements of the portable subset
 * are deterministic: no `random()`, no `current_timestamp`, no savepoints.
 *
 * @param image a serialized database to begin with
 */
export function openSqliteMemory(image: Buffer | string = ':memory:'): SqlitePair {
  let written: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  let repeating = false;
  const reader = createSqliteConnection(new Sqlite(image), () =>
    repeating ? undefined : refuseWrite(),
  );
  const writer = createSqliteConnection(new Sqlite(image), (sql, parameters) => () => {
    written.push({ sql, parameters });
    if (!writer.sqlite.inTransaction) repeat();
  });

  function repeat(): void {
    const statements = written;
    written = [];
    repeating = true;
    try {
      reader.sqlite.exec('begin');
      for (const { sql, parameters } of statements) reader.execute(sql, parameters);
      reader.sqlite.exec('commit');
    } catch (error) {
      // Nothing may be decided by what the reader would now show.
      reader.sqlite.close();
      throw error;
    } finally {
      repeating = false;
    }
  }

  return {
    writer,
    reader,
    begin: () => writer.sqlite.exec('begin immediate'),
    commit() {
      writer.sqlite.exec('commit');
      repeat();
    },
    rollback() {
      written = [];
      rollBack(writer);
    },
    savepoints: undefined,
    close() {
      reader.sqlite.close();
      writer.sqlite.close();
    },
  };
}

function savepointsOf(writer: SqliteConnection): Savepoints {
  const { sqlite } = writer;
  return {
    begin: () => sqlite.exec('savepoint work'),
    release: () => sqlite.exec('release work'),
    rollback() {
      if (!sqlite.inTransaction) return;
      try {
        sqlite.exec('rollback to work; release work');
      } catch {
        rollBack(writer);
      }
    },
    isOpen: () => sqlite.inTransaction,
  };
}

/** Some errors (a full disk) make SQLite roll back by itself. */
function rollBack(writer: SqliteConnection): void {
  if (writer.sqlite.inTransaction) writer.sqlite.exec('rollback');
}

function refuseWrite(): never {
  throw new Error('writes need a transaction: use `Store.transaction`');
}
