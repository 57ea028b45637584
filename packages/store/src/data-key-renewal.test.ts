import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { dataKeyRenewalInterval } from './data-key-renewal.ts';
import { openStore } from './open-store.ts';
import { type SealingPurpose, sealingPurposes } from './sealing.ts';
import type { Store } from './store.ts';
import { kinds, openTestStore, temporaryDirectory } from './test-support.ts';

const plaintext = Buffer.from('a session');
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

const seal = (store: Store, purpose: SealingPurpose = 'session') =>
  store.sealing.seal(purpose, 'c', plaintext);
const opens = (store: Store, sealed: string, purpose: SealingPurpose = 'session') =>
  store.sealing.open(purpose, 'c', sealed) !== undefined;
const keyIdOf = (sealed: string) => Buffer.from(sealed, 'base64url').toString('hex', 1, 9);

async function countKeys(store: Store, purpose: SealingPurpose): Promise<number> {
  const rows = await store.database
    .selectFrom('data_key')
    .select('data_key_id')
    .where('purpose', '=', purpose)
    .execute();
  return rows.length;
}

/** Lets the program run for some hours, as its timer does. */
async function run(store: Store, clock: { now: number }, hours: number): Promise<void> {
  for (let passed = 0; passed < hours; passed += 1) {
    clock.now += dataKeyRenewalInterval;
    await store.renewDataKeys();
  }
}

async function opened(t: TestContext, kind: (typeof kinds)[number] = 'memory') {
  const clock = { now: start };
  const store = await openTestStore(t, kind, { clock: () => clock.now });
  await store.renewDataKeys();
  return { store, clock };
}

describe('renewDataKeys', () => {
  for (const kind of kinds) {
    it(`replaces a key after a day, and deletes it when nothing needs it (${kind})`, async (t) => {
      const { store, clock } = await opened(t, kind);
      // A template of a database was made by another clock.
      await store.rotateDataKey('session');
      const old = seal(store);
      const secret = seal(store, 'secret');
      await run(store, clock, 23);
      assert.equal(keyIdOf(seal(store)), keyIdOf(old));
      const late = seal(store);
      await run(store, clock, 1);
      assert.notEqual(keyIdOf(seal(store)), keyIdOf(old));
      await run(store, clock, 36);
      assert.ok(opens(store, late), 'the longest session that it sealed has just ended');
      await run(store, clock, 1);
      assert.ok(!opens(store, late) && !opens(store, old));
      assert.ok(opens(store, secret, 'secret'));
      assert.equal(keyIdOf(seal(store, 'secret')), keyIdOf(secret));
      const rows = await store.database.selectFrom('data_key').select('data_key_id').execute();
      assert.ok(!rows.some(({ data_key_id: id }) => id === keyIdOf(old)));
    });
  }

  it('does so for each purpose of what callers hold, and keeps few', async (t) => {
    const { store, clock } = await opened(t);
    const before = new Map(sealingPurposes.map((purpose) => [purpose, seal(store, purpose)]));
    await store.rotateDataKey('secret');
    await run(store, clock, 24 * 10);
    for (const [purpose, sealed] of before) {
      assert.equal(opens(store, sealed, purpose), purpose === 'secret', purpose);
      assert.equal(await countKeys(store, purpose), purpose === 'secret' ? 2 : 3, purpose);
      assert.ok(opens(store, seal(store, purpose), purpose));
    }
  });

  it('goes on after a restart where it stopped', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const clock = { now: start };
    const restart = async (store?: Store) => {
      await store?.close();
      const next = await openStore({ dataDirectory, clock: () => clock.now });
      await next.renewDataKeys();
      return next;
    };
    let store = await restart();
    const old = seal(store);
    clock.now += 24 * hour - 1;
    store = await restart(store);
    assert.equal(keyIdOf(seal(store)), keyIdOf(old));
    // The first keys were made one after the other, each a millisecond later.
    clock.now += sealingPurposes.length;
    store = await restart(store);
    assert.notEqual(keyIdOf(seal(store)), keyIdOf(old), 'replaced at the start');
    await run(store, clock, 20);
    store = await restart(store);
    await run(store, clock, 16);
    assert.ok(opens(store, old));
    store = await restart(store);
    await run(store, clock, 1);
    assert.ok(!opens(store, old));
    await store.close();
  });

  it('deletes nothing early when the clock leaps forwards, however often', async (t) => {
    const { store, clock } = await opened(t);
    const old = seal(store);
    await run(store, clock, 24);
    const between = seal(store);
    assert.notEqual(keyIdOf(between), keyIdOf(old));
    for (let leap = 0; leap < 30; leap += 1) {
      clock.now += 365 * 24 * hour;
      await store.renewDataKeys();
    }
    assert.notEqual(keyIdOf(seal(store)), keyIdOf(between));
    clock.now -= 30 * 365 * 24 * hour;
    await store.renewDataKeys();
    assert.ok(opens(store, old) && opens(store, between));
    await run(store, clock, 37);
    assert.ok(!opens(store, old) && !opens(store, between));
  });

  it('deletes nothing early when the clock is set back, and still replaces', async (t) => {
    const { store, clock } = await opened(t);
    const old = seal(store);
    clock.now -= 365 * 24 * hour;
    await store.renewDataKeys();
    await run(store, clock, 23);
    assert.equal(keyIdOf(seal(store)), keyIdOf(old));
    await run(store, clock, 1);
    const next = seal(store);
    assert.notEqual(keyIdOf(next), keyIdOf(old));
    await run(store, clock, 24);
    assert.notEqual(keyIdOf(seal(store)), keyIdOf(next));
    assert.ok(opens(store, old));
    await run(store, clock, 13);
    assert.ok(!opens(store, old) && opens(store, next));
  });

  it('changes nothing when it fails, and catches up', async (t) => {
    const { store, clock } = await opened(t);
    const old = seal(store);
    clock.now += 25 * hour;
    const rename = (from: string, to: string) =>
      store.transaction(({ database }) =>
        sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(database),
      );
    await rename('data_key', 'away');
    await assert.rejects(store.renewDataKeys(), /no such table/);
    await rename('away', 'data_key');
    assert.equal(keyIdOf(seal(store)), keyIdOf(old));
    await store.renewDataKeys();
    assert.notEqual(keyIdOf(seal(store)), keyIdOf(old));
    assert.ok(opens(store, old));
  });

  it('takes up a key that was stored and never used', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const clock = () => start;
    const first = await openStore({ dataDirectory, clock });
    const old = seal(first);
    await first.rotateDataKey('session');
    await first.close();
    const second = await openStore({ dataDirectory, clock });
    t.after(() => second.close());
    await second.renewDataKeys();
    assert.equal(await countKeys(second, 'session'), 2);
    assert.notEqual(keyIdOf(seal(second)), keyIdOf(old));
    assert.ok(opens(second, old));
  });

  it('forgets what another process has deleted', async (t) => {
    const { store } = await opened(t);
    const old = seal(store);
    await store.rotateDataKey('session');
    await store.transaction(({ database }) =>
      database.deleteFrom('data_key').where('data_key_id', '=', keyIdOf(old)).execute(),
    );
    assert.ok(opens(store, old));
    await store.renewDataKeys();
    assert.ok(!opens(store, old));
    assert.ok(opens(store, seal(store)));
  });
});
