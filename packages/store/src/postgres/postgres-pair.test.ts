import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { StoreUnavailable } from '../store-unavailable.ts';
import { createPostgresPair, type PostgresPair } from './postgres-pair.ts';
import { run, testDatabase } from './test-server.ts';

const counter = 'create table feed_counter (name text, epoch bigint, number bigint)';

async function openPair(t: TestContext, ...statements: readonly string[]): Promise<PostgresPair> {
  const url = await testDatabase(t);
  await run(url, [counter, 'create table t (a int primary key)', ...statements]);
  const pair = createPostgresPair(url);
  t.after(() => pair.close());
  return pair;
}

describe('a commit', () => {
  it('of a transaction in which a statement failed is none', async (t) => {
    const pair = await openPair(t);
    await pair.begin();
    await pair.write('insert into t values (1)', []);
    await assert.rejects(pair.write('insert into t values (1)', []));
    await assert.rejects(pair.commit(), /rolled back by a failed statement/);
    await pair.begin();
    await pair.write('insert into t values (2)', []);
    await pair.commit();
    assert.deepEqual((await pair.read('select a from t', [])).rows, [{ a: 2 }]);
  });

  it('that warns is not known to be as durable as it was asked to be', async (t) => {
    // What a server says when it gives up waiting for a standby is a warning as well.
    const pair = await openPair(
      t,
      `create function warn() returns trigger language plpgsql as
        $$ begin raise warning 'not on the standby'; return null; end $$`,
      `create constraint trigger t_warns after insert on t deferrable initially deferred
        for each row execute function warn()`,
    );
    await pair.begin();
    await pair.write('insert into t values (1)', []);
    await assert.rejects(
      pair.commit(),
      (error) =>
        error instanceof StoreUnavailable &&
        error.outcome === 'unknown' &&
        /not on the standby/.test(error.message),
    );
  });
});

describe('a reader', () => {
  it('refuses writes by itself, whatever is sent to it', async (t) => {
    const pair = await openPair(t);
    for (const statement of [
      'insert into t values (1)',
      'create table u (a int)',
      'drop table t',
    ]) {
      await assert.rejects(pair.read(statement, []), /use `Store.transaction`/);
    }
  });
});
