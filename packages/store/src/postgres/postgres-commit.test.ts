import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { StoreUnavailable } from '../store-unavailable.ts';
import { account, temporaryDirectory } from '../test-support.ts';
import { testDatabase } from './test-server.ts';

/** What the wire does to the next `commit`. */
type Fault = 'passes' | 'request lost' | 'answer lost';

/** A wire between the store and its database, which breaks when it is told to. */
async function faultyWire(t: TestContext, database: string) {
  const target = new URL(database);
  const wire = { fault: 'passes' as Fault, url: '' };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
    client.on('data', (bytes) => {
      const broken = wire.fault !== 'passes' && bytes.includes('commit\0');
      if (!broken) return upstream.write(bytes);
      if (wire.fault === 'answer lost') {
        upstream.removeAllListeners('data');
        upstream.once('data', () => client.destroy());
        upstream.write(bytes);
      } else client.destroy();
      wire.fault = 'passes';
      return true;
    });
    upstream.on('data', (bytes) => client.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  const url = new URL(database);
  url.port = String(typeof address === 'object' ? address?.port : '');
  wire.url = url.href;
  return wire;
}

async function untilAvailable(store: Store): Promise<void> {
  for (;;) {
    try {
      return store.assertAvailable();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('a commit whose answer never comes', () => {
  for (const fault of ['request lost', 'answer lost'] as const) {
    it(`(${fault}) is neither repeated nor taken for a failure that changed nothing`, async (t) => {
      const wire = await faultyWire(t, await testDatabase(t));
      const store = await openStore({
        dataDirectory: await temporaryDirectory(t),
        database: wire.url,
        masterKey: new Uint8Array(32),
      });
      t.after(() => store.close());
      let attempts = 0;
      let forgotten = 0;
      let published = 0;
      store.onNewEpoch(() => {
        forgotten += 1;
      });
      store.subscribe(() => {
        published += 1;
      });
      const write = (accountId: string) =>
        store.transaction(async ({ database, changed }) => {
          attempts += 1;
          await database.insertInto('account').values(account(accountId)).execute();
          changed({ accountId, kind: 'account', id: accountId });
        });
      wire.fault = fault;
      const written = write('1').then(
        () => assert.fail('it was acknowledged'),
        (error) => {
          // Whoever learns of it meets a node that decides nothing by what it knew before.
          assert.throws(() => store.assertAvailable(), StoreUnavailable);
          throw error;
        },
      );
      await assert.rejects(
        written,
        (error) => error instanceof StoreUnavailable && error.outcome === 'unknown',
      );
      assert.equal(attempts, 1);
      await untilAvailable(store);
      assert.equal(forgotten, 1);
      assert.equal(published, 0);
      const happened = fault === 'answer lost' ? 1 : 0;
      const rows = await store.database.selectFrom('account').selectAll().execute();
      assert.equal(rows.length, happened);
      await write('2');
      assert.equal((await store.feedPosition()).number, happened + 1);
      assert.equal(forgotten, 1);
    });
  }
});
