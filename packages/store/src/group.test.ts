import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { isUniqueViolation } from './database-error.ts';
import { readFeedPosition } from './feed.ts';
import { openSqliteEngine } from './sqlite/sqlite-engine.ts';
import type { Store, Transaction } from './store.ts';
import { StoreUnavailable } from './store-unavailable.ts';
import {
  account,
  accountIds,
  addAccount,
  openTestStore,
  startChild,
  temporaryDirectory,
} from './test-support.ts';
import { createTransactor } from './transactor.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function feedIds(store: Store): Promise<string[]> {
  const entries = await store.readFeed(0, 1000);
  assert.deepEqual(
    entries.map(({ number }) => number),
    entries.map((_, index) => index + 1),
  );
  return entries.map(({ changes }) => changes.map(({ id }) => id).join());
}

/** The clock stands still: no machine is so slow that a group ends early. */
function openGroupStore(t: TestContext): Promise<Store> {
  return openTestStore(t, 'file', { clock: () => 0 });
}

describe('transactions that wait together', () => {
  it('share a commit: each sees those before it, and nobody else does', async (t) => {
    const store = await openGroupStore(t);
    const first = addAccount(store, '1');
    const second = store.transaction(async ({ database }) => {
      assert.deepEqual(await accountIds(database), ['1']);
      await turn();
      assert.deepEqual(await accountIds(store.database), []);
      await database.insertInto('account').values(account('2')).execute();
    });
    await Promise.all([first, second]);
    assert.deepEqual(await accountIds(store.database), ['1', '2']);
  });

  it('are not answered before the commit, neither who succeeded nor who failed', async (t) => {
    const store = await openGroupStore(t);
    const answered: string[] = [];
    const told: string[] = [];
    store.subscribe((changes) => told.push(...changes.map(({ id }) => id)));
    const note = (name: string) => () => void answered.push(`${name} after ${told.join()}`);
    const good = addAccount(store, '1').then(note('good'));
    const bad = addAccount(store, '1').catch(note('bad'));
    const last = store.transaction(async ({ database, changed }) => {
      for (let count = 0; count < 5; count += 1) await turn();
      assert.deepEqual(answered, []);
      assert.deepEqual(told, []);
      await database.insertInto('account').values(account('2')).execute();
      changed({ accountId: '2', kind: 'account', id: '2' });
    });
    await Promise.all([good, bad, last]);
    assert.deepEqual(answered, ['good after 1,2', 'bad after 1,2']);
  });

  it('fail alone, and leave no gap in the feed', async (t) => {
    const store = await openGroupStore(t);
    const told: string[] = [];
    store.subscribe((changes) => told.push(changes.map(({ id }) => id).join()));
    const outcomes = await Promise.allSettled([
      addAccount(store, '1'),
      store.transaction(async ({ database, changed }) => {
        await database.deleteFrom('account').execute();
        await database.insertInto('account').values(account('no')).execute();
        changed({ accountId: 'no', kind: 'account', id: 'no' });
        throw new Error('no');
      }),
      addAccount(store, '2'),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await accountIds(store.database), ['1', '2']);
    assert.deepEqual(await feedIds(store), ['1', '2']);
    assert.deepEqual(told, ['1', '2']);
  });

  it('begin again after the commit when they ask for what one before changed', async (t) => {
    const store = await openGroupStore(t);
    const told: string[] = [];
    store.subscribe((changes) => told.push(...changes.map(({ id }) => id)));
    const seen: string[][] = [];
    const asks = (id: string, swallows: boolean) =>
      store.transaction(async ({ database, changed }) => {
        seen.push([id, ...told]);
        changed({ accountId: id, kind: 'account', id: `${id}-asked` });
        await database
          .insertInto('account')
          .values(account(`${id}-asked`))
          .execute();
        try {
          store.requireCommitted('account', id);
        } catch (error) {
          if (!swallows) throw error;
        }
      });
    await Promise.all([
      addAccount(store, '1'),
      asks('none', false),
      asks('1', false),
      addAccount(store, '2'),
      asks('2', true),
    ]);
    assert.deepEqual(seen, [
      ['none'],
      ['1'],
      ['1', '1', 'none-asked'],
      ['2', '1', 'none-asked', '1-asked'],
      ['2', '1', 'none-asked', '1-asked', '2'],
    ]);
    assert.deepEqual(await feedIds(store), ['1', 'none-asked', '1-asked', '2', '2-asked']);
    store.requireCommitted('account', '2');
  });

  it('run apart when a full disk made SQLite undo the work of all', async (t) => {
    const store = await openGroupStore(t);
    await store.transaction(({ database }) => sql`pragma max_page_count = 1`.execute(database));
    const runs: string[] = [];
    const add = (id: string) =>
      store.transaction(async ({ database, changed }) => {
        runs.push(id);
        await database.insertInto('account').values(account(id)).execute();
        changed({ accountId: id, kind: 'account', id });
      });
    const fill = ({ database, changed }: Transaction) => {
      runs.push('fill');
      changed({ accountId: 'fill', kind: 'account', id: 'fill' });
      const row = { ...account('fill'), name: 'x'.repeat(1_000_000) };
      return database.insertInto('account').values(row).execute();
    };
    const outcomes = await Promise.allSettled([
      add('1'),
      addAccount(store, '1'),
      store.transaction(fill),
      store.transaction(async (transaction) => {
        await assert.rejects(fill(transaction), /full/);
        await assert.rejects(accountIds(transaction.database), /full/);
      }),
      add('2'),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(runs, ['1', 'fill', '1', 'fill', 'fill', 'fill', '2']);
    assert.deepEqual(await accountIds(store.database), ['1', '2']);
    assert.deepEqual(await feedIds(store), ['1', '2']);
  });

  it('lose only the work whose statement failed, even when it caught that', async (t) => {
    const store = await openGroupStore(t);
    const outcomes = await Promise.allSettled([
      addAccount(store, '1'),
      store.transaction(async ({ database, changed }) => {
        changed({ accountId: 'no', kind: 'account', id: 'no' });
        await database.insertInto('account').values(account('no')).execute();
        const again = database.insertInto('account').values(account('1')).execute();
        await assert.rejects(again, isUniqueViolation);
      }),
      addAccount(store, '2'),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await accountIds(store.database), ['1', '2']);
    assert.deepEqual(await feedIds(store), ['1', '2']);
  });

  it('are no more than 64', async (t) => {
    const store = await openGroupStore(t);
    const seen = new Map<number, number>();
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    await Promise.all(
      ids.map((id) =>
        store.transaction(async ({ database }) => {
          const { length } = await accountIds(store.database);
          seen.set(length, (seen.get(length) ?? 0) + 1);
          await database.insertInto('account').values(account(id)).execute();
        }),
      ),
    );
    assert.deepEqual(
      [...seen],
      [
        [0, 64],
        [64, 36],
      ],
    );
  });

  it('commit when one was slow, and those behind it commit later', async (t) => {
    let now = 0;
    const store = await openTestStore(t, 'file', { clock: () => now });
    await Promise.all([
      addAccount(store, '1'),
      store.transaction(async () => {
        assert.deepEqual(await accountIds(store.database), []);
        now += 1000;
      }),
      store.transaction(async () => {
        assert.deepEqual(await accountIds(store.database), ['1']);
      }),
    ]);
  });

  it('are all answered, also in many groups and when the store closes', async (t) => {
    const store = await openGroupStore(t);
    const ids = Array.from({ length: 300 }, (_, index) => String(1000 + index));
    let answered = 0;
    for (const id of ids) void addAccount(store, id).then(() => (answered += 1));
    const late = turn().then(() => addAccount(store, 'late'));
    late.catch(() => undefined);
    await store.close();
    assert.equal(answered, 300);
    await assert.rejects(late, /closed/);
  });
});
/** A transactor over a real database whose next `begin` or `commit` fails. */
async function failingTransactor(t: TestContext, step: 'begin' | 'commit', failure: Error) {
  const engine = await openSqliteEngine(join(await temporaryDirectory(t), 'carnet.db'));
  t.after(() => engine.close());
  let fails = true;
  const transactor = createTransactor(
    {
      ...engine,
      [step]() {
        if (!fails) return engine[step](undefined);
        fails = false;
        throw failure;
      },
    },
    () => 0,
  );
  return { engine, transactor };
}

describe('a group whose transaction fails', () => {
  for (const step of ['begin', 'commit'] as const) {
    it(`at its ${step} is told so as a whole, and leaves nothing`, async (t) => {
      const failure = new StoreUnavailable('no', { outcome: 'unknown' });
      const { engine, transactor } = await failingTransactor(t, step, failure);
      let told = 0;
      transactor.subscribe(() => {
        told += 1;
      });
      const add = (id: string) =>
        transactor.transaction(async ({ database, changed }) => {
          await database.insertInto('account').values(account(id)).execute();
          changed({ accountId: id, kind: 'account', id });
        });
      const outcomes = await Promise.allSettled([add('1'), add('1'), add('2')]);
      for (const outcome of outcomes) {
        assert.ok(outcome.status === 'rejected');
        assert.equal(outcome.reason, failure);
      }
      assert.equal(told, 0);
      assert.deepEqual(await accountIds(engine.reader), []);
      await Promise.all([add('1'), add('2')]);
      assert.equal(told, 2);
      assert.deepEqual(await accountIds(engine.reader), ['1', '2']);
      assert.equal((await readFeedPosition(engine.reader)).number, 2);
    });
  }

  it('at its commit for want of room runs again, each by itself', async (t) => {
    const full = Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
    const { engine, transactor } = await failingTransactor(t, 'commit', full);
    const runs: string[] = [];
    const add = (id: string) =>
      transactor.transaction(async ({ database, changed }) => {
        runs.push(`${id} after ${await accountIds(engine.reader)}`);
        await database.insertInto('account').values(account(id)).execute();
        changed({ accountId: id, kind: 'account', id });
      });
    await Promise.all([add('1'), add('2')]);
    assert.deepEqual(runs, ['1 after ', '2 after ', '1 after ', '2 after 1']);
    assert.deepEqual(await accountIds(engine.reader), ['1', '2']);
    assert.equal((await readFeedPosition(engine.reader)).number, 2);
  });

  it('is answered to nobody when a subscriber throws: the process ends', async (t) => {
    const child = startChild(
      await temporaryDirectory(t),
      `const store = await openStore({ dataDirectory: argument });
       store.subscribe(() => { throw new Error('stale') });
       const add = async (id) => {
         await store.transaction(async ({ changed }) => changed({ accountId: id, kind: 'account', id }));
         console.log('answered');
       };
       await Promise.all([add('1'), add('2')]);`,
    );
    const { code, errors } = await child.ended;
    assert.notEqual(code, 0);
    assert.match(errors, /Error: stale/);
    assert.equal(child.output(), '');
  });
});
