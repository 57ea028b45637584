import { createHash, randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { bucketName as Bucket, type Step } from './write.ts';

/** The name of an object among the things of a server. */
export function objectThing(key: string): string {
  return `object ${key}`;
}

/** The state of an object: its length and the digest of its bytes. */
export function bytesState(bytes: Uint8Array): string {
  return `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** New objects, one that is overwritten for ever, copies of it, and deletions of one and of several. */
export async function* objectLane(s3: S3Client, lane: string, round: number): AsyncGenerator<Step> {
  const overwritten = `over-${lane}`;
  for (let number = 0; ; number += 1) {
    const key = (name: string) => `${lane}-${round}-${number}-${name}`;
    yield put(s3, key('small'), randomBytes(number % 7 === 0 ? 0 : 100));
    const bytes = randomBytes(1000 + ((number * 77_773) % 600_000));
    yield put(s3, overwritten, bytes);
    yield {
      operation: 'CopyObject',
      effects: { [objectThing(key('copy'))]: bytesState(bytes) },
      send: () =>
        s3.send(
          new CopyObjectCommand({
            Bucket,
            Key: key('copy'),
            CopySource: `${Bucket}/${overwritten}`,
          }),
        ),
    };
    yield put(s3, overwritten, randomBytes(50));
    if (number % 3 === 0) {
      yield {
        operation: 'DeleteObjects',
        effects: { [objectThing(key('copy'))]: null, [objectThing(overwritten)]: null },
        send: () =>
          s3.send(
            new DeleteObjectsCommand({
              Bucket,
              Delete: { Objects: [{ Key: key('copy') }, { Key: overwritten }] },
            }),
          ),
      };
    } else if (number % 3 === 1) {
      yield {
        operation: 'DeleteObject',
        effects: { [objectThing(key('copy'))]: null },
        send: () => s3.send(new DeleteObjectCommand({ Bucket, Key: key('copy') })),
      };
    }
  }
}

function put(s3: S3Client, Key: string, Body: Uint8Array): Step {
  return {
    operation: 'PutObject',
    effects: { [objectThing(Key)]: bytesState(Body) },
    send: () => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
  };
}
