import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dataKeyRenewalInterval, openStore, type Store } from '@carnet/store';
import { resolveConfiguration } from '../configuration/configuration.ts';
import { createLog } from '../log.ts';
import { temporaryFolder } from '../test-support/started-program.ts';
import { renewDataKeys } from './renew-data-keys.ts';
import { startServer } from './server.ts';

const day = 86_400_000;

/** How many keys there are for session tokens. */
async function countKeys(store: Store): Promise<number> {
  const rows = await store.database
    .selectFrom('data_key')
    .select('data_key_id')
    .where('purpose', '=', 'session')
    .execute();
  return rows.length;
}

it('a server replaces old data keys when it starts', async (context) => {
  const folder = temporaryFolder();
  context.after(folder.remove);
  const dataDirectory = folder.path;
  const before = await openStore({ dataDirectory, clock: () => Date.now() - 2 * day });
  const token = before.sealing.seal('session', 'key', Buffer.from('session'));
  await before.close();
  const flags = { port: '0', dataDirectory };
  const configuration = resolveConfiguration({ flags, environment: {} });
  const server = await startServer(configuration, createLog('error'));
  await server.stop(0);
  const after = await openStore({ dataDirectory });
  context.after(() => after.close());
  assert.equal(await countKeys(after), 2);
  assert.ok(after.sealing.open('session', 'key', token));
});

it('and every hour from then on, until it ends, whatever fails', async (context) => {
  const clock = { now: Date.now() };
  const store = await openStore({ dataDirectory: undefined, clock: () => clock.now });
  context.mock.timers.enable({ apis: ['setInterval'] });
  const failures: unknown[] = [];
  const end = await renewDataKeys(store, (error) => failures.push(error));
  assert.equal(await countKeys(store), 1);
  clock.now += 2 * day;
  context.mock.timers.tick(dataKeyRenewalInterval - 1);
  await store.transaction(async () => undefined);
  assert.equal(await countKeys(store), 1);
  context.mock.timers.tick(1);
  // What was asked for before is done before.
  await store.transaction(async () => undefined);
  assert.equal(await countKeys(store), 2);
  await store.close();
  context.mock.timers.tick(dataKeyRenewalInterval);
  await new Promise(setImmediate);
  assert.match(String(failures), /^Error: the store is closed$/);
  end();
  context.mock.timers.tick(10 * dataKeyRenewalInterval);
  await new Promise(setImmediate);
  assert.equal(failures.length, 1);
});
