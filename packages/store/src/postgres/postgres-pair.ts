import { DatabaseError, Pool } from 'pg';
import {
  connectionConfig,
  openPostgresConnection,
  type PostgresConnection,
  type RunQuery,
  timeouts,
} from './postgres-connection.ts';
import { asCommitFailure, asUnavailable, unknownOutcome } from './postgres-error.ts';

/** Reads at one time; a server allows a hundred connections unless told otherwise. */
const readers = 8;

/**
 * The connections to one database, so that a read outside of a transaction neither sees what is
 * uncommitted nor waits: `write` is for one transaction at a time, `read` always shows the last
 * commit. A connection that is lost is opened anew when it is next asked for.
 */
export interface PostgresPair {
  readonly read: RunQuery;
  readonly write: RunQuery;
  /** Begins a transaction, and reads the counters that tell whether anybody else has written. */
  begin(): Promise<readonly Counter[]>;
  beginMigration(): Promise<void>;
  /** Throws `StoreUnavailable` with an unknown outcome when nobody knows whether it happened. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
  close(): Promise<void>;
}

/** A row of `feed_counter`. */
export interface Counter {
  readonly name: string;
  readonly epoch: number;
  readonly number: number;
}

/** Everybody who writes holds these rows, so that a new holder waits for what is under way. */
const begin =
  'begin isolation level serializable; ' +
  'select name, epoch, number from feed_counter order by name for update';

const writerSettings = { idle_in_transaction_session_timeout: String(timeouts.lock) };

export function createPostgresPair(url: string): PostgresPair {
  const pool = new Pool({
    ...connectionConfig(url, { default_transaction_read_only: 'on' }),
    max: readers,
    idleTimeoutMillis: 60_000,
  });
  // A reader that is lost while idle is replaced by the next read.
  pool.on('error', () => undefined);
  let writer: PostgresConnection | undefined;
  let inTransaction = false;

  async function connect(): Promise<PostgresConnection> {
    if (writer !== undefined && writer.failure() === undefined) return writer;
    writer = undefined;
    const opened = await openPostgresConnection(url, writerSettings);
    writer = opened;
    await makeDurable(opened);
    return opened;
  }

  async function start(statement: string) {
    try {
      const connection = await connect();
      const result = await connection.query(statement, []);
      inTransaction = true;
      connection.takeWarnings();
      return result;
    } catch (error) {
      await rollback();
      throw asUnavailable(error);
    }
  }

  async function rollback(): Promise<void> {
    inTransaction = false;
    if (writer === undefined || writer.failure() !== undefined) return;
    await writer.query('rollback', []).catch(() => writer?.drop());
  }

  return {
    read: async (sql, parameters) => {
      try {
        return await pool.query(sql, [...parameters]);
      } catch (error) {
        if (isReadOnly(error))
          throw new Error('writes need a transaction: use `Store.transaction`');
        throw error;
      }
    },
    async write(sql, parameters) {
      // A statement never moves to another connection in the middle of a transaction.
      const connection = inTransaction ? writer : await connect();
      if (connection === undefined) throw new Error('the connection is closed');
      return connection.query(sql, parameters);
    },
    async begin() {
      // Two statements at once give a list of two results.
      const results = (await start(begin)) as unknown as readonly { rows: Counter[] }[];
      return results[1]?.rows ?? [];
    },
    async beginMigration() {
      await start('begin');
    },
    async commit() {
      inTransaction = false;
      await commit(writer);
    },
    rollback,
    async close() {
      await pool.end();
      await writer?.end();
      writer = undefined;
    },
  };
}

async function commit(connection: PostgresConnection | undefined): Promise<void> {
  if (connection === undefined) throw new Error('there is no transaction');
  connection.takeWarnings();
  let command: string;
  try {
    ({ command } = await connection.query('commit', []));
  } catch (error) {
    throw asCommitFailure(error);
  }
  // A transaction in which a statement failed is rolled back by its commit, without an error.
  if (command !== 'COMMIT')
    throw new Error('the transaction was rolled back by a failed statement');
  // The server gave up waiting for a standby: committed here, and lost with this machine.
  const [warning] = connection.takeWarnings();
  if (warning !== undefined) throw unknownOutcome(warning);
}

/** Whatever the server's default is: an answer must not leave before its change is on disk. */
async function makeDurable(connection: PostgresConnection): Promise<void> {
  await connection.query(
    "select set_config('synchronous_commit', 'on', false) " +
      "where current_setting('synchronous_commit') = 'off'",
    [],
  );
}

function isReadOnly(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '25006';
}
