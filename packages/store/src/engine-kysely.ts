import {
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  Transaction,
} from 'kysely';
import type { Engine, StatementGuard } from './engine.ts';
import type { Schema } from './schema.ts';

/** How Kysely speaks to the connections of an engine. */
export type EngineKysely = Pick<Engine, 'reader' | 'writer' | 'bind'>;

/** What is an engine's own: its connections, how it begins and ends, its form of SQL. */
export interface KyselyParts extends Omit<Dialect, 'createDriver'> {
  /** Each connection, with `guard` asked before each statement. */
  readonly reader: (guard: StatementGuard) => DatabaseConnection;
  readonly writer: (guard: StatementGuard) => DatabaseConnection;
  /** Of migrations, which Kysely begins and ends by itself. */
  begin(): Promise<void> | void;
  commit(): Promise<void> | void;
  rollback(): Promise<void> | void;
}

const unguarded: StatementGuard = { assertOpen: () => undefined, failed: () => undefined };

export function createEngineKysely(parts: KyselyParts): EngineKysely {
  const refuse = async () => {
    throw new Error('transactions are begun with `Store.transaction`');
  };
  const readerDriver = createDriver(parts.reader(unguarded), {
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
  });
  const driver = createDriver(parts.writer(unguarded), {
    beginTransaction: async () => parts.begin(),
    commitTransaction: async () => parts.commit(),
    rollbackTransaction: async () => parts.rollback(),
  });
  const dialectOf = (own: Driver): Dialect => ({
    createDriver: () => own,
    createQueryCompiler: () => parts.createQueryCompiler(),
    createAdapter: () => parts.createAdapter(),
    createIntrospector: (database) => parts.createIntrospector(database),
  });
  const dialect = dialectOf(driver);
  const compiler = dialect.createQueryCompiler();
  const adapter = dialect.createAdapter();
  return {
    reader: new Kysely<Schema>({ dialect: dialectOf(readerDriver) }),
    writer: new Kysely<Schema>({ dialect }),
    bind(guard) {
      const bound = parts.writer(guard);
      const executor = new DefaultQueryExecutor(compiler, adapter, {
        provideConnection: (consumer) => consumer(bound),
      });
      return new Transaction<Schema>({ config: { dialect }, driver, executor, dialect });
    },
  };
}

function createDriver(
  connection: DatabaseConnection,
  transactions: Pick<Driver, 'beginTransaction' | 'commitTransaction' | 'rollbackTransaction'>,
): Driver {
  return {
    ...transactions,
    init: async () => undefined,
    acquireConnection: async () => connection,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
}
