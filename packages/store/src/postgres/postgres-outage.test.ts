import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { StoreUnavailable } from '../store-unavailable.ts';
import { addAccount, startChild, temporaryDirectory } from '../test-support.ts';
import { canaryPassword, startTestServer, testDatabase } from './test-server.ts';

const masterKey = new Uint8Array(32).fill(1);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAvailable(store: Store): boolean {
  try {
    store.assertAvailable();
    return true;
  } catch (error) {
    assert.ok(error instanceof StoreUnavailable);
    return false;
  }
}

describe('a server that goes away', () => {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    it(`(${signal}) is missed at once, and found again when it is back`, async (t) => {
      const server = await startTestServer();
      t.after(() => server.remove());
      const notices: string[] = [];
      const store = await openStore({
        dataDirectory: await temporaryDirectory(t),
        database: server.url('postgres'),
        masterKey,
        onNotice: (notice) => notices.push(notice),
      });
      t.after(() => store.close());
      await addAccount(store, '1');
      await server.halt(signal);
      await until(() => !isAvailable(store));
      await assert.rejects(addAccount(store, '2'), StoreUnavailable);
      await assert.rejects(store.feedPosition(), StoreUnavailable);
      await server.resume();
      await until(() => isAvailable(store));
      await addAccount(store, '3');
      const rows = await store.database.selectFrom('account').select('account_id').execute();
      assert.deepEqual(rows, [{ account_id: '1' }, { account_id: '3' }]);
      assert.ok(!notices.join().includes(canaryPassword));
      assert.match(notices.at(-1) ?? '', /is back/);
    });
  }

  it('must not be one that loses what it has confirmed', async (t) => {
    for (const flag of ['fsync=off', 'full_page_writes=off']) {
      const server = await startTestServer([flag]);
      t.after(() => server.remove());
      const dataDirectory = await temporaryDirectory(t);
      await assert.rejects(
        openStore({ dataDirectory, database: server.url('postgres'), masterKey }),
        (error) => error instanceof StoreRefusal && /loses confirmed changes/.test(error.message),
      );
    }
  });
});

describe('the lease of a holder', () => {
  it('lapses while its connection is silent, and counts again without a loss', async (t) => {
    const database = await testDatabase(t);
    const notices: string[] = [];
    const store = await openStore({
      dataDirectory: await temporaryDirectory(t),
      database,
      masterKey,
      onNotice: (notice) => notices.push(notice),
    });
    t.after(() => store.close());
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_locks join pg_database on oid = database
      where locktype = 'advisory' and datname = current_database()`.execute(store.database);
    const pid = rows[0]?.pid ?? assert.fail('nobody holds the lock');
    process.kill(pid, 'SIGSTOP');
    try {
      await until(() => !isAvailable(store));
      await assert.rejects(addAccount(store, '1'), StoreUnavailable);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await until(() => isAvailable(store));
    await addAccount(store, '2');
    assert.deepEqual(notices, []);
  });

  it('is waited for by whoever takes over from one that did not say goodbye', async (t) => {
    const database = await testDatabase(t);
    const child = startChild(
      JSON.stringify({ database, dataDirectory: await temporaryDirectory(t) }),
      `await openStore({ ...JSON.parse(argument), masterKey: new Uint8Array(32).fill(1) });
       console.log(Date.now());
       setInterval(() => undefined, 1000);`,
    );
    while (child.output() === '') await new Promise((resolve) => setTimeout(resolve, 20));
    const lastSeen = Date.now();
    child.process.kill('SIGKILL');
    await child.ended;
    const open = async () =>
      openStore({ dataDirectory: await temporaryDirectory(t), database, masterKey });
    await (await open()).close();
    assert.ok(Date.now() - lastSeen >= 3000, 'it did not wait');
  });
});
