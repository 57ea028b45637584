import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { openStore } from './open-store.ts';
import { sealingPurposes } from './sealing.ts';
import { StoreRefusal, type StoreRefusalCode } from './store-refusal.ts';
import {
  account,
  addAccount,
  openTestStore,
  startChild,
  temporaryDirectory,
} from './test-support.ts';

function refusal(code: StoreRefusalCode, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreRefusal);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

describe('openStore', () => {
  it('keeps what was committed', async (t) => {
    const dataDirectory = join(await temporaryDirectory(t), 'a', 'b');
    const first = await openStore({ dataDirectory });
    await addAccount(first, '111111111111');
    await first.close();
    const second = await openStore({ dataDirectory });
    t.after(() => second.close());
    const rows = await second.database.selectFrom('account').selectAll().execute();
    assert.deepEqual(rows, [account('111111111111')]);
    assert.deepEqual(await second.feedPosition(), { epoch: 1, number: 1 });
  });

  it('writes through a WAL that is synced at each commit', async (t) => {
    const store = await openTestStore(t, 'file');
    await store.transaction(async ({ database }) => {
      const journal = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(database);
      assert.equal(journal.rows[0]?.journal_mode, 'wal');
      const synchronous = await sql<{ synchronous: number }>`pragma synchronous`.execute(database);
      assert.equal(synchronous.rows[0]?.synchronous, 2);
    });
  });

  it('lets nobody else into the directory', async (t) => {
    const dataDirectory = join(await temporaryDirectory(t), 'new');
    const store = await openStore({ dataDirectory });
    t.after(() => store.close());
    await addAccount(store, '111111111111');
    const modeOf = async (name: string) => (await stat(join(dataDirectory, name))).mode & 0o777;
    assert.equal(await modeOf('.'), 0o700);
    for (const name of ['carnet.db', 'carnet.db-wal', 'carnet.db-shm', 'master.key']) {
      assert.equal(await modeOf(name), 0o600, name);
    }
  });

  it('closes an empty directory, and refuses an open one that holds something', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    await chmod(dataDirectory, 0o755);
    await (await openStore({ dataDirectory })).close();
    assert.equal((await stat(dataDirectory)).mode & 0o777, 0o700);
    await chmod(dataDirectory, 0o750);
    await assert.rejects(openStore({ dataDirectory }), refusal('dataDirectory', /chmod 700/));
    await chmod(dataDirectory, 0o700);
    await (await openStore({ dataDirectory })).close();
  });

  it('holds the directory against this process and others until it is closed', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const store = await openStore({ dataDirectory });
    await assert.rejects(openStore({ dataDirectory }), refusal('locked', /another Carnet/));
    const open = 'await (await openStore({ dataDirectory: argument })).close();';
    const refused = await startChild(dataDirectory, open).ended;
    assert.notEqual(refused.code, 0);
    assert.match(refused.errors, /StoreRefusal: another Carnet is running/);
    await addAccount(store, '111111111111');
    await store.close();
    assert.equal((await startChild(dataDirectory, open).ended).code, 0);
  });

  it('leaves one file of data behind when it is closed, and refuses work from then on', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const store = await openStore({ dataDirectory });
    const slow = store.transaction(async ({ database }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await database.insertInto('account').values(account('111111111111')).execute();
    });
    const queued = addAccount(store, '222222222222');
    await Promise.all([store.close(), store.close()]);
    await Promise.all([slow, queued]);
    await assert.rejects(addAccount(store, '333333333333'), /the store is closed/);
    assert.deepEqual((await readdir(dataDirectory)).sort(), [
      'carnet.db',
      'lock',
      'master.key',
      'objects',
    ]);
    const again = await openStore({ dataDirectory });
    t.after(() => again.close());
    const rows = await again.database.selectFrom('account').select('account_id').execute();
    assert.deepEqual(rows, [{ account_id: '111111111111' }, { account_id: '222222222222' }]);
  });
});

describe('openStore refuses a database', () => {
  async function prepare(t: it.TestContext, statement: string): Promise<string> {
    const dataDirectory = await temporaryDirectory(t);
    await (await openStore({ dataDirectory })).close();
    const sqlite = new Sqlite(join(dataDirectory, 'carnet.db'));
    sqlite.exec(statement);
    sqlite.close();
    return dataDirectory;
  }

  it('of a newer Carnet', async (t) => {
    const dataDirectory = await prepare(
      t,
      "insert into kysely_migration values ('9999-future', '2099-01-01T00:00:00.000Z')",
    );
    await assert.rejects(openStore({ dataDirectory }), refusal('schema', /newer.*`9999-future`/));
    // It let go of the directory, so the answer is the same and not `locked`.
    await assert.rejects(openStore({ dataDirectory }), refusal('schema', /newer/));
  });

  it('of something else', async (t) => {
    const dataDirectory = await prepare(t, 'drop table kysely_migration');
    await assert.rejects(openStore({ dataDirectory }), refusal('schema', /not of Carnet/));
  });

  it('that is none', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    await writeFile(join(dataDirectory, 'carnet.db'), 'x'.repeat(4096));
    await assert.rejects(openStore({ dataDirectory }), refusal('schema', /damaged or no database/));
  });
});

describe('the master key', () => {
  const secret = Buffer.from('wJalrXUtnFEMI');

  it('is generated once, and again opens what it sealed', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const first = await openStore({ dataDirectory });
    const sealed = first.sealing.seal('secret', 'AKIA', secret);
    await first.close();
    const text = await readFile(join(dataDirectory, 'master.key'), 'utf8');
    assert.equal(Buffer.from(text, 'base64').length, 32);
    const second = await openStore({ dataDirectory });
    t.after(() => second.close());
    assert.equal(await readFile(join(dataDirectory, 'master.key'), 'utf8'), text);
    assert.deepEqual(second.sealing.open('secret', 'AKIA', sealed), secret);
  });

  it('may be given, and is then not written down', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const masterKey = new Uint8Array(32).fill(7);
    const first = await openStore({ dataDirectory, masterKey });
    const sealed = first.sealing.seal('secret', 'AKIA', secret);
    masterKey.fill(0);
    await first.rotateDataKey('secret');
    await first.close();
    assert.ok(!(await readdir(dataDirectory)).includes('master.key'));
    const second = await openStore({ dataDirectory, masterKey: masterKey.fill(7) });
    assert.deepEqual(second.sealing.open('secret', 'AKIA', sealed), secret);
    await second.close();
    const wrong = new Uint8Array(32).fill(8);
    await assert.rejects(
      openStore({ dataDirectory, masterKey: wrong }),
      refusal('masterKey', /does not open/),
    );
    await assert.rejects(openStore({ dataDirectory }), refusal('masterKey', /is missing/));
    assert.ok(!(await readdir(dataDirectory)).includes('master.key'));
  });

  it('is refused when it is short, damaged, readable by others or of another database', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const path = join(dataDirectory, 'master.key');
    await (await openStore({ dataDirectory })).close();
    const text = await readFile(path, 'utf8');
    await assert.rejects(
      openStore({ dataDirectory, masterKey: new Uint8Array(31) }),
      refusal('masterKey', /32 bytes/),
    );
    await chmod(path, 0o640);
    await assert.rejects(openStore({ dataDirectory }), refusal('masterKey', /chmod 600/));
    await chmod(path, 0o600);
    await writeFile(path, text.slice(0, 20));
    await assert.rejects(openStore({ dataDirectory }), (error: Error) => {
      refusal('masterKey', /damaged/)(error);
      return !error.message.includes(text.slice(0, 20));
    });
    await writeFile(path, Buffer.alloc(32, 1).toString('base64'));
    await assert.rejects(openStore({ dataDirectory }), refusal('masterKey', /does not open/));
    await writeFile(path, text);
    await (await openStore({ dataDirectory })).close();
  });

  it('is taken up again after a crash between its making and its first use', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const text = `${Buffer.alloc(32, 5).toString('base64')}\n`;
    await writeFile(join(dataDirectory, 'master.key'), text, { mode: 0o600 });
    await writeFile(join(dataDirectory, 'master.key.new'), 'half', { mode: 0o600 });
    await (await openStore({ dataDirectory })).close();
    assert.equal(await readFile(join(dataDirectory, 'master.key'), 'utf8'), text);
    await rm(dataDirectory, { recursive: true });
    await mkdir(dataDirectory, { mode: 0o700 });
    await writeFile(join(dataDirectory, 'master.key.new'), 'half', { mode: 0o600 });
    await (await openStore({ dataDirectory })).close();
    assert.notEqual(await readFile(join(dataDirectory, 'master.key'), 'utf8'), text);
  });
});

describe('empty', () => {
  it('deletes everything but the data keys, and begins a new epoch', async (t) => {
    const store = await openTestStore(t, 'memory');
    await addAccount(store, '111111111111');
    const { file } = await store.objectFiles.write(
      (async function* () {
        yield Buffer.from('x');
      })(),
    );
    const sealed = store.sealing.seal('session', '', Buffer.from('token'));
    const told: unknown[] = [];
    store.subscribe((changes) => told.push(changes));
    const unsubscribe = store.onNewEpoch((position) => told.push(position));
    await store.empty();
    assert.deepEqual(told, [{ epoch: 2, number: 2 }]);
    for (const { name } of await store.database.introspection.getTables()) {
      const rows = await sql`select * from ${sql.table(name)}`.execute(store.database);
      const expected = { data_key: sealingPurposes.length, feed_counter: 1 }[name] ?? 0;
      assert.equal(rows.rows.length, expected, name);
    }
    await assert.rejects(store.objectFiles.read(file).toArray());
    assert.ok(store.sealing.open('session', '', sealed));
    unsubscribe();
    await addAccount(store, '111111111111');
    await store.empty();
    assert.deepEqual(await store.feedPosition(), { epoch: 3, number: 4 });
    assert.equal(told.length, 2);
  });

  it('is refused by a store that lasts', async (t) => {
    const store = await openTestStore(t, 'file');
    await addAccount(store, '111111111111');
    await assert.rejects(store.empty(), /only an ephemeral store/);
    assert.equal((await store.feedPosition()).epoch, 1);
    assert.equal((await store.database.selectFrom('account').selectAll().execute()).length, 1);
  });
});
