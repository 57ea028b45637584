import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import {
  CreateUserCommand,
  EntityAlreadyExistsException,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { SigningCredentials } from '@carnet/wire';
import { startProgram, temporaryFolder } from '../test-support/started-program.ts';

interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: SigningCredentials;
  readonly maxAttempts: number;
}

const folder = temporaryFolder();
const program = startProgram(['serve', '--port', '0', '--data-dir', 'data'], {
  folder: folder.path,
});
let endpoint = '';
let options: ClientOptions;

before(async () => {
  [, endpoint = ''] = /ready (\S+)/.exec(await program.firstLine) ?? [];
  const env = startProgram(['env', '--format', 'json', '--data-dir', 'data'], {
    folder: folder.path,
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse((await env.ended).stdout);
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  options = { endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 };
});

after(async () => {
  program.child.kill('SIGTERM');
  const { code, stderr } = await program.ended;
  folder.remove();
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /"level":[56]0/, 'nothing unexpected was logged');
});

test('IAM and STS answer the SDK', async () => {
  const iam = new IAMClient(options);
  const created = await iam.send(
    new CreateUserCommand({ UserName: 'dave', Tags: [{ Key: 'team', Value: 'A=b / é' }] }),
  );
  assert.match(created.User?.Arn ?? '', /^arn:aws:iam::\d{12}:user\/dave$/);
  assert.ok(created.$metadata.requestId);
  const again = iam.send(new CreateUserCommand({ UserName: 'dave' }));
  await assert.rejects(again, (error) => {
    assert.ok(error instanceof EntityAlreadyExistsException);
    assert.equal(error.$metadata.httpStatusCode, 409);
    return true;
  });
  const { User } = await iam.send(new GetUserCommand({ UserName: 'dave' }));
  assert.deepEqual(User?.Tags, [{ Key: 'team', Value: 'A=b / é' }]);
  const users = await Promise.all(
    Array.from({ length: 20 }, () => iam.send(new ListUsersCommand({}))),
  );
  for (const { Users } of users) assert.equal(Users?.[0]?.UserName, 'dave');

  const { Arn } = await new STSClient(options).send(new GetCallerIdentityCommand({}));
  assert.match(Arn ?? '', /:assumed-role\/Administrator\/operator$/);

  const stranger = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) };
  const refused = new STSClient({ ...options, credentials: stranger });
  await assert.rejects(refused.send(new GetCallerIdentityCommand({})), {
    name: 'InvalidClientTokenId',
  });
});

test('S3 answers the SDK: awkward keys, a presigned URL, many deletions', async () => {
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const Bucket = 'conversation';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const keys = ['a b', 'ü/€/𝄞', 'a//b/../c', '.', '%2F', 'a+b', "it's (1)!*~", 'x\ty', '?a=b#c&'];
  for (const Key of keys) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}` }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await Body?.transformToString(), `of ${Key}`);
  }
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  assert.deepEqual(new Set(Contents.map(({ Key }) => Key)), new Set(keys));

  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'a b' }));
  assert.equal(await (await fetch(url)).text(), 'of a b');
  assert.equal((await fetch(`${url}0`)).status, 403);
  assert.equal((await fetch(url, { headers: { 'x-amz-acl': 'private' } })).status, 403);

  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'none' })), {
    name: 'NoSuchKey',
  });
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })), {
    name: 'NotFound',
  });
  const Objects = keys.map((Key) => ({ Key }));
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.equal(Deleted?.length, keys.length);
});

test('20 MB go up and down as streams, in bounded memory', async () => {
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const Bucket = 'streams';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const megabyte = randomBytes(1024 * 1024);
  const before = residentBytes();
  const sent = createHash('sha256');
  async function* chunks() {
    for (let index = 0; index < 20; index++) {
      sent.update(megabyte);
      yield megabyte;
    }
  }
  const Body = Readable.from(chunks());
  const ContentLength = 20 * megabyte.length;
  await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body, ContentLength }));
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
  assert.equal(answer.ContentLength, ContentLength);
  const received = createHash('sha256');
  for await (const chunk of answer.Body as Readable) received.update(chunk);
  assert.equal(received.digest('hex'), sent.digest('hex'));
  assert.ok(residentBytes() - before < 64 * 1024 * 1024);
});

/** The most memory that the server has had so far, in bytes; 0 where nobody says. */
function residentBytes(): number {
  if (process.platform !== 'linux') return 0;
  const status = readFileSync(`/proc/${program.child.pid}/status`, 'utf8');
  return 1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]);
}
