/** The same as `kill.test.ts`, for long enough to meet the rarer moments. */
import { it } from 'node:test';
import { openPostgres, sqlite } from './database.ts';
import { outlastKills } from './outlast-kill.ts';

it('loses no acknowledged write in 150 kills', () => outlastKills(sqlite, 150));

it('loses none on PostgreSQL in 25 kills', async () => {
  const postgres = await openPostgres();
  try {
    await outlastKills(postgres, 25);
  } finally {
    await postgres.server.remove();
  }
});
