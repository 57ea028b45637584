import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openSqliteMemory } from './sqlite-pair.ts';

function numbered(rows: readonly unknown[]): number[] {
  return (rows as { a: number }[]).map(({ a }) => a);
}

describe('the two connections in memory', () => {
  it('hold the same after commits, rollbacks, refusals and statements on their own', () => {
    const pair = openSqliteMemory();
    const { writer, reader } = pair;
    writer.execute('create table t (a bigint primary key, b text)', []);
    writer.execute('insert into t values (?, ?)', [1000, 'alone']);
    for (let round = 1; round <= 200; round += 1) {
      pair.begin();
      writer.execute('insert into t values (?, ?)', [round, 'x']);
      assert.throws(() => writer.execute('insert into t values (?, ?)', [1000, 'taken']));
      writer.execute('update t set b = b || ? where a % 7 = ?', ['y', round % 7]);
      writer.execute('delete from t where a = ? returning b', [round - 20]);
      if (round % 3 === 0) pair.rollback();
      else pair.commit();
      const all = 'select * from t order by a';
      assert.deepEqual(reader.execute(all, []).rows, writer.execute(all, []).rows);
    }
    assert.ok(numbered(reader.execute('select a from t', []).rows).length > 5);
    pair.close();
  });

  it('begin with an image, of which each pair has its own copy', () => {
    const empty = openSqliteMemory();
    empty.writer.execute('create table t (a bigint primary key)', []);
    const image = empty.writer.sqlite.serialize();
    empty.close();
    const [one, other] = [openSqliteMemory(image), openSqliteMemory(image)];
    one.writer.execute('insert into t values (?)', [1]);
    other.writer.execute('insert into t values (?)', [2]);
    for (const { writer, reader } of [one, other]) {
      const all = 'select a from t';
      assert.deepEqual(reader.execute(all, []).rows, writer.execute(all, []).rows);
    }
    assert.deepEqual(numbered(one.reader.execute('select a from t', []).rows), [1]);
    assert.deepEqual(numbered(other.reader.execute('select a from t', []).rows), [2]);
    one.close();
    other.close();
  });

  it('show nothing any more once they could not be made equal', () => {
    const pair = openSqliteMemory();
    pair.writer.execute('create table t (a bigint)', []);
    pair.reader.sqlite.exec('drop table t');
    pair.begin();
    pair.writer.execute('insert into t values (1)', []);
    assert.throws(() => pair.commit());
    assert.throws(() => pair.reader.execute('select 1 as a', []), /not open/);
    pair.close();
  });

  it('prepare more texts than they keep', () => {
    const pair = openSqliteMemory();
    for (let index = 0; index < 1200; index += 1) {
      const { rows } = pair.reader.execute(`select ${index % 700} as a`, []);
      assert.deepEqual(numbered(rows), [index % 700]);
    }
    pair.close();
  });
});
