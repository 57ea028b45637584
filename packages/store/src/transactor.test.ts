import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { isUniqueViolation } from './database-error.ts';
import type { Change, Database, Store, Transaction } from './store.ts';
import {
  account,
  accountIds,
  addAccount,
  kinds,
  openTestStore,
  startChild,
  temporaryDirectory,
} from './test-support.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

for (const kind of kinds) {
  describe(`a transaction (${kind})`, () => {
    it('is seen from outside only when it has committed, and nobody waits for it', async (t) => {
      const store = await openTestStore(t, kind);
      await addAccount(store, '1');
      await store.transaction(async ({ database }) => {
        await database.insertInto('account').values(account('2')).execute();
        await database.deleteFrom('account').where('account_id', '=', '1').execute();
        assert.deepEqual(await accountIds(store.database), ['1']);
        assert.deepEqual(await accountIds(database), ['2']);
        await turn();
        assert.deepEqual(await accountIds(store.database), ['1']);
      });
      assert.deepEqual(await accountIds(store.database), ['2']);
    });

    it('that throws leaves nothing, takes no number and tells nobody', async (t) => {
      const store = await openTestStore(t, kind);
      const told: Change[] = [];
      store.subscribe((changes) => told.push(...changes));
      const failure = new Error('no');
      await assert.rejects(
        store.transaction(async ({ database, changed }) => {
          await database.insertInto('account').values(account('1')).execute();
          changed({ accountId: '1', kind: 'account', id: '1' });
          throw failure;
        }),
        (error) => error === failure,
      );
      assert.deepEqual(await accountIds(store.database), []);
      assert.deepEqual(await store.feedPosition(), { epoch: 1, number: 0 });
      await addAccount(store, '2');
      assert.deepEqual(await accountIds(store.database), ['2']);
      assert.deepEqual(told, [{ accountId: '2', kind: 'account', id: '2' }]);
    });

    it('that records no change takes no number', async (t) => {
      const store = await openTestStore(t, kind);
      let calls = 0;
      store.subscribe(() => {
        calls += 1;
      });
      await store.transaction(({ database }) =>
        database.insertInto('account').values(account('1')).execute(),
      );
      assert.deepEqual(await accountIds(store.database), ['1']);
      assert.equal((await store.feedPosition()).number, 0);
      assert.equal(calls, 0);
    });

    it('is told to subscribers in commit order, before it resolves', async (t) => {
      const store = await openTestStore(t, kind);
      const told: string[] = [];
      const unsubscribe = store.subscribe((changes) => told.push(...changes.map(({ id }) => id)));
      const resolved: string[] = [];
      const ids = Array.from({ length: 20 }, (_, index) => String(index));
      await Promise.all(
        ids.map(async (id) => {
          await addAccount(store, id);
          assert.ok(told.includes(id));
          resolved.push(id);
        }),
      );
      assert.deepEqual(told, ids);
      assert.deepEqual(resolved, ids);
      unsubscribe();
      await addAccount(store, '20');
      assert.equal(told.length, 20);
    });

    it('tells a taken name from other failures', async (t) => {
      const store = await openTestStore(t, kind);
      await addAccount(store, '1');
      await assert.rejects(addAccount(store, '1'), isUniqueViolation);
      await assert.rejects(
        store.transaction(({ database }) =>
          database
            .insertInto('account')
            .values({ ...account('2'), name_fold: '1' })
            .execute(),
        ),
        isUniqueViolation,
      );
      await assert.rejects(
        store.transaction(({ database }) => sql`select no_such`.execute(database)),
        (error) => !isUniqueViolation(error),
      );
    });

    it('is void after a refused statement, even when `work` caught it', async (t) => {
      const store = await openTestStore(t, kind);
      await addAccount(store, '1');
      const again = ({ database }: Transaction) =>
        database.insertInto('account').values(account('1')).execute();
      const caught = store.transaction(async (transaction) => {
        await transaction.database.insertInto('account').values(account('2')).execute();
        await assert.rejects(again(transaction));
        transaction.changed({ accountId: '2', kind: 'account', id: '2' });
      });
      await assert.rejects(caught, isUniqueViolation);
      const wentOn = store.transaction(async (transaction) => {
        await assert.rejects(again(transaction));
        await assert.rejects(accountIds(transaction.database), isUniqueViolation);
        throw new Error('another');
      });
      await assert.rejects(wentOn, isUniqueViolation);
      assert.deepEqual(await accountIds(store.database), ['1']);
      assert.equal((await store.feedPosition()).number, 1);
    });

    it('is run again after a serialization failure, five times at most', async (t) => {
      const store = await openTestStore(t, kind);
      let attempts = 0;
      const failing = (times: number) =>
        store.transaction(async ({ database, changed }) => {
          attempts += 1;
          changed({ accountId: '1', kind: 'account', id: String(attempts) });
          await database.insertInto('account').values(account('1')).execute();
          if (attempts <= times) throw Object.assign(new Error('retry'), { code: '40001' });
          return attempts;
        });
      assert.equal(await failing(4), 5);
      const [entry] = await store.readFeed(0, 10);
      assert.deepEqual(entry?.changes, [{ accountId: '1', kind: 'account', id: '5' }]);
      await store.transaction(({ database }) => database.deleteFrom('account').execute());
      attempts = 0;
      await assert.rejects(failing(5), /retry/);
      assert.equal(attempts, 5);
      assert.deepEqual(await accountIds(store.database), []);
    });
  });

  describe(`the handles (${kind})`, () => {
    it('refuse writes and transactions outside of `Store.transaction`', async (t) => {
      const { database } = await openTestStore(t, kind);
      await assert.rejects(
        database.insertInto('account').values(account('1')).execute(),
        /use `Store.transaction`/,
      );
      await assert.rejects(
        database.insertInto('account').values(account('1')).returning('account_id').execute(),
        /use `Store.transaction`/,
      );
      await assert.rejects(
        database.transaction().execute((inner) => accountIds(inner)),
        /begun with `Store.transaction`/,
      );
      assert.deepEqual(await accountIds(database), []);
    });

    it('of a transaction refuse everything when it has ended', async (t) => {
      const store = await openTestStore(t, kind);
      let leaked: Database | undefined;
      let late: Promise<unknown> | undefined;
      let change: ((change: Change) => void) | undefined;
      await store.transaction(async ({ database, changed }) => {
        leaked = database;
        change = changed;
        late = turn().then(() => database.insertInto('account').values(account('1')).execute());
        late.catch(() => undefined);
      });
      assert.ok(leaked && late && change);
      await assert.rejects(late, /the transaction has ended/);
      await assert.rejects(accountIds(leaked), /the transaction has ended/);
      assert.throws(() => change?.({ accountId: '1', kind: 'account', id: '1' }), /has ended/);
      assert.deepEqual(await accountIds(store.database), []);
    });

    it('begin no transaction inside another, which would wait for itself', async (t) => {
      const store = await openTestStore(t, kind);
      let afterwards: Promise<void> | undefined;
      await store.transaction(async () => {
        await assert.rejects(addAccount(store, '1'), /inside a transaction/);
        afterwards = new Promise((resolve) => setTimeout(resolve, 10)).then(() =>
          addAccount(store, '2'),
        );
      });
      await afterwards;
      assert.deepEqual(await accountIds(store.database), ['2']);
    });
  });

  describe(`the feed (${kind})`, () => {
    it('has no gaps and follows the commits, whatever fails meanwhile', async (t) => {
      const store = await openTestStore(t, kind, { clock: () => 1234 });
      const told: string[] = [];
      store.subscribe((changes) => told.push(changes.map(({ id }) => id).join()));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 200 }, (_, index) => work(store, index)),
      );
      const failed = outcomes.filter(({ status }) => status === 'rejected').length;
      assert.equal(failed, 40);
      const entries = await store.readFeed(0, 1000);
      assert.equal(entries.length, 160);
      assert.deepEqual(
        entries.map(({ number }) => number),
        entries.map((_, index) => index + 1),
      );
      assert.deepEqual(
        entries.map(({ changes }) => changes.map(({ id }) => id).join()),
        told,
      );
      assert.deepEqual(await store.feedPosition(), { epoch: 1, number: 160 });
      assert.ok(entries.every(({ changedAt }) => changedAt === 1234));
      assert.equal((await accountIds(store.database)).length, 160);
    });

    async function work(store: Store, index: number): Promise<void> {
      await store.transaction(async ({ database, changed }) => {
        const accountId = String(index);
        changed({ accountId, kind: 'account', id: accountId });
        if (index % 3 === 0) await turn();
        await database.insertInto('account').values(account(accountId)).execute();
        changed({ accountId, kind: 'bucket', id: `bucket-${index}` });
        if (index % 10 === 4) throw new Error('no');
        if (index % 10 === 9) await database.insertInto('account').values(account('0')).execute();
      });
    }

    it('is read in pieces that cut no transaction, each thing once, in its order', async (t) => {
      const store = await openTestStore(t, kind);
      const user = { accountId: '1', kind: 'user', id: 'AIDA1' } as const;
      const key = { accountId: '1', kind: 'accessKey', id: 'AKIA1' } as const;
      await store.transaction(async ({ changed }) => {
        changed(user);
        changed(key);
        changed({ ...user });
      });
      await store.transaction(async ({ changed }) => {
        for (let index = 0; index < 2500; index += 1) changed({ ...key, id: `AKIA${index}` });
      });
      await store.transaction(async ({ changed }) => changed(user));
      const first = await store.readFeed(0, 1);
      assert.deepEqual(
        first.map(({ number, changes }) => ({ number, changes })),
        [{ number: 1, changes: [user, key] }],
      );
      const rest = await store.readFeed(1, 2);
      assert.deepEqual(
        rest.map(({ number, changes }) => [number, changes.length, changes.at(-1)?.id]),
        [
          [2, 2500, 'AKIA2499'],
          [3, 1, 'AIDA1'],
        ],
      );
      assert.deepEqual(await store.readFeed(3, 10), []);
    });
  });
}

describe('a subscriber that throws', () => {
  it('ends the process before the change is answered', async (t) => {
    const child = startChild(
      await temporaryDirectory(t),
      `const store = await openStore({ dataDirectory: argument });
       store.subscribe(() => { throw new Error('stale') });
       store.subscribe(() => console.log('told'));
       await store.transaction(async ({ changed }) => {
         changed({ accountId: '1', kind: 'account', id: '1' });
       });
       console.log('answered');`,
    );
    const { code, errors } = await child.ended;
    assert.notEqual(code, 0);
    assert.match(errors, /Error: stale/);
    assert.equal(child.output(), 'told\n');
  });
});
