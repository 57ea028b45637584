/** The disk of the objects is full, and the database, which is elsewhere, takes everything. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openStore } from '@carnet/store';
import { mountMemory, whyNoDisk } from '../mounted-disk.ts';
import { assertUnavailable, refusal } from '../pressure/refusal.ts';
import { databaseSettings, startServer } from '../started-server.ts';

describe('a full disk of objects beside a database', { skip: whyNoDisk('memory') }, () => {
  it('refuses objects, and loses no record of a read', async (t) => {
    const disk = mountMemory('32m');
    mkdirSync(disk.folder);
    const settings = await databaseSettings('postgres');
    const server = await startServer([], disk.folder, settings);
    t.after(async () => {
      await server.crash();
      disk.unmount();
    });
    const client = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      maxAttempts: 1,
    };
    const iam = new IAMClient(client);
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    t.after(() => [iam, s3].map((made) => made.destroy()));
    await s3.send(new CreateBucketCommand({ Bucket: 'full' }));
    writeFileSync(join(dirname(disk.folder), 'filling'), randomBytes(disk.free() - 1024 ** 2));
    const put = new PutObjectCommand({ Bucket: 'full', Key: 'k', Body: 'x' });
    assertUnavailable(await refusal(s3.send(put)), /its storage is full/);
    await refusal(iam.send(new GetUserCommand({ UserName: 'none' })));
    assert.equal(await server.terminate(), 0);
    assert.doesNotMatch(server.said(), /records of calls are lost/);
    const store = await openStore({
      dataDirectory: join(disk.folder, '.carnet'),
      database: settings.CARNET_DATABASE,
      masterKey: Buffer.alloc(32, 3),
    });
    const rows = await store.database.selectFrom('audit_block').select('events').execute();
    await store.close();
    assert.equal(
      rows.reduce((sum, { events }) => sum + events, 0),
      2,
    );
  });
});
