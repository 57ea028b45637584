import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { Client } from 'pg';
import { openStore, type StoreOptions } from '../open-store.ts';
import type { Database, Store } from '../store.ts';
import { StoreRefusal, type StoreRefusalCode } from '../store-refusal.ts';
import { StoreUnavailable } from '../store-unavailable.ts';
import { account, addAccount, startChild, temporaryDirectory } from '../test-support.ts';
import { canaryPassword, run, testDatabase } from './test-server.ts';

const masterKey = new Uint8Array(32).fill(1);

function refusal(code: StoreRefusalCode, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreRefusal, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.ok(!error.message.includes(canaryPassword));
    return true;
  };
}

async function options(t: TestContext, database?: string): Promise<StoreOptions> {
  return {
    dataDirectory: await temporaryDirectory(t),
    database: database ?? (await testDatabase(t)),
    masterKey,
  };
}

async function open(t: TestContext, given: StoreOptions): Promise<Store> {
  const store = await openStore(given);
  t.after(() => store.close());
  return store;
}

/** A session of somebody else. */
async function outside(t: TestContext, { database }: StoreOptions): Promise<Client> {
  const client = new Client({ connectionString: database });
  client.on('error', () => undefined);
  await client.connect();
  t.after(() => client.end().catch(() => undefined));
  return client;
}

async function accountIds(database: Database): Promise<string[]> {
  const rows = await database
    .selectFrom('account')
    .select('account_id')
    .orderBy('account_id')
    .execute();
  return rows.map((row) => row.account_id);
}

async function untilAvailable(store: Store): Promise<void> {
  for (;;) {
    try {
      return store.assertAvailable();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const killHolder =
  'select pg_terminate_backend(pid, 5000) from pg_locks join pg_database on oid = database ' +
  "where locktype = 'advisory' and granted and datname = current_database()";

const nothingChanged = (error: unknown) =>
  error instanceof StoreUnavailable && error.outcome === 'nothingChanged';

describe('a store on PostgreSQL', () => {
  it('keeps what was committed, in a database that one process holds', async (t) => {
    const given = await options(t);
    const first = await openStore(given);
    await addAccount(first, '1');
    const other = { ...given, dataDirectory: await temporaryDirectory(t) };
    await assert.rejects(
      openStore(other),
      refusal('locked', /another Carnet.*database `postgres:/),
    );
    const child = startChild(
      JSON.stringify(other),
      'const { masterKey, ...given } = JSON.parse(argument);' +
        'await openStore({ ...given, masterKey: new Uint8Array(32).fill(1) });',
    );
    assert.match((await child.ended).errors, /StoreRefusal: another Carnet is running/);
    await first.close();
    const second = await open(t, given);
    assert.deepEqual(await accountIds(second.database), ['1']);
    assert.deepEqual(await second.feedPosition(), { epoch: 1, number: 1 });
  });

  it('commits to disk and serializably, whatever the defaults of the database are', async (t) => {
    const given = await options(t);
    const name = new URL(given.database ?? '').pathname.slice(1);
    await run(given.database ?? '', [
      `alter database ${name} set synchronous_commit = off`,
      `alter database ${name} set default_transaction_isolation = 'read committed'`,
    ]);
    const store = await open(t, given);
    await store.transaction(async ({ database }) => {
      const shown = await sql<{ durable: string; isolation: string }>`
        select current_setting('synchronous_commit') as durable,
        current_setting('transaction_isolation') as isolation`.execute(database);
      assert.deepEqual(shown.rows, [{ durable: 'on', isolation: 'serializable' }]);
    });
  });

  it('gives numbers, and leaves the driver of other code as it was', async (t) => {
    const given = await options(t);
    const store = await open(t, given);
    const { rows } = await sql`select count(*) as n, 5::bigint as b from account`.execute(
      store.database,
    );
    assert.deepEqual(rows, [{ n: 0, b: 5 }]);
    const client = await outside(t, given);
    assert.deepEqual((await client.query('select 5::bigint as b')).rows, [{ b: '5' }]);
  });

  it('runs `work` again when somebody else was in its way', async (t) => {
    const given = await options(t);
    const store = await open(t, given);
    await addAccount(store, '1');
    const client = await outside(t, given);
    let attempts = 0;
    await store.transaction(async ({ database, changed }) => {
      attempts += 1;
      if (attempts === 1) await client.query("update account set name = 'theirs'");
      await database.updateTable('account').set({ name_fold: 'ours' }).execute();
      changed({ accountId: '1', kind: 'account', id: '1' });
    });
    assert.equal(attempts, 2);
    const row = await store.database.selectFrom('account').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([row.name, row.name_fold], ['theirs', 'ours']);
    assert.equal((await store.feedPosition()).number, 2);
  });

  it('drops what it knows when somebody else has written to the feed', async (t) => {
    const given = await options(t);
    const notices: string[] = [];
    const store = await open(t, { ...given, onNotice: (notice) => notices.push(notice) });
    await addAccount(store, '1');
    const told: unknown[] = [];
    store.onNewEpoch((position) => told.push(position));
    await addAccount(store, '2');
    assert.deepEqual(told, []);
    const client = await outside(t, given);
    await client.query("update feed_counter set number = 7 where name = 'feed'");
    let toldAtWork = 0;
    await store.transaction(async () => {
      toldAtWork = told.length;
    });
    assert.equal(toldAtWork, 1);
    assert.deepEqual(told, [{ epoch: 1, number: 7 }]);
    await addAccount(store, '3');
    assert.deepEqual(await store.feedPosition(), { epoch: 1, number: 8 });
    assert.equal(told.length, 1);
    assert.match(notices.join(), /somebody else has written/);
  });
  it('is not the holder any more once another node has left its mark', async (t) => {
    const given = await options(t);
    const store = await open(t, given);
    await addAccount(store, '1');
    let forgotten = 0;
    store.onNewEpoch(() => {
      forgotten += 1;
    });
    const client = await outside(t, given);
    await client.query("update feed_counter set number = number + 1 where name = 'holder'");
    let worked = false;
    const refused = store.transaction(async () => {
      worked = true;
    });
    await assert.rejects(refused, nothingChanged);
    assert.ok(!worked);
    await untilAvailable(store);
    assert.equal(forgotten, 1);
    await addAccount(store, '2');
  });
});

describe('a lost connection', () => {
  it('of the lock: nothing is decided until it is held again and all is forgotten', async (t) => {
    const given = await options(t);
    const refused: Promise<void>[] = [];
    const onNotice = (notice: string) => {
      if (!/is lost, and everything is refused/.test(notice)) return;
      assert.throws(() => store.assertAvailable(), nothingChanged);
      refused.push(assert.rejects(addAccount(store, 'no'), nothingChanged));
    };
    const store = await open(t, { ...given, onNotice });
    let forgotten = 0;
    store.onNewEpoch(() => {
      assert.throws(() => store.assertAvailable(), nothingChanged);
      forgotten += 1;
    });
    const client = await outside(t, given);
    for (let round = 1; round <= 3; round += 1) {
      await client.query(killHolder);
      while (refused.length < round) await new Promise((resolve) => setTimeout(resolve, 5));
      await refused.at(-1);
      await untilAvailable(store);
      assert.equal(forgotten, round);
      await addAccount(store, String(round));
    }
    assert.deepEqual(await accountIds(store.database), ['1', '2', '3']);
  });

  it('of the lock, taken by somebody else: it refuses, and says so, until they let go', async (t) => {
    const given = await options(t);
    const notices: string[] = [];
    const store = await open(t, { ...given, onNotice: (notice) => notices.push(notice) });
    const [waiting, client] = [await outside(t, given), await outside(t, given)];
    const held = await client.query(
      "select (classid::bigint << 32) + objid::bigint as lock from pg_locks where locktype = 'advisory'" +
        ' and database = (select oid from pg_database where datname = current_database())',
    );
    const taken = waiting.query(`select pg_advisory_lock(${held.rows[0].lock})`);
    await client.query(killHolder);
    await taken;
    while (!notices.some((notice) => /was taken by another Carnet/.test(notice))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.throws(() => store.assertAvailable(), nothingChanged);
    await waiting.end();
    await untilAvailable(store);
    await addAccount(store, '1');
  });

  it('in the middle of a transaction: nothing of it stays, and the next one works', async (t) => {
    const given = await options(t);
    const store = await open(t, given);
    const client = await outside(t, given);
    const broken = store.transaction(async ({ database, changed }) => {
      await database.insertInto('account').values(account('1')).execute();
      changed({ accountId: '1', kind: 'account', id: '1' });
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database);
      await client.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
      await database.insertInto('account').values(account('2')).execute();
    });
    await assert.rejects(broken, nothingChanged);
    await addAccount(store, '3');
    assert.deepEqual(await accountIds(store.database), ['3']);
    assert.equal((await store.feedPosition()).number, 1);
  });

  it('between requests is not noticed', async (t) => {
    const given = await options(t);
    const store = await open(t, given);
    await addAccount(store, '1');
    await accountIds(store.database);
    const client = await outside(t, given);
    await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() ' +
        "and datname = current_database() and pid not in (select pid from pg_locks where locktype = 'advisory')",
    );
    // The driver learns of it with the next turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await accountIds(store.database), ['1']);
    await addAccount(store, '2');
    assert.deepEqual(await accountIds(store.database), ['1', '2']);
  });
});

describe('openStore on PostgreSQL refuses', () => {
  it('what it cannot reach or read, without repeating the password', async (t) => {
    const given = await options(t);
    const of = (change: (url: URL) => void) => {
      const url = new URL(given.database ?? '');
      change(url);
      return { ...given, database: url.href };
    };
    const wrong: readonly [StoreOptions, RegExp][] = [
      [of((url) => (url.port = '1')), /cannot be reached: .*ECONNREFUSED/],
      [of((url) => (url.password = `${canaryPassword}x`)), /cannot be reached: .*password/],
      [of((url) => (url.pathname = '/none')), /cannot be reached: .*does not exist/],
      [of((url) => (url.pathname = '/')), /names no database/],
      [of((url) => (url.search = 'sslmode=verify-full')), /cannot be reached: .*SSL/],
      [of((url) => (url.search = 'options=-csynchronous_commit=off')), /parameter `options`/],
      [{ ...given, database: `mysql://a:${canaryPassword}@b/c` }, /is no URL/],
    ];
    for (const [refused, message] of wrong) {
      await assert.rejects(openStore(refused), refusal('database', message));
    }
    await (await openStore(given)).close();
  });

  it('a database without UTF-8, of something else, of a newer Carnet, or not its own', async (t) => {
    const latin = await testDatabase(
      t,
      "encoding 'LATIN1' locale_provider libc locale 'C' template template0",
    );
    await assert.rejects(openStore(await options(t, latin)), refusal('database', /LATIN1/));
    const foreign = await options(t);
    await run(foreign.database ?? '', ['create table theirs (a int)']);
    await assert.rejects(openStore(foreign), refusal('schema', /not of Carnet/));
    const given = await options(t);
    await (await openStore(given)).close();
    await run(given.database ?? '', [
      "insert into kysely_migration values ('9999-future', '2099-01-01T00:00:00.000Z')",
    ]);
    await assert.rejects(openStore(given), refusal('schema', /newer.*`9999-future`/));
    const readOnly = await options(t);
    const name = new URL(readOnly.database ?? '').pathname.slice(1);
    await run(readOnly.database ?? '', [
      `create role ${name} login password '${canaryPassword}'`,
      'revoke create on schema public from public',
    ]);
    const url = new URL(readOnly.database ?? '');
    url.username = name;
    const refused = openStore({ ...readOnly, database: url.href });
    await assert.rejects(refused, refusal('database', /permission denied/));
    await run(readOnly.database ?? '', [`drop role ${name}`]);
  });

  it('a master key that is missing or another one', async (t) => {
    const given = await options(t);
    await assert.rejects(
      openStore({ ...given, masterKey: undefined }),
      refusal('masterKey', /CARNET_MASTER_KEY/),
    );
    await (await openStore(given)).close();
    const other = { ...given, masterKey: new Uint8Array(32).fill(2) };
    await assert.rejects(openStore(other), refusal('masterKey', /does not open/));
  });

  it('a data directory whose objects are those of another database', async (t) => {
    const given = await options(t);
    const store = await openStore(given);
    await (await openStore({ dataDirectory: await temporaryDirectory(t) })).close();
    await store.close();
    const { dataDirectory } = given;
    await assert.rejects(
      openStore({ dataDirectory }),
      refusal('dataDirectory', /of a PostgreSQL database/),
    );
    const second = await options(t);
    await assert.rejects(
      openStore({ ...second, dataDirectory }),
      refusal('dataDirectory', /of another database/),
    );
    const embedded = await temporaryDirectory(t);
    await (await openStore({ dataDirectory: embedded })).close();
    await assert.rejects(
      openStore({ ...given, dataDirectory: embedded }),
      refusal('dataDirectory', /holds an embedded database/),
    );
    // Without objects a database may move to another machine.
    await (await openStore({ ...given, dataDirectory: await temporaryDirectory(t) })).close();
    await run(given.database ?? '', [
      "insert into s3_object values ('1', 'b', 'k', 'f', 0, '', 0, '{}', '{}', '{}', '{}')",
    ]);
    await assert.rejects(
      openStore({ ...given, dataDirectory: await temporaryDirectory(t) }),
      refusal('dataDirectory', /bytes are not in the data directory/),
    );
    await (await openStore(given)).close();
  });
});
