import assert from 'node:assert/strict';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { peakMemory } from '../clients/resident-memory.ts';
import { incomingFiles } from '../crash/examine-data.ts';
import { type StartedServer, startServer } from '../started-server.ts';
import { readAnswer } from './raw-client.ts';
import { openDescriptors, openSlowClients, type SlowClients, until } from './slow-client.ts';

/**
 * A server among `each` slow clients of every kind: answers others, and is as before when they are
 * gone. `wait` is for what is to happen before they go by themselves; it is given how many
 * connections the server has.
 */
export async function outlastSlowClients(
  each: number,
  wait: (slow: SlowClients, connections: () => number) => Promise<void>,
): Promise<void> {
  const server = await startServer();
  try {
    await outlast(server, each, wait);
    assert.equal(await server.stop(), 0);
  } finally {
    await server.crash();
  }
}

async function outlast(
  server: StartedServer,
  each: number,
  wait: (slow: SlowClients, connections: () => number) => Promise<void>,
): Promise<void> {
  const credentials = server.credentials();
  const settings = { endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const iam = new IAMClient(settings);
  const Bucket = 'slow';
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: Buffer.alloc(16 * 1024 ** 2) }));
  const before = openDescriptors(server.pid);
  const slow = await openSlowClients(server, credentials, each);
  await until(() => openDescriptors(server.pid) > before + slow.clients.length);

  for (let index = 0; index < 25; index += 1) {
    const Key = `quick-${index}`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await Body?.transformToString(), Key);
    await iam.send(new CreateUserCommand({ UserName: Key }));
  }

  await wait(slow, () => openDescriptors(server.pid) - before);
  slow.stop();
  await until(() => openDescriptors(server.pid) <= before + 2);
  const { CARNET_DATA_DIR: dataDirectory = '' } = server.environment;
  await until(() => incomingFiles(dataDirectory).length === 0);
  for (const index of slow.of('body').keys()) {
    await assert.rejects(
      s3.send(new HeadObjectCommand({ Bucket, Key: `body-${index}` })),
      (error: Error) => error.name === 'NotFound',
    );
  }
  const megabytes = Math.round(peakMemory(server.pid) / 1024 ** 2);
  process.stdout.write(`${slow.clients.length} slow clients: at most ${megabytes} MB\n`);
  assert.ok(megabytes < 700, `${megabytes} MB`);
}

/** Clients that are slow from the beginning are told so, and are let go. */
export async function headsAreRefused(slow: SlowClients): Promise<void> {
  const early = [...slow.of('head'), ...slow.of('silence')];
  await Promise.all(early.map(({ ended }) => ended));
  for (const { received, slowness } of early) {
    assert.deepEqual(readAnswer(received()), { status: 408, code: 'RequestTimeout' }, slowness);
  }
}
