/** SIGTERM while the disk is full: what is lost is said, and everything is closed. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { CreateUserCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { mountMemory, whyNoDisk } from '../mounted-disk.ts';
import { startServer } from '../started-server.ts';
import { refusal } from './refusal.ts';

describe('a server that stops on a full disk', { skip: whyNoDisk('memory') }, () => {
  // What is kept of 32 megabytes is a quarter.
  for (const [name, left] of [
    ['but for its reserve', 6 * 1024 ** 2],
    ['to the last byte', 0],
  ] as const) {
    it(`${name} says which records are lost, and closes its store`, async (t) => {
      const disk = mountMemory('32m');
      mkdirSync(disk.folder);
      const server = await startServer([], disk.folder);
      t.after(async () => {
        await server.crash();
        disk.unmount();
      });
      const { endpoint } = server;
      const credentials = server.credentials();
      const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
      t.after(() => iam.destroy());
      for (let index = 0; index < 100; index += 1) {
        await iam.send(new CreateUserCommand({ UserName: `made-${index}` }));
      }
      const filling = join(dirname(disk.folder), 'filling');
      writeFileSync(filling, Buffer.alloc(disk.free() - left));
      for (let index = 0; index < 3; index += 1) {
        await refusal(iam.send(new GetUserCommand({ UserName: `none-${index}` })));
      }
      assert.equal(await server.terminate(), 0, server.said());
      assert.match(
        server.said(),
        /"records":3,.*is full but for what is kept.*"records of calls are lost"/,
      );
      const log = join(disk.folder, '.carnet', 'carnet.db-wal');
      assert.equal(existsSync(log), left === 0, 'its log is put away where there is room');
    });
  }
});
