/**
 * The disk fills under a running server: what is refused is refused so that clients try again,
 * reading, deciding and deleting go on, nothing acknowledged is lost, and when there is room again
 * the server needs nobody.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { CreateUserCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sqlite } from '../crash/database.ts';
import { examineData, incomingFiles } from '../crash/examine-data.ts';
import { Ledger } from '../crash/ledger.ts';
import { type MountedDisk, mountMemory, whyNoDisk } from '../mounted-disk.ts';
import { type Credentials, type StartedServer, startServer } from '../started-server.ts';
import { openRaw, readAnswer, s3Head } from './raw-client.ts';
import { assertUnavailable, refusal, untilRefused } from './refusal.ts';

const Bucket = 'full';
const megabyte = 1024 ** 2;

describe('a full disk', { skip: whyNoDisk('memory') }, () => {
  let disk: MountedDisk;
  let server: StartedServer;
  let iam: IAMClient;
  let s3: S3Client;
  /** A session that outlives the server: to make one takes a record, and so room. */
  let credentials: Credentials;
  const users: string[] = [];
  /** The digests of the objects that were acknowledged and not deleted, by key. */
  const objects = new Map<string, string>();

  function settings(maxAttempts = 1) {
    const { endpoint } = server;
    return { endpoint, region: 'us-east-1', credentials, maxAttempts, forcePathStyle: true };
  }

  function connect(): void {
    iam = new IAMClient(settings());
    s3 = new S3Client(settings());
  }

  async function put(Key: string, size: number): Promise<void> {
    const Body = randomBytes(size);
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    objects.set(Key, createHash('sha256').update(Body).digest('hex'));
  }

  async function remove(Key: string): Promise<void> {
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    objects.delete(Key);
  }

  async function createUser(UserName: string): Promise<void> {
    await iam.send(new CreateUserCommand({ UserName }));
    users.push(UserName);
  }

  async function assertAllThere(): Promise<void> {
    for (const [Key, digest] of objects) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), digest, Key);
    }
    for (const UserName of users) await iam.send(new GetUserCommand({ UserName }));
  }

  const filling = () => join(dirname(disk.folder), 'filling');

  /** Somebody else takes every byte that is left. */
  function fill(): void {
    for (const size of [megabyte, 4096]) {
      try {
        for (;;) writeFileSync(filling(), Buffer.alloc(size), { flag: 'a' });
      } catch {
        // No more of this size.
      }
    }
    assert.equal(disk.free(), 0);
  }

  /** False when `carnet env` says what is wrong. */
  function mayHaveCredentials(): boolean {
    try {
      server.credentials();
      return true;
    } catch (error) {
      assert.match(String(error), /cannot write to its data directory\n.*\n {2}next: make room/);
      return false;
    }
  }

  before(async () => {
    disk = mountMemory('32m');
    mkdirSync(disk.folder);
    server = await startServer([], disk.folder);
    credentials = server.credentials();
    connect();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  after(async () => {
    const code = await server.stop();
    disk.unmount();
    assert.equal(code, 0);
  });

  it('refuses uploads before there is no room for anything else', async () => {
    const { answered, refused } = await untilRefused(40, (index) => put(`k${index}`, megabyte));
    assert.ok(answered.length > 10);
    assertUnavailable(refused, /its storage is full/);
    assert.ok(disk.free() >= megabyte, `${disk.free()} bytes are left`);
    const retrying = new S3Client(settings(3));
    const { $metadata } = await refusal(
      retrying.send(new PutObjectCommand({ Bucket, Key: 'again', Body: 'x' })),
    );
    assert.equal($metadata.attempts, 3, 'an SDK tries again by itself');
  });

  it('goes on with changes, reads and decisions', async () => {
    for (let index = 0; index < 30; index += 1) await createUser(`on-${index}`);
    await assertAllThere();
    const nobody = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) };
    const stranger = new S3Client({ ...settings(), credentials: nobody });
    const { name } = await refusal(stranger.send(new GetObjectCommand({ Bucket, Key: 'k0' })));
    assert.equal(name, 'InvalidAccessKeyId');
  });

  it('takes uploads again as soon as something was deleted', async () => {
    for (const key of ['k0', 'k1', 'k2']) await remove(key);
    await put('k0', megabyte);
  });

  it('leaves nothing of uploads that find no room on the way', async () => {
    const sizes = Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? 2 : 6) * megabyte);
    await Promise.all(
      sizes.map(async (size, index) => {
        const error = await put(`p${index}`, size).catch((thrown) =>
          refusal(Promise.reject(thrown)),
        );
        if (error) assertUnavailable(error, /its storage is full/);
      }),
    );
    assert.deepEqual(incomingFiles(join(disk.folder, '.carnet')), []);
    for (const key of objects.keys()) if (key.startsWith('p')) await remove(key);
  });

  it('refuses changes when not a byte is left, and still reads', async () => {
    fill();
    const { refused } = await untilRefused(2000, (index) => createUser(`last-${index}`));
    assertUnavailable(refused, /its storage is full/);
    assertUnavailable(await refusal(put('one-more', 10)), /its storage is full/);
    await assertAllThere();
    assert.equal((await fetch(`${server.endpoint}/readyz`)).status, 200);
  });

  it('removes the file of an upload whose commit finds no room', async () => {
    rmSync(filling());
    await remove('k4');
    const incoming = join(disk.folder, '.carnet', 'objects', 'incoming');
    // The file takes whole pages: what is missing of it needs no more room than it has.
    const [first, last] = [Buffer.alloc(256 * 1024 + 10), Buffer.alloc(5)];
    const length = first.length + last.length;
    const upload = openRaw(server.endpoint);
    upload.socket.write(s3Head(credentials, 'PUT', `/${Bucket}/late`, length));
    upload.socket.write(first);
    const written = () => readdirSync(incoming).map((name) => statSync(join(incoming, name)).size);
    while (written()[0] !== first.length) {
      assert.equal(upload.received(), '', 'it is refused before it is whole');
      await sleep(10);
    }
    fill();
    await untilRefused(2000, (index) => createUser(`late-${index}`));
    upload.socket.write(last);
    await once(upload.socket, 'data');
    upload.socket.destroy();
    const answer = readAnswer(upload.received());
    assert.deepEqual(answer, { status: 503, code: 'ServiceUnavailable' });
    const files = readdirSync(dirname(incoming), { recursive: true, withFileTypes: true });
    const sizes = files
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
    assert.ok(!sizes.includes(length), 'its file is left');
  });

  it('recovers without a restart', async () => {
    rmSync(filling());
    await createUser('recovered');
    await put('recovered', 1000);
    await remove('k3');
    await assertAllThere();
    // What was refused meanwhile is recorded by itself; the last test looks.
    await sleep(2000);
  });

  it('starts on a full disk, or says what is wrong, and has lost nothing', async () => {
    fill();
    // One line for many requests.
    assert.ok(server.said().split('\n').length < 100, server.said());
    await server.crash();
    const started = await startServer([], disk.folder).catch((error: Error) => error);
    if (started instanceof Error) {
      assert.match(started.message, /is full\n {2}why: .*\n {2}next: make room/);
    } else {
      server = started;
      connect();
      await assertAllThere();
      mayHaveCredentials();
      await server.crash();
    }
    rmSync(filling());
    server = await startServer([], disk.folder);
    connect();
    await assertAllThere();
    await createUser('afterwards');
    await put('afterwards', 1000);
  });

  it('has left no row without a file, no file without a row, no refusal without a record', async () => {
    await server.crash();
    await examineData(sqlite, disk.folder, new Ledger());
    const store = await sqlite.open(disk.folder);
    const blocks = await store.database.selectFrom('audit_block').select('records').execute();
    await store.close();
    const text = blocks
      .map(({ records }) => zstdDecompressSync(Buffer.from(records, 'base64')).toString())
      .join();
    assert.match(text, /CreateUser/);
    assert.match(text, /ServiceUnavailable/);
    server = await startServer([], disk.folder);
  });
});
