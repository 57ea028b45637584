import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { createEngineKysely, type EngineKysely } from '../engine-kysely.ts';
import { asKyselyConnection } from './postgres-connection.ts';
import type { PostgresPair } from './postgres-pair.ts';

/** Kysely on the pool of readers and on the writer. */
export function createPostgresKysely(pair: PostgresPair): EngineKysely {
  return createEngineKysely({
    reader: (guard) => asKyselyConnection(pair.read, guard),
    writer: (guard) => asKyselyConnection(pair.write, guard),
    // Migrations run before the feed, whose number every other transaction begins with.
    begin: () => pair.beginMigration(),
    commit: () => pair.commit(),
    rollback: () => pair.rollback(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (database) => new PostgresIntrospector(database),
  });
}
