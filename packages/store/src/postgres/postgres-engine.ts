import { DatabaseError } from 'pg';
import type { Engine } from '../engine.ts';
import type { FeedPosition } from '../feed.ts';
import { migrate } from '../migrations/migrate.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { StoreUnavailable } from '../store-unavailable.ts';
import { describePostgres } from './postgres-address.ts';
import { PostgresHolder } from './postgres-holder.ts';
import { createPostgresKysely } from './postgres-kysely.ts';
import { type Counter, createPostgresPair } from './postgres-pair.ts';

/**
 * PostgreSQL for one node: the holder says whether it may decide, the pair runs its transactions.
 * Each transaction looks whether the database is still as this node left it. Refuses
 * (`StoreRefusal`) as `PostgresHolder.open` and `migrate` do. It has no savepoints, so each work has a
 * commit of its own: a serialization failure or a lost connection would void the works of a whole
 * group, and each savepoint would be two more round trips.
 */
export async function openPostgresEngine(
  url: string,
  onNotice: (notice: string) => void,
): Promise<Engine> {
  const name = describePostgres(url);
  let known: FeedPosition = { epoch: 0, number: 0 };
  let forget: (position: FeedPosition) => Promise<void> = async () => undefined;
  const holder = await PostgresHolder.open({
    url,
    name,
    onNotice,
    onTaken: async (position) => {
      known = position;
      await forget(position);
    },
  });
  const pair = createPostgresPair(url);
  const kysely = createPostgresKysely(pair);

  async function begin(): Promise<void> {
    holder.assertHeld();
    const found = feedOf(await pair.begin(), holder);
    if (found === undefined) {
      await pair.rollback();
      holder.doubt('another Carnet has taken it');
      throw new StoreUnavailable('another Carnet has taken the database');
    }
    if (found.epoch === known.epoch && found.number === known.number) return;
    await pair.rollback();
    onNotice(`somebody else has written to the database \`${name}\`: what was known is dropped`);
    await forget(found);
    known = found;
    return begin();
  }

  try {
    await migrate(kysely.writer);
    await holder.take();
  } catch (error) {
    await pair.close();
    await holder.close();
    throw explainStart(error, name);
  }
  return {
    ...kysely,
    begin,
    async commit(feedNumber) {
      try {
        holder.assertHeld();
      } catch (error) {
        await pair.rollback();
        throw error;
      }
      try {
        await pair.commit();
      } catch (error) {
        if (error instanceof StoreUnavailable) holder.doubt(error.message);
        throw error;
      }
      if (feedNumber !== undefined) known = { epoch: known.epoch, number: feedNumber };
    },
    rollback: () => pair.rollback(),
    assertAvailable: () => holder.assertHeld(),
    onVoid(listener) {
      forget = listener;
    },
    async close() {
      await pair.close();
      await holder.close();
    },
  };
}

/** Where the feed stands; undefined when this node is not the holder any more. */
function feedOf(counters: readonly Counter[], holder: PostgresHolder): FeedPosition | undefined {
  const feed = counters.find(({ name }) => name === 'feed');
  const held = counters.find(({ name }) => name === 'holder');
  if (feed === undefined || held?.number !== holder.term()) return undefined;
  return { epoch: feed.epoch, number: feed.number };
}

/** What the server said no to while the tables were made is the operator's to put right. */
function explainStart(error: unknown, name: string): unknown {
  if (error instanceof StoreRefusal || !(error instanceof Error)) return error;
  if (!(error instanceof StoreUnavailable || error instanceof DatabaseError)) return error;
  return new StoreRefusal(
    'database',
    `the database \`${name}\` cannot be used: ${error.message}; ` +
      'give its user a database that it owns',
  );
}
