import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as iam from '@aws-sdk/client-iam';
import * as s3 from '@aws-sdk/client-s3';
import { type Credentials, root, type StartedServer, startServer } from '../started-server.ts';
import { openFingerprint } from './fingerprint.ts';
import { furnishFunction } from './furnish-function.ts';
import { openSessions, type Sessions } from './session.ts';

/** Who calls the matrix, and whose credentials a request may bear that is not theirs. */
export interface World extends Sessions {
  readonly server: StartedServer;
  readonly iam: iam.IAMClient;
  readonly s3: s3.S3Client;
  /** A user who may do everything. */
  readonly probe: Credentials;
  /** Of a server that knows the same account, with a master key of its own. */
  readonly elsewhere: Required<Credentials>;
  readonly otherUser: Credentials;
  /** The user of the same name in another account. */
  readonly namesake: Credentials;
  readonly inactive: Credentials;
  readonly deleted: Credentials;
  readonly ofDeletedUser: Credentials;
  /**
   * Makes what the sample inputs name, where it is missing, and gives an upload's id; for one service
   * alone without what others have.
   */
  furnish(service?: string): Promise<string>;
  /** A digest of everything that the server keeps, but for records of calls and last uses. */
  fingerprint(): string;
  close(): Promise<void>;
}

/** `settings` is environment of its server, and of the commands that ask it. */
export async function openWorld(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const server = await startServer(['--functions'], undefined, settings);
  const elsewhere = await startServer(['--account-id', server.accountId]);
  const strangers = elsewhere.credentials() as Required<Credentials>;
  await elsewhere.stop();
  const session = server.credentials();
  const reach = { endpoint: server.endpoint, region: 'us-east-1', maxAttempts: 1 };
  const client = new iam.IAMClient({ ...reach, credentials: session });
  const buckets = new s3.S3Client({ ...reach, credentials: session, forcePathStyle: true });
  const second = secondAccount(server);
  const secondClient = new iam.IAMClient({ ...reach, credentials: second });
  const state = openFingerprint(server.folder);
  const credentials = {
    probe: await newUser(client, 'probe'),
    otherUser: await newUser(client, 'other'),
    namesake: await newUser(secondClient, 'probe'),
    ...(await lostKeys(client, reach)),
  };
  secondClient.destroy();
  const sessions = await openSessions(server, client, credentials);
  return {
    server,
    iam: client,
    s3: buckets,
    elsewhere: strangers,
    ...credentials,
    ...sessions,
    async furnish(service) {
      if (service === undefined || service === 'lambda') await furnishFunction(server, session);
      const isOfS3 = service === undefined || service === 's3';
      return furnish(server.accountId, client, isOfS3 ? buckets : undefined);
    },
    fingerprint: () => state.read(),
    async close() {
      state.close();
      client.destroy();
      buckets.destroy();
      await server.stop();
    },
  };
}

/** The operator's credentials in an account that uses the same names. */
export function secondAccount({ environment }: StartedServer): Credentials {
  const carnet = (...parameters: string[]) =>
    execFileSync(join(root, 'node_modules/.bin/carnet'), parameters, {
      env: environment,
      encoding: 'utf8',
    }).trim();
  const accountId = carnet('account', 'create', 'second');
  const printed = carnet('env', '--format', 'json', '--account', accountId);
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(printed);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
}

async function newUser(client: iam.IAMClient, UserName: string): Promise<Credentials> {
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await client.send(new iam.CreateUserCommand({ UserName }));
  await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
  return newKey(client, UserName);
}

async function newKey(client: iam.IAMClient, UserName: string): Promise<Credentials> {
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
}

/** Keys that were good, and used: one set to inactive, one deleted, one whose user was. */
async function lostKeys(client: iam.IAMClient, settings: iam.IAMClientConfig) {
  const use = async (credentials: Credentials) => {
    const user = new iam.IAMClient({ ...settings, credentials });
    await user.send(new iam.GetUserCommand({}));
    user.destroy();
  };
  const inactive = await newUser(client, 'lost');
  await use(inactive);
  await client.send(
    new iam.UpdateAccessKeyCommand({
      UserName: 'lost',
      AccessKeyId: inactive.accessKeyId,
      Status: 'Inactive',
    }),
  );
  const deleted = await newKey(client, 'lost');
  await use(deleted);
  await deleteKey(client, 'lost', deleted);
  const ofDeletedUser = await newUser(client, 'gone');
  await use(ofDeletedUser);
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await client.send(new iam.DetachUserPolicyCommand({ UserName: 'gone', PolicyArn }));
  await deleteKey(client, 'gone', ofDeletedUser);
  await client.send(new iam.DeleteUserCommand({ UserName: 'gone' }));
  return { inactive, deleted, ofDeletedUser };
}

function deleteKey(client: iam.IAMClient, UserName: string, { accessKeyId }: Credentials) {
  return client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }));
}

async function furnish(
  accountId: string,
  client: iam.IAMClient,
  buckets: s3.S3Client | undefined,
): Promise<string> {
  const Bucket = 'matrix-bucket';
  const statement = { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await ifMissing(client.send(new iam.CreateUserCommand({ UserName: 'matrix-user' })));
  await ifMissing(client.send(new iam.CreateGroupCommand({ GroupName: 'matrix-group' })));
  await createTrustingRole(client, accountId);
  await ifMissing(
    client.send(new iam.CreatePolicyCommand({ PolicyName: 'matrix-policy', PolicyDocument })),
  );
  await furnishInstanceProfile(client);
  if (buckets === undefined) return '';
  await buckets.send(new s3.CreateBucketCommand({ Bucket }));
  for (const Key of ['matrix-key', 'source']) {
    await buckets.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'matrix' }));
  }
  const { UploadId = '' } = await buckets.send(
    new s3.CreateMultipartUploadCommand({ Bucket, Key: 'matrix-key' }),
  );
  return UploadId;
}

/** The role that the samples of STS assume. It leaves to the account who may. */
export async function createTrustingRole(client: iam.IAMClient, accountId: string): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' },
  });
  const role = { RoleName: 'matrix-trusting', AssumeRolePolicyDocument };
  await ifMissing(client.send(new iam.CreateRoleCommand(role)));
}

/** A profile with a role, for what is done with instances. */
export async function furnishInstanceProfile(client: iam.IAMClient): Promise<void> {
  const profile = { InstanceProfileName: 'matrix-photos' };
  const role = { RoleName: 'matrix-photos' };
  const AssumeRolePolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
    '"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}';
  const found = await client.send(new iam.ListInstanceProfilesCommand());
  if (found.InstanceProfiles?.some(({ Roles = [] }) => Roles[0]?.RoleName === role.RoleName))
    return;
  await client.send(new iam.CreateRoleCommand({ ...role, AssumeRolePolicyDocument }));
  await client.send(new iam.CreateInstanceProfileCommand(profile));
  await client.send(new iam.AddRoleToInstanceProfileCommand({ ...profile, ...role }));
}

async function ifMissing(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: Error) => {
    if (error.name !== 'EntityAlreadyExistsException') throw error;
  });
}
