/** Virtual-host style, `photos.localhost`, with the AWS SDK. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type StartedServer, startServer } from '../started-server.ts';
import { openRawClient } from './raw-client.ts';

const megabyte = 1024 * 1024;
const keys = ['a b+c', '../up', 'x//y', '100%', 'ü/😀', "q'uote", '.', 'trail/'];

describe('S3 in virtual-host style', () => {
  let server: StartedServer;
  let s3: S3Client;
  let port = '';

  before(async () => {
    server = await startServer();
    ({ port } = new URL(server.endpoint));
    // Not every system resolves the names under `localhost`.
    const httpAgent = new Agent({
      lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    s3 = new S3Client({
      endpoint: `http://localhost:${port}`,
      region: 'us-east-1',
      credentials: server.credentials(),
      forcePathStyle: false,
      maxAttempts: 1,
      requestHandler: { httpAgent },
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'hosted' }));
  });
  after(async () => {
    s3?.destroy();
    assert.equal(await server?.stop(), 0);
  });

  it('objects with odd keys go there and back, and are listed', async () => {
    for (const Key of keys) {
      await s3.send(new PutObjectCommand({ Bucket: 'hosted', Key, Body: `the key ${Key}` }));
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'hosted', Key }));
      assert.equal(await Body?.transformToString(), `the key ${Key}`);
    }
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'hosted' }));
    const found = Contents.map(({ Key }) => Key ?? '');
    assert.deepEqual(found.toSorted(), keys.toSorted());
    const Objects = keys.map((Key) => ({ Key }));
    const Delete = { Objects };
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: 'hosted', Delete }));
    assert.equal(Deleted?.length, keys.length);
  });

  it('streams go up in parts, and are copied', async () => {
    const bytes = randomBytes(11 * megabyte);
    const params = { Bucket: 'hosted', Key: 'parts', Body: Readable.from([bytes]) };
    await new Upload({ client: s3, params, partSize: 5 * megabyte }).done();
    const copy = { Bucket: 'hosted', Key: 'copy', CopySource: 'hosted/parts' };
    await s3.send(new CopyObjectCommand(copy));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'hosted', Key: 'copy' }));
    assert.ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes));
  });

  it('a presigned URL is for its host', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'neighbour' }));
    for (const Bucket of ['hosted', 'neighbour']) {
      await s3.send(new PutObjectCommand({ Bucket, Key: 'shared', Body: `of ${Bucket}` }));
    }
    const command = new GetObjectCommand({ Bucket: 'hosted', Key: 'shared' });
    const { host, pathname, search } = new URL(await getSignedUrl(s3, command));
    assert.equal(host, `hosted.localhost:${port}`);
    const fetchFrom = (of: string, target = pathname) =>
      openRawClient(
        server.endpoint,
        server.credentials(),
      )({
        method: 'GET',
        target: target + search,
        host: of,
        anonymous: true,
      });
    assert.equal((await fetchFrom(host)).text, 'of hosted');
    const elsewhere = await fetchFrom(`neighbour.localhost:${port}`);
    assert.deepEqual([elsewhere.status, elsewhere.code], [403, 'SignatureDoesNotMatch']);
    const byPath = await fetchFrom(`localhost:${port}`, '/hosted/shared');
    assert.deepEqual([byPath.status, byPath.code], [403, 'SignatureDoesNotMatch']);
  });

  it('buckets are made, found and removed at their hosts', async () => {
    const Bucket = 'short-lived';
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new HeadBucketCommand({ Bucket }));
    await s3.send(new GetBucketLocationCommand({ Bucket }));
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    assert.ok(Buckets.some(({ Name }) => Name === Bucket));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await assert.rejects(s3.send(new HeadBucketCommand({ Bucket })), { name: 'NotFound' });
  });
});
