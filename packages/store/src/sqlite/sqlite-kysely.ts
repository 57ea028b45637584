import {
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
} from 'kysely';
import type { StatementGuard } from '../engine.ts';
import type { Schema } from '../schema.ts';
import { asKyselyConnection, type SqliteConnection } from './sqlite-connection.ts';
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
export interface SqliteKysely {
  /** For reads outside of a transaction. */
  readonly reader: Kysely<Schema>;
  /** For migrations, and for what the transactor itself does. */
  readonly writer: Kysely<Schema>;
  /** A handle on the writer that asks `guard` at each query: none outlives its transaction. */
  bind(guard: StatementGuard): Transaction<Schema>;
}

const unguarded: StatementGuard = { assertOpen: () => undefined, failed: () => undefined };

export function createSqliteKysely(pair: SqlitePair): SqliteKysely {
  const refuse = async () => {
    throw new Error('transactions are begun with `Store.transaction`');
  };
  const readerDriver = createDriver(pair.reader, {
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
  });
  const driver = createDriver(pair.writer, {
    beginTransaction: async () => pair.begin(),
    commitTransaction: async () => pair.commit(),
    rollbackTransaction: async () => pair.rollback(),
  });
  const dialect = createDialect(driver);
  const compiler = dialect.createQueryCompiler();
  const adapter = dialect.createAdapter();
  return {
    reader: new Kysely<Schema>({ dialect: createDialect(readerDriver) }),
    writer: new Kysely<Schema>({ dialect }),
    bind(guard) {
      const bound = asKyselyConnection(pair.writer, guard);
      const executor = new DefaultQueryExecutor(compiler, adapter, {
        provideConnection: (consumer) => consumer(bound),
      });
      return new Transaction<Schema>({ config: { dialect }, driver, executor, dialect });
    },
  };
}

function createDriver(
  connection: SqliteConnection,
  transactions: Pick<Driver, 'beginTransaction' | 'commitTransaction' | 'rollbackTransaction'>,
): Driver {
  const kyselyConnection = asKyselyConnection(connection, unguarded);
  return {
    ...transactions,
    init: async () => undefined,
    acquireConnection: async () => kyselyConnection,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
}

function createDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SynchronousSqliteAdapter(),
    createIntrospector: (database) => new SqliteIntrospector(database),
  };
}
