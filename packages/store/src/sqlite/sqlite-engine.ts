import type { Engine } from '../engine.ts';
import { migrate } from '../migrations/migrate.ts';
import { createSqliteKysely } from './sqlite-kysely.ts';
import { openSqliteFile, openSqliteMemory } from './sqlite-pair.ts';

/** The tables of the first database in memory, empty: tests open hundreds, and making them is slow. */
let emptyTables: Buffer | undefined;

/**
 * SQLite for one process: a file in a data directory that the process holds, or memory (undefined).
 * Nobody else can write, so nothing is ever void.
 */
export async function openSqliteEngine(path: string | undefined): Promise<Engine> {
  const pair = path === undefined ? openSqliteMemory(emptyTables) : openSqliteFile(path);
  try {
    const kysely = createSqliteKysely(pair);
    await migrate(kysely.writer);
    pair.writer.forgetPrepared();
    pair.reader.forgetPrepared();
    if (path === undefined) emptyTables ??= pair.writer.sqlite.serialize();
    return {
      ...kysely,
      begin: () => pair.begin(),
      commit: () => pair.commit(),
      rollback: () => pair.rollback(),
      savepoints: pair.savepoints,
      assertAvailable: () => undefined,
      onVoid: () => undefined,
      close: () => pair.close(),
    };
  } catch (error) {
    pair.close();
    throw error;
  }
}
