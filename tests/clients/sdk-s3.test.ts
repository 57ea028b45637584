/** What the AWS SDK's S3 client does beyond the tour: presigned URLs, streams, conditions. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type StartedServer, startServer } from '../started-server.ts';
import { peakMemory } from './resident-memory.ts';

const megabyte = 1024 * 1024;

describe('S3 with the AWS SDK', () => {
  let server: StartedServer;
  let s3: S3Client;

  before(async () => {
    server = await startServer();
    s3 = new S3Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      forcePathStyle: true,
      maxAttempts: 1,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  });
  after(async () => {
    s3?.destroy();
    await server?.stop();
  });

  const get = async (Key: string, more: object = {}) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photos', Key, ...more }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };

  it('uses presigned URLs to put and to get, as they were signed and no longer than that', async () => {
    const target = { Bucket: 'photos', Key: 'a b+c/ü.jpg' };
    const put = await getSignedUrl(s3, new PutObjectCommand(target), { expiresIn: 60 });
    const bytes = randomBytes(10_000);
    const uploaded = await fetch(put, { method: 'PUT', body: bytes });
    assert.equal(uploaded.status, 200, await uploaded.text());
    const url = await getSignedUrl(s3, new GetObjectCommand(target), { expiresIn: 1 });
    const found = await fetch(url);
    assert.deepEqual(Buffer.from(await found.arrayBuffer()), bytes);
    const tampered = await fetch(url.replace('a%20b', 'a%20c'));
    assert.equal(tampered.status, 403);
    assert.match(await tampered.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const late = await fetch(url);
    assert.equal(late.status, 403);
    assert.match(await late.text(), /<Message>Request has expired<\/Message>/);
  });

  it('sends a stream in chunks with a trailer, and in parts', async () => {
    const bytes = randomBytes(12 * megabyte);
    const chunks = Array.from({ length: 12 }, (_, index) =>
      bytes.subarray(index * megabyte, (index + 1) * megabyte),
    );
    const stream = new PutObjectCommand({
      Bucket: 'photos',
      Key: 'stream',
      Body: Readable.from(chunks),
      ContentLength: bytes.length,
    });
    await s3.send(stream);
    assert.ok((await get('stream')).equals(bytes));
    const params = { Bucket: 'photos', Key: 'parts', Body: Readable.from(chunks) };
    await new Upload({ client: s3, params, partSize: 5 * megabyte }).done();
    assert.ok((await get('parts')).equals(bytes));
    const range = await get('parts', { Range: `bytes=${5 * megabyte - 10}-${5 * megabyte + 9}` });
    assert.ok(range.equals(bytes.subarray(5 * megabyte - 10, 5 * megabyte + 10)));
  });

  it('answers conditions with their status and the object as it is', async () => {
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket: 'photos', Key: 'conditions', Body: 'one' }),
    );
    const url = await getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket: 'photos', Key: 'conditions' }),
    );
    const same = await fetch(url, { headers: { 'if-none-match': ETag ?? '' } });
    assert.deepEqual([same.status, same.headers.get('etag')], [304, ETag]);
    assert.ok(same.headers.get('last-modified'));
    const again = new PutObjectCommand({
      Bucket: 'photos',
      Key: 'conditions',
      Body: 'two',
      IfNoneMatch: '*',
    });
    await assert.rejects(s3.send(again), { name: 'PreconditionFailed' });
    await assert.rejects(get('conditions', { Range: 'bytes=10-20' }), { name: 'InvalidRange' });
    assert.equal((await get('conditions')).toString(), 'one');
  });

  it('leaves nothing of an upload that its client gave up', async () => {
    const aborted = new AbortController();
    const Body = new Readable({ read() {} });
    Body.push(randomBytes(megabyte));
    const put = new PutObjectCommand({
      Bucket: 'photos',
      Key: 'half',
      Body,
      ContentLength: 2 * megabyte,
    });
    setTimeout(() => aborted.abort(), 300);
    await assert.rejects(s3.send(put, { abortSignal: aborted.signal }), { name: 'AbortError' });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'photos' }));
    assert.ok(!Contents.some(({ Key }) => Key === 'half'));
    await assert.rejects(get('half'), { name: 'NoSuchKey' });
  });

  it('streams 100 MB up and down in less than 64 MB of memory', async () => {
    const size = 100 * megabyte;
    const block = randomBytes(megabyte);
    const blocks = () => Readable.from(Array.from({ length: 100 }, () => block));
    const put = (Key: string, Body: Readable, ContentLength: number) =>
      s3.send(new PutObjectCommand({ Bucket: 'photos', Key, Body, ContentLength }));
    // What the first requests compile and allocate is not what a large one costs.
    await put('small', Readable.from([block]), megabyte);
    const before = peakMemory(server.pid);
    await put('large', blocks(), size);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photos', Key: 'large' }));
    let read = 0;
    for await (const chunk of Body as Readable) read += chunk.length;
    assert.equal(read, size);
    const grown = peakMemory(server.pid) - before;
    assert.ok(grown < 64 * megabyte, `grew by ${Math.round(grown / megabyte)} MB`);
    await s3.send(new DeleteObjectCommand({ Bucket: 'photos', Key: 'large' }));
  });
});
