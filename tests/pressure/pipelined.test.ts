/** Clients that send requests ahead and read no answer: each costs the server one answer at a time. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { peakMemory } from '../clients/resident-memory.ts';
import { type StartedServer, startServer } from '../started-server.ts';
import { openRaw } from './raw-client.ts';
import { openDescriptors, until, whyNoDescriptors } from './slow-client.ts';

const clients = 12;
/** As many as fit into one piece of what Node reads, and as many as may wait behind another. */
const counts = [1900, 17];

const get = 'GET /pipe/large HTTP/1.1\r\nHost: a\r\n\r\n';

it('holds one answer for each connection, whatever was sent ahead', {
  skip: whyNoDescriptors(),
}, async () => {
  const server = await startServer();
  try {
    await sendAhead(server);
    assert.equal(await server.stop(), 0);
  } finally {
    await server.crash();
  }
});

async function sendAhead(server: StartedServer): Promise<void> {
  const s3 = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.credentials(),
    maxAttempts: 1,
    forcePathStyle: true,
  });
  const Bucket = 'pipe';
  await s3.send(new CreateBucketCommand({ Bucket }));
  // Nobody needs credentials to send this ahead.
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    },
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const Body = Buffer.alloc(3 * 1024 ** 2, 'x');
  await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body }));
  const before = openDescriptors(server.pid);
  const memory = peakMemory(server.pid);
  let most = before;
  for (const count of counts) {
    const connections = Array.from({ length: clients }, () => openRaw(server.endpoint));
    for (const { socket } of connections) {
      socket.pause();
      socket.write(get.repeat(count));
    }
    for (let index = 0; index < 20; index += 1) {
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
      assert.equal((await answer.Body?.transformToByteArray())?.length, Body.length);
      most = Math.max(most, openDescriptors(server.pid));
    }
    for (const { socket } of connections) socket.destroy();
    await until(() => openDescriptors(server.pid) <= before + 2);
  }
  // A connection and a file for each, and what the ordinary client has.
  assert.ok(most <= before + 2 * clients + 4, `${most - before} descriptors`);
  const grown = Math.round((peakMemory(server.pid) - memory) / 1024 ** 2);
  process.stdout.write(
    `${clients} clients that send ahead: ${most - before} descriptors, ${grown} MB\n`,
  );
  assert.ok(grown < 250, `${grown} MB`);
}
