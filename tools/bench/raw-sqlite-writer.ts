/**
 * The limit for a durable write: better-sqlite3 alone, WAL and FULL, one commit after the other, no
 * request and no decision. It writes the rows that the server wrote for the same call, under new
 * keys, into a copy of the server's database. Started by `fork` with the path of that database and
 * of the copy; a message asks for a round, a message answers.
 */
import { randomUUID } from 'node:crypto';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import type { RawRound, RawRoundResult } from './raw-writer.ts';

const [source = '', path = ''] = process.argv.slice(2);
new Sqlite(source, { readonly: true }).prepare('vacuum into ?').run(path);
const database = new Sqlite(path);
database.pragma('journal_mode = wal');
database.pragma('synchronous = full');

type Row = Record<string, unknown>;

const newest = (from: string, ...parameters: string[]): Row => {
  const sql = `select * from ${from} order by rowid desc limit 1`;
  const row = database.prepare<string[], Row>(sql).get(...parameters);
  if (row === undefined) throw new Error(`no row to copy: ${from}`);
  return row;
};

function insertion(table: string, row: Row): Statement<[Row]> {
  const columns = Object.keys(row);
  const values = columns.map((column) => `@${column}`);
  return database.prepare(`insert into ${table} (${columns}) values (${values})`);
}

/** The audit record and the entry of the change feed, which every write has. */
function recordOf(operation: string, kept: Database): () => void {
  const event = newest('audit_event where event_name = ?', operation);
  const entry = newest('feed');
  const insertEvent = insertion('audit_event', event);
  const insertEntry = insertion('feed', entry);
  const count = kept.prepare<[], { number: number }>(
    'update feed_counter set number = number + 1 returning number',
  );
  return () => {
    insertEvent.run({ ...event, event_id: randomUUID() });
    insertEntry.run({ ...entry, number: count.get()?.number });
  };
}

const user = newest('iam_user');
const insertUser = insertion('iam_user', user);
const recordUser = recordOf('CreateUser', database);
const policy = newest('iam_inline_policy');
const updatePolicy = database.prepare<[Row]>(
  'update iam_inline_policy set document = @document where account_id = @account_id and ' +
    'owner_id = @owner_id and name_fold = @name_fold',
);
const recordPolicy = recordOf('PutUserPolicy', database);
const deleteUsers = database.prepare("delete from iam_user where name like 'raw-%'");

const writes: Readonly<Record<RawRound['operation'], (index: number) => void>> = {
  CreateUser(index) {
    const name = `raw-${index}`;
    insertUser.run({ ...user, user_id: `${user.user_id}-${index}`, name, name_fold: name });
    recordUser();
  },
  PutUserPolicy() {
    updatePolicy.run(policy);
    recordPolicy();
  },
};

process.on('message', ({ operation, count }: RawRound) => {
  const started = performance.now();
  for (let index = 0; index < count; index += 1) {
    database.exec('begin immediate');
    writes[operation](index);
    database.exec('commit');
  }
  const elapsedMilliseconds = performance.now() - started;
  deleteUsers.run();
  process.send?.({ elapsedMilliseconds } satisfies RawRoundResult);
});
process.send?.('ready');
