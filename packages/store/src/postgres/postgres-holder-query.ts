import type { FeedPosition } from '../feed.ts';
import { StoreRefusal } from '../store-refusal.ts';
import type { RunQuery } from './postgres-connection.ts';

/** `carnet` as a number: the lock of one database, and of no other program that takes locks in it. */
const lockNumber = '109323072594292';

export const pingStatement = 'select 1';

/** What a node found when it took the database. */
export interface Taking {
  readonly term: number;
  /** True when the one before did not say goodbye: it may still believe that it decides. */
  readonly abandoned: boolean;
  readonly position: FeedPosition;
}

/** Refuses (`StoreRefusal`, `database`) a server that would lose or garble what it is given. */
export async function checkServer(query: RunQuery): Promise<void> {
  const { rows } = await query(
    "select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, " +
      "current_setting('full_page_writes') as pages, pg_is_in_recovery() as standby",
    [],
  );
  const { encoding, fsync, pages, standby } = rows[0] as {
    encoding: string;
    fsync: string;
    pages: string;
    standby: boolean;
  };
  if (encoding !== 'UTF8') {
    throw refuse(`its encoding is ${encoding}; make a database with encoding UTF8`);
  }
  if (fsync !== 'on' || pages !== 'on') {
    throw refuse(
      'its server loses confirmed changes with the power (`fsync` or `full_page_writes` is off); ' +
        'switch both on',
    );
  }
  if (standby) throw refuse('its server is a standby, which takes no changes; name the primary');
}

/** Takes the lock for as long as the session lives; false when another session has it. */
export async function tryLock(query: RunQuery): Promise<boolean> {
  const { rows } = await query(`select pg_try_advisory_lock(${lockNumber}) as locked`, []);
  return (rows[0] as { locked: boolean }).locked;
}

/**
 * Writes down, under the lock, that the database was taken once more. Waits for a transaction that
 * the holder before left behind, so that the position says all that there will ever be of it.
 */
export async function takeOver(query: RunQuery): Promise<Taking> {
  const { rows: before } = await query("select epoch from feed_counter where name = 'holder'", []);
  const { rows: taken } = await query(
    "insert into feed_counter (name, epoch, number) values ('holder', 1, 1) " +
      'on conflict (name) do update set epoch = 1, number = feed_counter.number + 1 ' +
      'returning number',
    [],
  );
  const { rows: feed } = await query(
    "select epoch, number from feed_counter where name = 'feed'",
    [],
  );
  return {
    term: (taken[0] as { number: number }).number,
    abandoned: (before[0] as { epoch: number } | undefined)?.epoch === 1,
    position: feed[0] as FeedPosition,
  };
}

/** Says goodbye: whoever comes next need not wait. */
export async function leave(query: RunQuery, term: number): Promise<void> {
  await query("update feed_counter set epoch = 0 where name = 'holder' and number = $1", [term]);
}

function refuse(why: string): StoreRefusal {
  return new StoreRefusal('database', `the database cannot be used: ${why}`);
}
