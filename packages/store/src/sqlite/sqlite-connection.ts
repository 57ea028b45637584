import type { Database as Sqlite, Statement } from 'better-sqlite3';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { StatementGuard } from '../engine.ts';
import { assertStorable } from '../storable.ts';

/** Statements kept ready, by their text; the texts of a program are few, lists of `in` vary. */
const preparedLimit = 500;

/** One connection to SQLite: synchronous inside, so that no query ever waits for another. */
export interface SqliteConnection {
  readonly sqlite: Sqlite;
  execute<Row>(sql: string, parameters: readonly unknown[]): QueryResult<Row>;
  /** Drops the prepared statements: their columns are stale after a change of the schema. */
  forgetPrepared(): void;
}

/**
 * @param onWrite called before a statement that writes runs; throws to refuse it. What it returns is
 * called when the statement has succeeded.
 */
export function createSqliteConnection(
  sqlite: Sqlite,
  onWrite: (sql: string, parameters: readonly unknown[]) => (() => void) | undefined,
): SqliteConnection {
  const prepared = new Map<string, Statement<unknown[], unknown>>();

  function prepare(sql: string): Statement<unknown[], unknown> {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= preparedLimit) {
      const [oldest] = prepared.keys();
      if (oldest !== undefined) prepared.delete(oldest);
    }
    const statement = sqlite.prepare<unknown[], unknown>(sql);
    prepared.set(sql, statement);
    return statement;
  }

  return {
    sqlite,
    execute<Row>(sql: string, parameters: readonly unknown[]): QueryResult<Row> {
      const statement = prepare(sql);
      const written = statement.readonly ? undefined : onWrite(sql, parameters);
      const result = run<Row>(statement, parameters);
      written?.();
      return result;
    },
    forgetPrepared() {
      prepared.clear();
    },
  };
}

function run<Row>(
  statement: Statement<unknown[], unknown>,
  parameters: readonly unknown[],
): QueryResult<Row> {
  if (statement.reader) return { rows: statement.all(parameters) as Row[] };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/** How Kysely speaks to a connection. `guard` is asked before each query. */
export function asKyselyConnection(
  connection: SqliteConnection,
  guard: StatementGuard,
): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      guard.assertOpen();
      try {
        assertStorable(query.parameters);
        return connection.execute<Row>(query.sql, query.parameters);
      } catch (error) {
        guard.failed(error);
        throw error;
      }
    },
    // An open cursor would pin a snapshot and block checkpoints: page by key instead.
    streamQuery() {
      throw new Error('the store streams no rows: select them page by page');
    },
  };
}
