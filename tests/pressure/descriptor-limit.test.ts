/** No descriptor is left: the server refuses, lives, and goes on when there are some again. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startServer } from '../started-server.ts';
import { openRaw } from './raw-client.ts';
import { openDescriptors, until, whyNoDescriptors } from './slow-client.ts';

const limit = 256;

it(`survives ${limit} descriptors and twice as many connections`, {
  skip: whyNoDescriptors(),
}, async () => {
  const words = ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'];
  const server = await startServer([], undefined, {}, words);
  const settings = {
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.credentials(),
    maxAttempts: 1,
  };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const iam = new IAMClient(settings);
  const Bucket = 'descriptors';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const before = openDescriptors(server.pid);
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const keys = (prefix: string) => Array.from({ length: 20 }, (_, index) => `${prefix}-${index}`);
  const acknowledged = keys('first');
  // Connections that are there when it gets tight.
  await Promise.all(acknowledged.map(put));
  const refusals: Error[] = [];
  for (let round = 0; round < 3; round += 1) {
    const idle = Array.from({ length: 2 * limit }, () => openRaw(server.endpoint));
    await until(() => openDescriptors(server.pid) >= limit - 1);
    const tight = keys(`tight-${round}`);
    for (const [index, outcome] of (await Promise.allSettled(tight.map(put))).entries()) {
      if (outcome.status === 'fulfilled') acknowledged.push(tight[index] ?? '');
      // Who had to connect anew got no answer.
      else if (outcome.reason.$metadata?.httpStatusCode) refusals.push(outcome.reason);
    }
    for (const { socket } of idle) socket.destroy();
    await until(() => openDescriptors(server.pid) < before + 30);
    await put(`${round}-after`);
    await iam.send(new CreateUserCommand({ UserName: `after-${round}` }));
    acknowledged.push(`${round}-after`);
  }
  assert.ok(refusals.length > 0, 'no upload has found that there is no descriptor for its file');
  for (const { name, message } of refusals) {
    assert.deepEqual(
      [name, message],
      ['ServiceUnavailable', 'Service is unable to handle request: it has too many files open.'],
    );
  }
  for (const Key of acknowledged) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await Body?.transformToString(), Key);
  }
  assert.equal(await server.stop(), 0);
});
