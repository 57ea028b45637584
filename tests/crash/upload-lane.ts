import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { bytesState, objectThing } from './object-lane.ts';
import { bucketName as Bucket, type Step } from './write.ts';

/** The name of an upload among the things; its state are the entity tags of its parts. */
export function uploadThing(key: string, uploadId: string): string {
  return `upload ${key} ${uploadId}`;
}

/** The least that a part has which is not the last. */
const partSize = 5 * 1024 ** 2;

/** Multipart uploads to one key and to new ones: completed, completed over the former, aborted. */
export async function* uploadLane(s3: S3Client, lane: string, round: number): AsyncGenerator<Step> {
  for (let number = 0; ; number += 1) {
    const Key = number % 2 === 0 ? `whole-${lane}` : `${lane}-${round}-${number}-whole`;
    let upload = '';
    yield {
      operation: 'CreateMultipartUpload',
      effects: {},
      async send() {
        const created = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
        upload = created.UploadId ?? '';
        return created;
      },
      learnt: () => ({ [uploadThing(Key, upload)]: '' }),
    };
    const thing = uploadThing(Key, upload);
    const sizes = number % 3 === 2 ? [partSize, 70_000] : [70_000];
    const parts = sizes.map((size) => randomBytes(size));
    const tags = parts.map((part) => createHash('md5').update(part).digest('hex'));
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      yield {
        operation: 'UploadPart',
        effects: { [thing]: tags.slice(0, PartNumber).join(' ') },
        send: () =>
          s3.send(new UploadPartCommand({ Bucket, Key, UploadId: upload, PartNumber, Body })),
      };
    }
    yield number % 4 === 3
      ? {
          operation: 'AbortMultipartUpload',
          effects: { [thing]: null },
          send: () => s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: upload })),
        }
      : {
          operation: 'CompleteMultipartUpload',
          effects: { [thing]: null, [objectThing(Key)]: bytesState(Buffer.concat(parts)) },
          send: () => s3.send(new CompleteMultipartUploadCommand(completion(Key, upload, tags))),
        };
  }
}

function completion(Key: string, UploadId: string, tags: readonly string[]) {
  const Parts = tags.map((tag, index) => ({ PartNumber: index + 1, ETag: `"${tag}"` }));
  return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
}
