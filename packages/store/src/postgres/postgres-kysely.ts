import {
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  Transaction,
} from 'kysely';
import type { StatementGuard } from '../engine.ts';
import type { Schema } from '../schema.ts';
import { asKyselyConnection, type RunQuery } from './postgres-connection.ts';
import type { PostgresPair } from './postgres-pair.ts';

/** Kysely on the pool of readers and on the writer. */
export interface PostgresKysely {
  /** For reads outside of a transaction. */
  readonly reader: Kysely<Schema>;
  /** For migrations, and for what the transactor itself does. */
  readonly writer: Kysely<Schema>;
  /** A handle on the writer that asks `guard` at each query: none outlives its transaction. */
  bind(guard: StatementGuard): Transaction<Schema>;
}

const unguarded: StatementGuard = { assertOpen: () => undefined, failed: () => undefined };

export function createPostgresKysely(pair: PostgresPair): PostgresKysely {
  const refuse = async () => {
    throw new Error('transactions are begun with `Store.transaction`');
  };
  const readerDriver = createDriver(pair.read, {
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
  });
  // Migrations run before the feed, whose number every other transaction begins with.
  const driver = createDriver(pair.write, {
    beginTransaction: () => pair.beginMigration(),
    commitTransaction: () => pair.commit(),
    rollbackTransaction: () => pair.rollback(),
  });
  const dialect = createDialect(driver);
  const compiler = dialect.createQueryCompiler();
  const adapter = dialect.createAdapter();
  return {
    reader: new Kysely<Schema>({ dialect: createDialect(readerDriver) }),
    writer: new Kysely<Schema>({ dialect }),
    bind(guard) {
      const bound = asKyselyConnection(pair.write, guard);
      const executor = new DefaultQueryExecutor(compiler, adapter, {
        provideConnection: (consumer) => consumer(bound),
      });
      return new Transaction<Schema>({ config: { dialect }, driver, executor, dialect });
    },
  };
}

function createDriver(
  run: RunQuery,
  transactions: Pick<Driver, 'beginTransaction' | 'commitTransaction' | 'rollbackTransaction'>,
): Driver {
  const connection: DatabaseConnection = asKyselyConnection(run, unguarded);
  return {
    ...transactions,
    init: async () => undefined,
    acquireConnection: async () => connection,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
}

function createDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (database) => new PostgresIntrospector(database),
  };
}
