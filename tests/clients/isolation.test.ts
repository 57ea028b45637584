/** Two accounts that use the same names for everything: neither ever meets the other's. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccountSummaryCommand,
  GetPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Credentials, root, type StartedServer, startServer } from '../started-server.ts';

interface Side {
  readonly accountId: string;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly dave: { readonly s3: S3Client; readonly iam: IAMClient; readonly keyId: string };
  readonly policyArn: string;
}

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement });

describe('two accounts with the same names', () => {
  let server: StartedServer;
  let first: Side;
  let second: Side;

  function carnet(...words: string[]): string {
    const program = join(root, 'node_modules/.bin/carnet');
    return execFileSync(program, words, { env: server.environment, encoding: 'utf8' });
  }

  function administrator(accountId: string): Credentials {
    const words = ['env', '--format', 'json', '--account', accountId];
    const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(carnet(...words));
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
  }

  function clients(credentials: Credentials) {
    const settings = { endpoint: server.endpoint, region: 'us-east-1', credentials };
    const once = { ...settings, maxAttempts: 1 };
    return { iam: new IAMClient(once), s3: new S3Client({ ...once, forcePathStyle: true }) };
  }

  /** An account with a user, a group and a policy of the same names as the other's. */
  async function furnish(accountId: string): Promise<Side> {
    const { iam, s3 } = clients(administrator(accountId));
    await iam.send(new CreateUserCommand({ UserName: 'dave' }));
    await iam.send(new CreateGroupCommand({ GroupName: 'Developers' }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'Developers', UserName: 'dave' }));
    const PolicyDocument = document({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' });
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'self', PolicyDocument }),
    );
    const policyArn = Policy?.Arn ?? '';
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'Developers', PolicyArn: policyArn }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'dave' }));
    const keyId = AccessKey?.AccessKeyId ?? '';
    const key = { accessKeyId: keyId, secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    return { accountId, iam, s3, dave: { ...clients(key), keyId }, policyArn };
  }

  before(async () => {
    server = await startServer();
    carnet('account', 'create', 'second', '--id', '222222222222');
    first = await furnish(server.accountId);
    second = await furnish('222222222222');
  });
  after(async () => {
    for (const side of [first, second]) {
      for (const client of [side?.iam, side?.s3, side?.dave.s3, side?.dave.iam]) client?.destroy();
    }
    await server?.stop();
  });

  it('each sees one user, one group and one policy: its own', async () => {
    for (const { iam, accountId } of [first, second]) {
      const { SummaryMap = {} } = await iam.send(new GetAccountSummaryCommand());
      const { Users, Groups, Policies } = SummaryMap;
      assert.deepEqual([Users, Groups, Policies], [1, 1, 1], accountId);
      const { AccessKeyMetadata = [] } = await iam.send(
        new ListAccessKeysCommand({ UserName: 'dave' }),
      );
      assert.equal(AccessKeyMetadata.length, 1);
    }
    const sts = new STSClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: administrator(second.accountId),
    });
    assert.equal((await sts.send(new GetCallerIdentityCommand())).Account, second.accountId);
    sts.destroy();
  });

  it('neither reads, attaches or deletes what is the other’s', async () => {
    const { policyArn: PolicyArn } = second;
    await assert.rejects(first.iam.send(new GetPolicyCommand({ PolicyArn })));
    await assert.rejects(
      first.iam.send(new AttachUserPolicyCommand({ UserName: 'dave', PolicyArn })),
    );
    const key = { UserName: 'dave', AccessKeyId: second.dave.keyId };
    await assert.rejects(first.iam.send(new DeleteAccessKeyCommand(key)), {
      name: 'NoSuchEntityException',
    });
    const { AccessKeyMetadata = [] } = await second.iam.send(
      new ListAccessKeysCommand({ UserName: 'dave' }),
    );
    assert.equal(AccessKeyMetadata[0]?.AccessKeyId, second.dave.keyId);
  });

  it('a bucket opens to the other account when both sides say so, and to nobody else', async () => {
    const Bucket = 'photos';
    await first.s3.send(new CreateBucketCommand({ Bucket }));
    await first.s3.send(new PutObjectCommand({ Bucket, Key: 'pic.jpg', Body: 'pic' }));
    await assert.rejects(second.s3.send(new CreateBucketCommand({ Bucket })), {
      name: 'BucketAlreadyExists',
    });
    assert.deepEqual((await second.s3.send(new ListBucketsCommand({}))).Buckets ?? [], []);
    const get = ({ dave }: Side) => dave.s3.send(new GetObjectCommand({ Bucket, Key: 'pic.jpg' }));
    const denied = { name: 'AccessDenied' };
    await assert.rejects(second.s3.send(new DeleteBucketCommand({ Bucket })), denied);

    const Policy = document({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::222222222222:user/dave' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::photos/*',
    });
    await first.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    // The bucket's side alone is not enough for another account's user.
    await assert.rejects(get(second), denied);
    const PolicyDocument = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    await second.iam.send(
      new PutUserPolicyCommand({ UserName: 'dave', PolicyName: 'photos', PolicyDocument }),
    );
    assert.equal(await (await get(second)).Body?.transformToString(), 'pic');
    await assert.rejects(get(first), denied);
    const put = new PutObjectCommand({ Bucket, Key: 'other.jpg', Body: 'other' });
    await assert.rejects(second.dave.s3.send(put), denied);
  });
});
