/**
 * Writes to a server as fast as it answers, and says each acknowledged write on a line of its own:
 * `user NAME`, `object KEY CONTENT`. Ends by itself when the server is gone.
 */
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const [endpoint = '', round = ''] = process.argv.slice(2);
const settings = { endpoint, region: 'us-east-1', maxAttempts: 1 };
const iam = new IAMClient(settings);
const s3 = new S3Client({ ...settings, forcePathStyle: true });

async function writeUsers(): Promise<void> {
  for (let number = 0; ; number += 1) {
    const UserName = `user-${round}-${number}`;
    await iam.send(new CreateUserCommand({ UserName }));
    process.stdout.write(`user ${UserName}\n`);
  }
}

/** A new object and, in turn, one and the same with other content. */
async function writeObjects(): Promise<void> {
  for (let number = 0; ; number += 1) {
    const Key = number % 2 === 0 ? `object-${round}-${number}` : 'overwritten';
    const content = `${round}-${number}`;
    await s3.send(new PutObjectCommand({ Bucket: 'crash', Key, Body: content }));
    process.stdout.write(`object ${Key} ${content}\n`);
  }
}

const gone = () => undefined;
await Promise.all([writeUsers().catch(gone), writeObjects().catch(gone)]);
