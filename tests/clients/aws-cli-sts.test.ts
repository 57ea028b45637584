/** Sessions with the `aws` command line: roles, MFA, federation, and the operator's own ways. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { codesFrom, oneTimeCode } from '../iam/one-time-code.ts';
import { type Credentials, root, type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, type Terminal, whyMissing } from './command-line.ts';

const skip = whyMissing('aws', '--version');

const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

describe('sessions with the aws command line', { skip }, () => {
  let server: StartedServer;
  let iam: IAMClient;
  let dave: Terminal;
  let analyst: Terminal;
  const terminals: Terminal[] = [];

  before(async () => {
    server = await startServer();
    const settings = { endpoint: server.endpoint, region: 'us-east-1' };
    iam = new IAMClient({ ...settings, credentials: server.credentials() });
    dave = open(await newUser('dave'));
    analyst = open(await newUser('analyst'));
  });
  after(async () => {
    iam?.destroy();
    for (const terminal of terminals) terminal.close();
    assert.equal(await server?.stop(), 0);
  });

  function open(credentials: Credentials): Terminal {
    const terminal = openTerminal(server, credentials);
    terminals.push(terminal);
    return terminal;
  }

  async function newUser(UserName: string): Promise<Credentials> {
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  }

  const may = (UserName: string, ...statements: object[]) =>
    iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'own',
        PolicyDocument: document(...statements),
      }),
    );

  interface Made {
    readonly Credentials: {
      readonly AccessKeyId: string;
      readonly SecretAccessKey: string;
      readonly SessionToken: string;
    };
  }
  const session = ({ Credentials: { AccessKeyId, SecretAccessKey, SessionToken } }: Made) =>
    open({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    });

  async function refused(terminal: Terminal, message: RegExp, ...words: string[]): Promise<void> {
    assert.match(await terminal.refused(...words), message, words.join(' '));
  }

  it('a role with its external id, tags and a policy; and by a profile', async () => {
    const { accountId } = server;
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'PhotoAppRole',
        AssumeRolePolicyDocument: document({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${accountId}:user/dave` },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: { StringEquals: { 'sts:ExternalId': 'photos-1' } },
        }),
      }),
    );
    const arn = `arn:aws:iam::${accountId}:role/PhotoAppRole`;
    const assume = ['sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'app'];
    const withId = ['--external-id', 'photos-1'];
    await refused(
      dave,
      /\(AccessDenied\) when calling the AssumeRole operation: User: \S+user\/dave is not authorized to perform: sts:AssumeRole on resource: \S+PhotoAppRole$/,
      ...assume,
    );
    const made = await dave.json(
      ...[...assume, ...withId],
      ...['--tags', 'Key=Team,Value=photos', '--transitive-tag-keys', 'Team'],
      ...['--policy', document(allow('s3:ListAllMyBuckets')), '--duration-seconds', '900'],
    );
    assert.ok(made.PackedPolicySize > 0);
    const app = session(made);
    const identity = await app.json('sts', 'get-caller-identity');
    assert.equal(identity.Arn, `arn:aws:sts::${accountId}:assumed-role/PhotoAppRole/app`);
    dave.write(
      '.aws-config',
      '[profile app]\n' +
        `role_arn = ${arn}\nexternal_id = photos-1\ncredential_source = Environment\n`,
    );
    const byProfile = await dave.json('sts', 'get-caller-identity', '--profile', 'app');
    assert.match(byProfile.Arn, /:assumed-role\/PhotoAppRole\/botocore-session-\d+$/);
  });

  it('a policy that denies without MFA, and a code that works once', async () => {
    const made = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'analyst' }),
    );
    const { SerialNumber = '', Base32StringSeed = new Uint8Array() } = made.VirtualMFADevice ?? {};
    const seed = new TextDecoder().decode(Base32StringSeed);
    await iam.send(
      new EnableMFADeviceCommand({ UserName: 'analyst', SerialNumber, ...codesFrom(seed, -2) }),
    );
    await may('analyst', allow('*'), {
      Effect: 'Deny',
      NotAction: 'sts:GetSessionToken',
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    });
    const list = ['iam', 'list-users', '--query', 'Users[].UserName'];
    await refused(analyst, /explicit deny in an identity-based policy$/, ...list);
    const get = ['sts', 'get-session-token', '--serial-number', SerialNumber, '--token-code'];
    await refused(analyst, /with invalid MFA one time pass code\.$/, ...get, '000000');
    const code = oneTimeCode(seed, 0);
    const withMfa = session(await analyst.json(...get, code));
    assert.deepEqual(await withMfa.json(...list), ['analyst', 'dave']);
    await refused(analyst, /with invalid MFA one time pass code\.$/, ...get, code);
  });

  it('a federated user, and questions about keys and messages', async () => {
    await may('dave', allow('s3:*', 'sts:*'));
    const get = ['sts', 'get-federation-token', '--name', 'Bob', '--duration-seconds', '900'];
    const made = await dave.json(...get, '--policy', document(allow('s3:ListAllMyBuckets')));
    assert.equal(made.FederatedUser.FederatedUserId, `${server.accountId}:Bob`);
    const bob = session(made);
    assert.deepEqual((await bob.json('s3api', 'list-buckets')).Buckets, []);
    await refused(bob, /\(AccessDenied\)/, 's3api', 'create-bucket', '--bucket', 'photos');
    const info = ['sts', 'get-access-key-info', '--access-key-id', made.Credentials.AccessKeyId];
    assert.equal((await dave.json(...info)).Account, server.accountId);
    const decode = ['sts', 'decode-authorization-message', '--encoded-message', 'abc'];
    await refused(dave, /\(InvalidAuthorizationMessageException\)/, ...decode);
    const denied = await dave.refused('ec2', 'describe-instances');
    const sentence = /\(UnauthorizedOperation\).* failure message: (?<message>[\w-]+)$/;
    const { message = '' } = sentence.exec(denied)?.groups ?? {};
    const { DecodedMessage } = await dave.json(...decode.slice(0, -1), message);
    const { explicitDeny, context } = JSON.parse(DecodedMessage);
    assert.deepEqual(
      [explicitDeny, context.action, context.principal.arn],
      [false, 'ec2:DescribeInstances', `arn:aws:iam::${server.accountId}:user/dave`],
    );
  });

  it('the operator is a role that trusts the account, or the root user for one task', async () => {
    const carnet = (...words: string[]) => {
      const program = join(root, 'node_modules/.bin/carnet');
      const { environment: env } = server;
      const options = { env, encoding: 'utf8', stdio: 'pipe' } as const;
      const printed = execFileSync(program, ['env', '--format', 'json', ...words], options);
      return session({ Credentials: JSON.parse(printed) });
    };
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole' };
    const statement = { ...trust, Principal: { AWS: server.accountId } };
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'Developers',
        AssumeRolePolicyDocument: document(statement),
      }),
    );
    const developer = await carnet('--role', 'Developers').json('sts', 'get-caller-identity');
    assert.match(developer.Arn, /:assumed-role\/Developers\/operator$/);
    assert.throws(() => carnet('--role', 'PhotoAppRole'), /not authorized/);
    assert.throws(() => carnet('--role', 'Developers', '--root-task', 'S3'), /both there/);
    assert.throws(() => carnet('--root-task', 'Everything'), /task policy must be one of/);

    const bucket = ['--bucket', 'locked-photos'];
    const everybody = { Effect: 'Deny', Principal: '*', Action: 's3:*' };
    const locked = document({ ...everybody, Resource: 'arn:aws:s3:::locked-photos' });
    const operator = carnet();
    await operator.aws('s3api', 'create-bucket', ...bucket);
    await operator.aws('s3api', 'put-bucket-policy', ...bucket, '--policy', locked);
    const remove = ['s3api', 'delete-bucket-policy', ...bucket];
    await refused(operator, /explicit deny in a resource-based policy/, ...remove);
    const account = ['--account', server.accountId, '--root-task', 'S3UnlockBucketPolicy'];
    await carnet(...account).aws(...remove);
    await operator.aws('s3api', 'head-bucket', ...bucket);
  });
});
