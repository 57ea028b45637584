/** Checksums as the AWS SDK sends and verifies them: every algorithm, whole and in parts. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import {
  type ChecksumAlgorithm,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type StartedServer, startServer } from '../started-server.ts';

const megabyte = 1024 * 1024;
const Bucket = 'checksums';
const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
type Algorithm = (typeof algorithms)[number];
const memberOf = (algorithm: Algorithm) => `Checksum${algorithm}` as const;

describe('checksums with the AWS SDK', () => {
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
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(async () => {
    s3?.destroy();
    assert.equal(await server?.stop(), 0);
  });

  const head = (Key: string) =>
    s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));

  for (const algorithm of algorithms) {
    it(`${algorithm} in a header and in a trailer, and verified on the way down`, async () => {
      const bytes = randomBytes(100_000);
      const member = memberOf(algorithm);
      const common = { Bucket, ChecksumAlgorithm: algorithm };
      const whole = { ...common, Key: `whole-${algorithm}`, Body: bytes };
      const sent = await s3.send(new PutObjectCommand(whole));
      assert.equal(sent.ChecksumType, 'FULL_OBJECT');
      // A stream's checksum is known when it has gone: it comes behind the last chunk.
      const Body = Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
      const stream = { ...common, Key: `stream-${algorithm}`, Body, ContentLength: bytes.length };
      const streamed = await s3.send(new PutObjectCommand(stream));
      assert.ok(sent[member]);
      assert.equal(streamed[member], sent[member]);
      for (const Key of [whole.Key, stream.Key]) {
        assert.equal((await head(Key))[member], sent[member]);
        const ask = { Bucket, Key, ChecksumMode: 'ENABLED' } as const;
        const got = await s3.send(new GetObjectCommand(ask));
        assert.ok(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes));
        const range = await s3.send(new GetObjectCommand({ ...ask, Range: 'bytes=0-9' }));
        assert.equal(range[member], undefined, 'it is of the whole object');
        await range.Body?.transformToByteArray();
      }
      const wrong = { ...whole, [member]: sent[member], Body: randomBytes(100_000) };
      await assert.rejects(s3.send(new PutObjectCommand(wrong)), { name: 'BadDigest' });
      const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${whole.Key}` };
      const { CopyObjectResult: copied } = await s3.send(new CopyObjectCommand(copy));
      assert.equal(copied?.[member], sent[member]);
      const other = algorithm === 'SHA1' ? 'SHA256' : 'SHA1';
      const recomputed = await s3.send(
        new CopyObjectCommand({ ...copy, ChecksumAlgorithm: other }),
      );
      assert.ok(recomputed.CopyObjectResult?.[memberOf(other)]);
    });
  }

  /** The kinds that there are; CRC64NVME is always of the whole, and SHA always of parts. */
  const kinds: readonly (readonly [Algorithm, 'COMPOSITE' | 'FULL_OBJECT'])[] = [
    ['CRC32', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'COMPOSITE'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['SHA1', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ];
  for (const [algorithm, ChecksumType] of kinds) {
    it(`${algorithm} of an object in parts, ${ChecksumType}`, async () => {
      const member = memberOf(algorithm);
      const object = { Bucket, Key: `parts-${algorithm}-${ChecksumType}` };
      const kind = { ChecksumAlgorithm: algorithm, ChecksumType };
      const begun = await s3.send(new CreateMultipartUploadCommand({ ...object, ...kind }));
      assert.deepEqual([begun.ChecksumAlgorithm, begun.ChecksumType], [algorithm, ChecksumType]);
      const upload = { ...object, UploadId: begun.UploadId };
      const bodies = [randomBytes(5 * megabyte), randomBytes(1000)];
      const Parts: CompletedPart[] = [];
      for (const [index, Body] of bodies.entries()) {
        const part = { ...upload, PartNumber: index + 1, Body, ChecksumAlgorithm: algorithm };
        const sent = await s3.send(new UploadPartCommand(part));
        assert.ok(sent[member]);
        Parts.push({ PartNumber: index + 1, ETag: sent.ETag, [member]: sent[member] });
      }
      const listed = await s3.send(new ListPartsCommand(upload));
      assert.equal(listed.ChecksumType, ChecksumType);
      assert.equal(listed.Parts?.[0]?.[member], Parts[0]?.[member]);
      const complete = (parts: CompletedPart[], more: object = {}) =>
        s3.send(
          new CompleteMultipartUploadCommand({
            ...upload,
            ...more,
            MultipartUpload: { Parts: parts },
          }),
        );
      const swapped = Parts.map((part) => ({ ...part, [member]: Parts[0]?.[member] }));
      await assert.rejects(complete(swapped), { name: 'InvalidPart' });
      const another = ChecksumType === 'COMPOSITE' ? 'FULL_OBJECT' : 'COMPOSITE';
      const asAnother = complete(Parts, { ChecksumType: another });
      await assert.rejects(asAnother, { name: 'InvalidRequest' });
      const ofPart = complete(Parts, { [member]: Parts[1]?.[member] });
      await assert.rejects(ofPart, { name: 'BadDigest' });

      const put = { Bucket, Key: 'once', Body: Buffer.concat(bodies) };
      const once = await s3.send(
        new PutObjectCommand({ ...put, ChecksumAlgorithm: algorithm as ChecksumAlgorithm }),
      );
      const done = await complete(Parts, { ChecksumType });
      if (ChecksumType === 'COMPOSITE') assert.match(done[member] ?? '', /^[\w+/]+=*-2$/);
      else assert.equal(done[member], once[member]);
      const told = await head(object.Key);
      assert.deepEqual([told[member], told.ChecksumType], [done[member], ChecksumType]);
      const ask = {
        ...object,
        ObjectAttributes: ['Checksum', 'ObjectParts', 'ObjectSize'] as const,
      };
      const attributes = await s3.send(
        new GetObjectAttributesCommand({ ...ask, ObjectAttributes: [...ask.ObjectAttributes] }),
      );
      assert.equal(attributes.Checksum?.[member], done[member]);
      assert.equal(attributes.ObjectParts?.TotalPartsCount, 2);
      assert.equal(attributes.ObjectSize, 5 * megabyte + 1000);
      const { Body } = await s3.send(new GetObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
      assert.ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(put.Body));
    });
  }
});
