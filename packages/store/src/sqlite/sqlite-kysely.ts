import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { createEngineKysely, type EngineKysely } from '../engine-kysely.ts';
import { asKyselyConnection } from './sqlite-connection.ts';
import type { SqlitePair } from './sqlite-pair.ts';

/** Our connections answer synchronously, and SQLite can undo a change of the schema. */
class SynchronousSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely on both connections. */
export function createSqliteKysely(pair: SqlitePair): EngineKysely {
  return createEngineKysely({
    reader: (guard) => asKyselyConnection(pair.reader, guard),
    writer: (guard) => asKyselyConnection(pair.writer, guard),
    begin: () => pair.begin(),
    commit: () => pair.commit(),
    rollback: () => pair.rollback(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SynchronousSqliteAdapter(),
    createIntrospector: (database) => new SqliteIntrospector(database),
  });
}
