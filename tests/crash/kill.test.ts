/**
 * kill -9 at random moments while other processes write to IAM and S3: what was acknowledged is
 * there, byte for byte, and what was not is wholly there or wholly not.
 *
 *     CARNET_CRASH_KILLS=500 CARNET_CRASH_SEED=1 node --conditions=@carnet/source --test FILE
 */
import { it } from 'node:test';
import { openPostgres, sqlite } from './database.ts';
import { outlastKills } from './outlast-kill.ts';

const chosen = process.env.CARNET_CRASH_KILLS;
// Whoever takes a database over from a dead process waits until that one's lease has lapsed.
const kills = { sqlite: Number(chosen ?? 17), postgres: Number(chosen ?? 3) };

it(`loses no acknowledged write in ${kills.sqlite} kills`, () =>
  outlastKills(sqlite, kills.sqlite));

it(`loses none on PostgreSQL in ${kills.postgres} kills`, async () => {
  const postgres = await openPostgres();
  try {
    await outlastKills(postgres, kills.postgres);
  } finally {
    await postgres.server.remove();
  }
});
