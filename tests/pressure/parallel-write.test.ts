/** Many writers at once: each is answered, and what each was told is there. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  IAMClient,
  ListGroupsForUserCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type StartedServer, startServer } from '../started-server.ts';

const writers = Array.from({ length: 64 }, (_, index) => index);
const Bucket = 'parallel';

describe(`${writers.length} writers at once`, () => {
  let server: StartedServer;
  let iam: IAMClient;
  let s3: S3Client;

  before(async () => {
    server = await startServer();
    const { endpoint } = server;
    const settings = {
      endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      maxAttempts: 1,
      requestHandler: { httpAgent: { maxSockets: writers.length } },
    };
    iam = new IAMClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  after(async () => {
    iam.destroy();
    s3.destroy();
    assert.equal(await server.stop(), 0);
  });

  it('store a megabyte each', async () => {
    const bodies = writers.map(() => randomBytes(1024 ** 2));
    await Promise.all(
      writers.map((index) =>
        s3.send(new PutObjectCommand({ Bucket, Key: `own-${index}`, Body: bodies[index] })),
      ),
    );
    for (const index of writers) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `own-${index}` }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
      assert.ok(bodies[index]?.equals(bytes), `own-${index}`);
    }
  });

  it('overwrite one object, which is then what one of them wrote', async () => {
    const bodies = writers.map((index) => Buffer.alloc(200_000 + index, index));
    const Key = 'shared';
    await Promise.all(bodies.map((Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body }))));
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
    assert.ok(bodies.some((body) => body.equals(bytes)));
    assert.equal(ETag, `"${createHash('md5').update(bytes).digest('hex')}"`);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
    assert.equal(Contents.length, 1);
  });

  it('make a user each, and put it into one group', async () => {
    const GroupName = 'parallel';
    await iam.send(new CreateGroupCommand({ GroupName }));
    await Promise.all(
      writers.map(async (index) => {
        const UserName = `writer-${index}`;
        await iam.send(new CreateUserCommand({ UserName }));
        await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
        const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }));
        assert.deepEqual(
          Groups.map((group) => group.GroupName),
          [GroupName],
        );
      }),
    );
  });

  it('make one user, which one of them succeeds in', async () => {
    const outcomes = await Promise.allSettled(
      writers.map(() => iam.send(new CreateUserCommand({ UserName: 'contended' }))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.equal(refused.length, writers.length - 1);
    for (const { reason } of refused) assert.equal(reason.name, 'EntityAlreadyExistsException');
  });
});
