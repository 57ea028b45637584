/** The README's tour, step by step, with the AWS SDK for JavaScript. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DetachGroupPolicyCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import {
  type Credentials,
  databaseSettings,
  databases,
  type StartedServer,
  startServer,
} from './started-server.ts';

interface Clients {
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
}

const picture = randomBytes(100_000);

/** A statement as a whole document. */
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement });

for (const database of databases) {
  describe(`the tour with the AWS SDK (${database})`, () => {
    let server: StartedServer;
    let admin: Clients;
    let dave: Clients;
    let viewer: Clients;
    let daveKeyId = '';
    let policyArn = '';
    const made: Clients[] = [];

    const clients = (credentials: Credentials): Clients => {
      const settings = {
        endpoint: server.endpoint,
        region: 'us-east-1',
        credentials,
        maxAttempts: 1,
      };
      const them = {
        iam: new IAMClient(settings),
        s3: new S3Client({ ...settings, forcePathStyle: true }),
        sts: new STSClient(settings),
      };
      made.push(them);
      return them;
    };
    const user = (name: string) => `arn:aws:iam::${server.accountId}:user/${name}`;
    const put = (who: Clients, Key: string) =>
      who.s3.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: picture }));
    const get = async (who: Clients, Key: string) => {
      const { Body } = await who.s3.send(new GetObjectCommand({ Bucket: 'photos', Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    const newUser = async (UserName: string) => {
      await admin.iam.send(new CreateUserCommand({ UserName }));
      const { AccessKey } = await admin.iam.send(new CreateAccessKeyCommand({ UserName }));
      const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {};
      assert.match(AccessKeyId, /^AKIA[A-Z2-7]{16}$/);
      assert.equal(SecretAccessKey.length, 40);
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
    };
    const denied = (call: Promise<unknown>, sentence: string) =>
      assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
        assert.match(error.name, /^AccessDenied/);
        assert.equal(error.message, sentence);
        assert.equal(error.$metadata?.httpStatusCode, 403);
        return true;
      });

    before(async () => {
      server = await startServer([], undefined, await databaseSettings(database));
      admin = clients(server.credentials());
    });
    after(async () => {
      for (const { iam, s3, sts } of made) for (const client of [iam, s3, sts]) client.destroy();
      assert.equal(await server?.stop(), 0);
    });

    it('the operator is Administrator', async () => {
      const { Arn, Account } = await admin.sts.send(new GetCallerIdentityCommand());
      assert.equal(Account, server.accountId);
      assert.match(Arn ?? '', /^arn:aws:sts::\d{12}:assumed-role\/Administrator\/./);
    });

    it('makes buckets, a user and a group with a policy', async () => {
      for (const Bucket of ['photos', 'salaries']) {
        await admin.s3.send(new CreateBucketCommand({ Bucket }));
      }
      const credentials = await newUser('dave');
      daveKeyId = credentials.accessKeyId;
      dave = clients(credentials);
      await admin.iam.send(
        new CreateLoginProfileCommand({ UserName: 'dave', Password: 'Sunny-Day-4-Photos' }),
      );
      await admin.iam.send(new CreateGroupCommand({ GroupName: 'Developers' }));
      await admin.iam.send(
        new AddUserToGroupCommand({ GroupName: 'Developers', UserName: 'dave' }),
      );
      await denied(
        put(dave, 'pic.jpg'),
        `User: ${user('dave')} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::photos/pic.jpg" because no identity-based policy allows the s3:PutObject action`,
      );
      const { Policy } = await admin.iam.send(
        new CreatePolicyCommand({
          PolicyName: 'developers-photos',
          PolicyDocument: policy({
            Effect: 'Allow',
            Action: ['s3:PutObject', 's3:GetObject'],
            Resource: 'arn:aws:s3:::photos/*',
          }),
        }),
      );
      policyArn = Policy?.Arn ?? '';
      assert.equal(policyArn, `arn:aws:iam::${server.accountId}:policy/developers-photos`);
      await admin.iam.send(
        new AttachGroupPolicyCommand({ GroupName: 'Developers', PolicyArn: policyArn }),
      );
    });

    it('Dave copies a picture up and down', async () => {
      await put(dave, 'pic.jpg');
      assert.ok(picture.equals(await get(dave, 'pic.jpg')));
    });

    it('Dave may do no more, and reads why', async () => {
      const may = `User: ${user('dave')} is not authorized to perform:`;
      await denied(
        dave.s3.send(new DeleteObjectCommand({ Bucket: 'photos', Key: 'pic.jpg' })),
        `${may} s3:DeleteObject on resource: "arn:aws:s3:::photos/pic.jpg" because no identity-based policy allows the s3:DeleteObject action`,
      );
      await denied(
        dave.s3.send(new ListObjectsV2Command({ Bucket: 'salaries' })),
        `${may} s3:ListBucket on resource: "arn:aws:s3:::salaries" because no identity-based policy allows the s3:ListBucket action`,
      );
      await denied(
        dave.iam.send(new ListUsersCommand()),
        `${may} iam:ListUsers on resource: * because no identity-based policy allows the iam:ListUsers action`,
      );
      assert.ok(picture.equals(await get(admin, 'pic.jpg')), 'the picture is still there');
    });

    it("an explicit Deny wins over the group's Allow", async () => {
      await put(dave, 'private/pic.jpg');
      await admin.iam.send(
        new PutUserPolicyCommand({
          UserName: 'dave',
          PolicyName: 'no-private-photos',
          PolicyDocument: policy({
            Effect: 'Deny',
            Action: 's3:*',
            Resource: 'arn:aws:s3:::photos/private/*',
          }),
        }),
      );
      await denied(
        put(dave, 'private/pic.jpg'),
        `User: ${user('dave')} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::photos/private/pic.jpg" with an explicit deny in an identity-based policy`,
      );
      await put(dave, 'public/pic.jpg');
    });

    it('a bucket policy lets in a user without any policy', async () => {
      viewer = clients(await newUser('viewer'));
      const why = `User: ${user('viewer')} is not authorized to perform:`;
      await denied(
        get(viewer, 'public/pic.jpg'),
        `${why} s3:GetObject on resource: "arn:aws:s3:::photos/public/pic.jpg" because no identity-based policy allows the s3:GetObject action`,
      );
      await admin.s3.send(
        new PutBucketPolicyCommand({
          Bucket: 'photos',
          Policy: policy({
            Effect: 'Allow',
            Principal: { AWS: user('viewer') },
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::photos/public/*',
          }),
        }),
      );
      assert.ok(picture.equals(await get(viewer, 'public/pic.jpg')));
      await denied(
        get(viewer, 'pic.jpg'),
        `${why} s3:GetObject on resource: "arn:aws:s3:::photos/pic.jpg" because no identity-based policy allows the s3:GetObject action`,
      );
    });

    it('a detached policy refuses the very next call', async () => {
      for (let round = 0; round < 5; round += 1) {
        await admin.iam.send(
          new DetachGroupPolicyCommand({ GroupName: 'Developers', PolicyArn: policyArn }),
        );
        await denied(
          put(dave, 'late.jpg'),
          `User: ${user('dave')} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::photos/late.jpg" because no identity-based policy allows the s3:PutObject action`,
        );
        await admin.iam.send(
          new AttachGroupPolicyCommand({ GroupName: 'Developers', PolicyArn: policyArn }),
        );
        await put(dave, 'early.jpg');
      }
    });

    it('a deactivated key refuses the very next call', async () => {
      const setStatus = (Status: 'Active' | 'Inactive') =>
        admin.iam.send(
          new UpdateAccessKeyCommand({ UserName: 'dave', AccessKeyId: daveKeyId, Status }),
        );
      await dave.sts.send(new GetCallerIdentityCommand());
      await setStatus('Inactive');
      await assert.rejects(dave.sts.send(new GetCallerIdentityCommand()), {
        name: 'InvalidClientTokenId',
        message: 'The security token included in the request is invalid.',
      });
      await assert.rejects(put(dave, 'late.jpg'), { name: 'InvalidAccessKeyId' });
      await setStatus('Active');
      await dave.sts.send(new GetCallerIdentityCommand());
    });
  });
}
