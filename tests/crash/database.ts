import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '@carnet/store';
import { startTestServer, type TestServer } from '../../packages/store/src/postgres/test-server.ts';
import { root, type StartedServer, startServer } from '../started-server.ts';

/** Where a server keeps its rows: a file in its data directory, or PostgreSQL. */
export interface Database {
  readonly name: string;
  /** Starts a server on the folder. */
  start(folder: string): Promise<StartedServer>;
  /** Starts one and kills it after so many milliseconds, before it is likely to be ready. */
  killWhileStarting(folder: string, milliseconds: number): Promise<void>;
  /** Opens what a server that is gone has left. */
  open(folder: string): Promise<Store>;
}

export const sqlite: Database = {
  name: 'SQLite',
  start: (folder) => startServer([], folder),
  killWhileStarting: (folder, milliseconds) => killWhileStarting({}, folder, milliseconds),
  open: (folder) => openStore({ dataDirectory: join(folder, '.carnet') }),
};

/** A server of its own, and its database as one of a Carnet's. */
export async function openPostgres(): Promise<Database & { readonly server: TestServer }> {
  const server = await startTestServer();
  const url = server.url('postgres');
  const masterKey = Buffer.alloc(32, 7);
  const settings = { CARNET_DATABASE: url, CARNET_MASTER_KEY: masterKey.toString('base64') };
  return {
    name: 'PostgreSQL',
    server,
    start: (folder) => startServer([], folder, settings),
    killWhileStarting: (folder, milliseconds) => killWhileStarting(settings, folder, milliseconds),
    open: (folder) =>
      openStore({ dataDirectory: join(folder, '.carnet'), database: url, masterKey }),
  };
}

async function killWhileStarting(
  settings: Readonly<Record<string, string>>,
  folder: string,
  milliseconds: number,
): Promise<void> {
  const data = { CARNET_DATA_DIR: join(folder, '.carnet'), CARNET_PORT: '0' };
  const child = spawn(join(root, 'node_modules/.bin/carnet'), ['serve'], {
    env: { ...process.env, ...data, ...settings },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await sleep(milliseconds);
  child.kill('SIGKILL');
  await ended;
}
