import type { Kysely } from 'kysely';
import { prepareQuery } from './prepared-query.ts';
import type { Schema } from './schema.ts';
import type { Change, ChangeKind, Database } from './store.ts';

/** Where the feed stands. A new epoch voids what followers know: see `Store.onNewEpoch`. */
export interface FeedPosition {
  readonly epoch: number;
  /** The last number given out; 0 before the first. Never decreases. */
  readonly number: number;
}

/** What one transaction changed. */
export interface FeedEntry {
  readonly number: number;
  /** Milliseconds since 1970, on the writer's clock. */
  readonly changedAt: number;
  readonly changes: readonly Change[];
}

/** Six columns a row; SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
const rowsPerInsert = 1000;

/**
 * Takes the next number and writes the changes under it, as the last act of a transaction. Resolves
 * with the number.
 */
export async function appendToFeed(
  database: Kysely<Schema>,
  changes: readonly Change[],
  changedAt: number,
): Promise<number> {
  const [counter] = await takeNumber(database, {});
  if (counter === undefined) throw new Error('the feed has no counter');
  const { number } = counter;
  const rows = changes.map(({ accountId, kind, id }, position) => ({
    number,
    position,
    account_id: accountId,
    kind,
    id,
    changed_at: changedAt,
  }));
  const [first, ...others] = rows;
  if (first && others.length === 0) await insertOne(database, first);
  else await insertAll(database, rows);
  return number;
}

async function insertAll(database: Kysely<Schema>, rows: readonly Schema['feed'][]): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    await database
      .insertInto('feed')
      .values(rows.slice(start, start + rowsPerInsert))
      .execute();
  }
}

const takeNumber = prepareQuery((database) =>
  database
    .updateTable('feed_counter')
    .set((column) => ({ number: column('number', '+', 1) }))
    .where('name', '=', 'feed')
    .returning('number'),
);

/** Nearly every change is one row. */
const insertOne = prepareQuery<Schema['feed'], unknown>((database, value) =>
  database.insertInto('feed').values({
    number: value('number'),
    position: value('position'),
    account_id: value('account_id'),
    kind: value('kind'),
    id: value('id'),
    changed_at: value('changed_at'),
  }),
);

export async function readFeedPosition(database: Database): Promise<FeedPosition> {
  return database
    .selectFrom('feed_counter')
    .select(['epoch', 'number'])
    .where('name', '=', 'feed')
    .executeTakeFirstOrThrow();
}

/** The next `limit` entries after number `after`, in order; an entry is never cut. */
export async function readFeedEntries(
  database: Database,
  after: number,
  limit: number,
): Promise<readonly FeedEntry[]> {
  const rows = await database
    .selectFrom('feed')
    .selectAll()
    .where('number', 'in', (query) =>
      query
        .selectFrom('feed')
        .select('number')
        .distinct()
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit),
    )
    .orderBy('number')
    .orderBy('position')
    .execute();
  const entries: { number: number; changedAt: number; changes: Change[] }[] = [];
  for (const row of rows) {
    let entry = entries.at(-1);
    if (entry?.number !== row.number) {
      entry = { number: row.number, changedAt: row.changed_at, changes: [] };
      entries.push(entry);
    }
    entry.changes.push({ accountId: row.account_id, kind: row.kind as ChangeKind, id: row.id });
  }
  return entries;
}
