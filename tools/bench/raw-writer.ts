import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StartedServer } from '../../tests/started-server.ts';
import { forkPart } from './part.ts';

/** So many commits of the rows of one operation. */
export interface RawRound {
  readonly operation: 'CreateUser' | 'PutUserPolicy';
  readonly count: number;
}

export interface RawRoundResult {
  readonly elapsedMilliseconds: number;
}

/**
 * A database that the server keeps its rows in, and a process that writes the same rows to the same
 * without a server. Another database is another value of this.
 */
export interface WriteDatabase {
  readonly name: string;
  readonly serverFlags: readonly string[];
  /** Once the server has answered each operation: its rows are what the limit writes. */
  startRawWriter(server: StartedServer): Promise<ChildProcess>;
}

export const sqliteDatabase: WriteDatabase = {
  name: 'better-sqlite3 WAL/FULL',
  serverFlags: [],
  async startRawWriter({ environment }) {
    const directory = environment.CARNET_DATA_DIR ?? '';
    const writer = forkPart('raw-sqlite-writer.ts', [
      join(directory, 'carnet.db'),
      join(directory, 'raw.db'),
    ]);
    await once(writer, 'message');
    return writer;
  },
};
