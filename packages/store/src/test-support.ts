import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import { openStore, type StoreOptions } from './open-store.ts';
import { createDatabase } from './postgres/test-server.ts';
import type { Database, Store } from './store.ts';

/** A directory that is gone after the test. */
export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'carnet-store-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** What must hold for a database file as well as in memory and on a PostgreSQL server. */
export const kinds = ['file', 'memory', 'postgres'] as const;

export async function openTestStore(
  t: TestContext,
  kind: (typeof kinds)[number],
  options: Omit<StoreOptions, 'dataDirectory'> = {},
): Promise<Store> {
  const dataDirectory = kind === 'file' ? await temporaryDirectory(t) : undefined;
  const store =
    kind === 'postgres'
      ? await openPostgresStore(options)
      : await openStore({ ...options, dataDirectory });
  t.after(() => store.close());
  return store;
}

/** A store on a database of its own; both it and the directory of its objects end with it. */
export async function openPostgresStore(
  options: Omit<StoreOptions, 'dataDirectory'> = {},
): Promise<Store> {
  template ??= makeTemplate();
  const database = await createDatabase(`template ${await template}`);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'carnet-store-'));
  const store = await openStore({
    masterKey: testMasterKey,
    ...options,
    database: database.url,
    dataDirectory,
  });
  return {
    ...store,
    async close() {
      await store.close();
      await database.drop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

const testMasterKey = new Uint8Array(32).fill(9);

let template: Promise<string> | undefined;

/** A database as a first start leaves it: making its tables takes longer than most tests. */
async function makeTemplate(): Promise<string> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'carnet-store-'));
  const { name, url } = await createDatabase();
  const options = { dataDirectory, database: url, masterKey: testMasterKey };
  await (await openStore(options)).close();
  await rm(dataDirectory, { recursive: true });
  return name;
}

/** An account's row: the shortest there is. */
export function account(accountId: string): {
  account_id: string;
  name: string;
  name_fold: string;
  created_at: number;
} {
  return { account_id: accountId, name: accountId, name_fold: accountId, created_at: 0 };
}

/** The ids of all accounts that a handle shows, in order. */
export async function accountIds(database: Database): Promise<string[]> {
  const rows = await database
    .selectFrom('account')
    .select('account_id')
    .orderBy('account_id')
    .execute();
  return rows.map((row) => row.account_id);
}

/** Adds an account and records the change. */
export function addAccount(store: Store, accountId: string): Promise<void> {
  return store.transaction(async ({ database, changed }) => {
    await database.insertInto('account').values(account(accountId)).execute();
    changed({ accountId, kind: 'account', id: accountId });
  });
}

/** A transaction that fails at its commit, for a store on SQLite. */
export async function commitBreaker(store: Store): Promise<() => Promise<unknown>> {
  await store.transaction(async ({ database }) => {
    await sql`create table parent (id text primary key)`.execute(database);
    await sql`create table child (id text references parent (id) deferrable initially deferred)`.execute(
      database,
    );
  });
  return () =>
    store.transaction(({ database }) => sql`insert into child values ('orphan')`.execute(database));
}

export interface Child {
  readonly process: ChildProcess;
  /** What it has written to standard output so far. */
  output(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
}

/** Runs JavaScript in a process of its own; `openStore` is imported, `argument` is at hand. */
export function startChild(argument: string, code: string): Child {
  const module = import.meta.resolve('./open-store.ts');
  const source = `import { openStore } from '${module}';\nconst argument = process.argv[1];\n${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source, argument], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, errors }));
  });
  return { process: child, output: () => output, ended };
}
