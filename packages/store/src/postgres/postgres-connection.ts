import type { CompiledQuery, DatabaseConnection } from 'kysely';
import { Client, type ClientConfig, type QueryResult, types } from 'pg';
import type { StatementGuard } from '../engine.ts';
import { createFairMutex } from '../fair-mutex.ts';
import { assertStorable } from '../storable.ts';
import { asUnavailable } from './postgres-error.ts';

/** Milliseconds. The client's own limit is the longer one: it is for a server that is gone. */
export const timeouts = { connect: 5000, statement: 20_000, lock: 15_000, answer: 30_000 } as const;

const int8 = 20;

/** What every connection is opened with. `settings` are set before the first statement. */
export function connectionConfig(
  url: string,
  settings: Readonly<Record<string, string>>,
): ClientConfig {
  return {
    connectionString: url,
    application_name: 'carnet',
    connectionTimeoutMillis: timeouts.connect,
    statement_timeout: timeouts.statement,
    lock_timeout: timeouts.lock,
    query_timeout: timeouts.answer,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    // Numbers as on SQLite; for this connection alone, not for the whole process.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 && format !== 'binary' ? Number : types.getTypeParser(oid, format),
    },
  } as ClientConfig;
}

/** A statement with its parameters, on whatever connection it is run. */
export type RunQuery = (sql: string, parameters: readonly unknown[]) => Promise<QueryResult>;

/** One connection, on which statements wait for each other in the order of asking. */
export interface PostgresConnection {
  readonly query: RunQuery;
  /** Undefined while the connection is good. */
  failure(): unknown;
  /** Called when the connection is lost; not after `end`. */
  onLost(listener: (error: unknown) => void): void;
  /** Warnings since the last call: at a commit they say that it is not as durable as asked. */
  takeWarnings(): readonly string[];
  /** Says goodbye, or drops what does not answer. */
  end(): Promise<void>;
  /** Drops the connection without a word. */
  drop(): void;
}

export async function openPostgresConnection(
  url: string,
  settings: Readonly<Record<string, string>>,
): Promise<PostgresConnection> {
  const client = new Client(connectionConfig(url, settings));
  const mutex = createFairMutex();
  const listeners: ((error: unknown) => void)[] = [];
  let warnings: string[] = [];
  let failure: unknown;
  let ended = false;
  const lose = (error: unknown) => {
    if (failure !== undefined || ended) return;
    failure = error;
    for (const listener of listeners) listener(error);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('the connection has ended')));
  client.on('notice', ({ severity, message }) => {
    if (severity === 'WARNING') warnings.push(message ?? 'a warning');
  });
  const drop = () => {
    lose(new Error('the connection was dropped'));
    // With a statement under way this closes the socket at once.
    client.end().catch(() => undefined);
  };
  try {
    await client.connect();
  } catch (error) {
    drop();
    throw error;
  }
  return {
    query: (sql, parameters) =>
      mutex.run(async () => {
        try {
          return await client.query(sql, [...parameters]);
        } catch (error) {
          // No answer: what comes later would be taken for that of another statement.
          if (asUnavailable(error) !== error) drop();
          throw error;
        }
      }),
    failure: () => failure,
    onLost: (listener) => void listeners.push(listener),
    takeWarnings() {
      const taken = warnings;
      warnings = [];
      return taken;
    },
    async end() {
      ended = true;
      await client.end().catch(() => undefined);
    },
    drop,
  };
}

/** How Kysely speaks to a connection. `guard` is asked before each query. */
export function asKyselyConnection(run: RunQuery, guard: StatementGuard): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery) {
      guard.assertOpen();
      try {
        assertStorable(query.parameters);
        const { command, rowCount, rows } = await run(query.sql, query.parameters);
        const writes = ['INSERT', 'UPDATE', 'DELETE'].includes(command);
        return writes
          ? { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) }
          : { rows: rows as Row[] };
      } catch (error) {
        const translated = asUnavailable(error);
        guard.failed(translated);
        throw translated;
      }
    },
    // A cursor would hold a snapshot, and a connection: page by key instead.
    streamQuery() {
      throw new Error('the store streams no rows: select them page by page');
    },
  };
}
