/** Every operation of STS that is served, and every member of it, through the SDK. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { codesFrom, oneTimeCode } from '../iam/one-time-code.ts';
import { type Credentials, type StartedServer, startServer } from '../started-server.ts';

const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

describe('STS through the SDK', () => {
  let server: StartedServer;
  let administrator: iam.IAMClient;
  let dave: sts.STSClient;
  let keyId = '';
  const clients: { destroy(): void }[] = [];
  const arnOf = (rest: string) => `arn:aws:iam::${server.accountId}:${rest}`;

  const stsOf = (credentials: Credentials) => kept(new sts.STSClient(reach(credentials)));
  const iamOf = (credentials: Credentials) => kept(new iam.IAMClient(reach(credentials)));
  function kept<Client extends { destroy(): void }>(client: Client): Client {
    clients.push(client);
    return client;
  }
  const reach = (credentials: Credentials) => ({
    endpoint: server.endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials,
  });
  const credentialsOf = ({ Credentials: made }: { Credentials?: sts.Credentials | undefined }) => ({
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  });
  const identityOf = (credentials: Credentials) =>
    stsOf(credentials).send(new sts.GetCallerIdentityCommand());

  before(async () => {
    server = await startServer();
    administrator = iamOf(server.credentials());
    await administrator.send(new iam.CreateUserCommand({ UserName: 'dave' }));
    await administrator.send(
      new iam.PutUserPolicyCommand({
        UserName: 'dave',
        PolicyName: 'own',
        PolicyDocument: document(allow('iam:List*', 'sts:*')),
      }),
    );
    const command = new iam.CreateAccessKeyCommand({ UserName: 'dave' });
    const { AccessKey } = await administrator.send(command);
    keyId = AccessKey?.AccessKeyId ?? '';
    dave = stsOf({ accessKeyId: keyId, secretAccessKey: AccessKey?.SecretAccessKey ?? '' });
  });
  after(async () => {
    for (const client of clients) client.destroy();
    assert.equal(await server?.stop(), 0);
  });

  it('AssumeRole with everything that can be passed, and into a second role', async () => {
    const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    const create = async (RoleName: string, AWS: string, Condition: object) => {
      const trust = { Effect: 'Allow', Principal: { AWS }, Action, Condition };
      const role = { RoleName, Path: '/apps/', AssumeRolePolicyDocument: document(trust) };
      await administrator.send(new iam.CreateRoleCommand(role));
      const own = {
        RoleName,
        PolicyName: 'own',
        PolicyDocument: document(allow('iam:*', 'sts:*')),
      };
      await administrator.send(new iam.PutRolePolicyCommand(own));
      return arnOf(`role/apps/${RoleName}`);
    };
    const RoleArn = await create('PhotoAppRole', arnOf('user/dave'), {
      StringEquals: {
        'sts:ExternalId': 'photos-1',
        'sts:SourceIdentity': 'dave',
        'sts:RoleSessionName': 'app',
        'aws:RequestTag/Team': 'photos',
      },
    });
    const input: sts.AssumeRoleCommandInput = {
      RoleArn,
      RoleSessionName: 'app',
      ExternalId: 'photos-1',
      SourceIdentity: 'dave',
      DurationSeconds: 900,
      Policy: document(allow('iam:ListUsers', 'sts:*')),
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }],
      Tags: [
        { Key: 'Team', Value: 'photos' },
        { Key: 'Cost', Value: '' },
      ],
      TransitiveTagKeys: ['Team'],
      MinimumSessionTokenSize: 2000,
    };
    const answer = await dave.send(new sts.AssumeRoleCommand(input));
    assert.equal(
      answer.AssumedRoleUser?.Arn,
      `arn:aws:sts::${server.accountId}:assumed-role/PhotoAppRole/app`,
    );
    assert.match(answer.AssumedRoleUser?.AssumedRoleId ?? '', /^AROA\w{17}:app$/);
    assert.equal(answer.SourceIdentity, 'dave');
    assert.ok((answer.PackedPolicySize ?? 0) > 0);
    const { SessionTokenSize: size = 0 } = answer;
    assert.ok(size >= 2000 && size === answer.Credentials?.SessionToken?.length);
    assert.equal(answer.SessionTokenUtilization, Math.ceil((100 * size) / 4096));
    const left = (answer.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
    assert.ok(left > 880_000 && left <= 900_000, `${left}`);
    const session = credentialsOf(answer);
    await iamOf(session).send(new iam.ListUsersCommand());
    await assert.rejects(iamOf(session).send(new iam.ListRolesCommand()), {
      name: 'AccessDenied',
    });
    for (const changes of [{ ExternalId: 'photos-2' }, { SourceIdentity: 'other' }, { Tags: [] }]) {
      const refused = dave.send(new sts.AssumeRoleCommand({ ...input, ...changes }));
      await assert.rejects(refused, (error: Error) => {
        const isTags = 'Tags' in changes;
        assert.match(error.message, isTags ? /sts:AssumeRole|must be included/ : /not authorized/);
        return true;
      });
    }
    const second = await create('second', RoleArn, {
      StringEquals: { 'aws:PrincipalTag/Team': 'photos', 'sts:SourceIdentity': 'dave' },
    });
    const chain = { RoleArn: second, RoleSessionName: 'next' };
    const chained = await stsOf(session).send(new sts.AssumeRoleCommand(chain));
    assert.equal(chained.SourceIdentity, 'dave');
    await assert.rejects(
      stsOf(session).send(new sts.AssumeRoleCommand({ ...chain, DurationSeconds: 3601 })),
      { name: 'ValidationError' },
    );
    const ProvidedContexts = [
      { ProviderArn: arnOf('contextProvider/a'), ContextAssertion: 'abcd' },
    ];
    await assert.rejects(dave.send(new sts.AssumeRoleCommand({ ...input, ProvidedContexts })), {
      name: 'InvalidContextAssertionException',
    });
  });

  it('GetSessionToken and AssumeRole with the code of a device', async () => {
    const device = { VirtualMFADeviceName: 'phone' };
    const command = new iam.CreateVirtualMFADeviceCommand(device);
    const { VirtualMFADevice } = await administrator.send(command);
    const { SerialNumber = '', Base32StringSeed = new Uint8Array() } = VirtualMFADevice ?? {};
    const seed = new TextDecoder().decode(Base32StringSeed);
    const codes = codesFrom(seed, -2);
    await administrator.send(
      new iam.EnableMFADeviceCommand({ UserName: 'dave', SerialNumber, ...codes }),
    );
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const trust = {
      Effect: 'Allow',
      Principal: { AWS: server.accountId },
      Action: 'sts:AssumeRole',
      Condition,
    };
    const role = { RoleName: 'guarded', AssumeRolePolicyDocument: document(trust) };
    await administrator.send(new iam.CreateRoleCommand(role));
    const guarded = { RoleArn: arnOf('role/guarded'), RoleSessionName: 'app' };
    await assert.rejects(dave.send(new sts.AssumeRoleCommand(guarded)), { name: 'AccessDenied' });
    const TokenCode = oneTimeCode(seed, 0);
    const withCode = { SerialNumber, TokenCode, DurationSeconds: 900, MinimumSessionTokenSize: 9 };
    const session = credentialsOf(await dave.send(new sts.GetSessionTokenCommand(withCode)));
    assert.equal((await identityOf(session)).Arn, arnOf('user/dave'));
    await iamOf(session).send(new iam.ListUsersCommand());
    await stsOf(session).send(new sts.AssumeRoleCommand(guarded));
    await assert.rejects(dave.send(new sts.GetSessionTokenCommand(withCode)), {
      name: 'AccessDenied',
      message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    });
    const next = { ...guarded, SerialNumber, TokenCode: oneTimeCode(seed, 1) };
    await dave.send(new sts.AssumeRoleCommand(next));
  });

  it('GetFederationToken with everything that can be passed', async () => {
    const answer = await dave.send(
      new sts.GetFederationTokenCommand({
        Name: 'Bob',
        DurationSeconds: 900,
        Policy: document(allow('s3:ListAllMyBuckets')),
        PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }],
        Tags: [{ Key: 'Team', Value: 'photos' }],
        MinimumSessionTokenSize: 1000,
      }),
    );
    const Arn = `arn:aws:sts::${server.accountId}:federated-user/Bob`;
    const FederatedUserId = `${server.accountId}:Bob`;
    assert.deepEqual(answer.FederatedUser, { Arn, FederatedUserId });
    assert.ok((answer.PackedPolicySize ?? 0) > 0 && (answer.SessionTokenSize ?? 0) >= 1000);
    const session = credentialsOf(answer);
    const { UserId, Account } = await identityOf(session);
    assert.deepEqual([UserId, Account], [FederatedUserId, server.accountId]);
    await assert.rejects(stsOf(session).send(new sts.GetSessionTokenCommand()), {
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    });
  });

  it('what is asked of an account, and what is refused', async () => {
    const info = new sts.GetAccessKeyInfoCommand({ AccessKeyId: keyId });
    assert.equal((await dave.send(info)).Account, server.accountId);
    const decode = new sts.DecodeAuthorizationMessageCommand({ EncodedMessage: 'abc' });
    await assert.rejects(dave.send(decode), { name: 'InvalidAuthorizationMessageException' });
    const root = new sts.AssumeRootCommand({
      TargetPrincipal: server.accountId,
      TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' },
      DurationSeconds: 900,
      MinimumSessionTokenSize: 0,
    });
    await assert.rejects(dave.send(root), { name: 'AccessDenied' });
    for (const command of [
      new sts.GetScopedCredentialsCommand({ DurationSeconds: 900 }),
      new sts.GetDelegatedAccessTokenCommand({ TradeInToken: 'abc' }),
      new sts.GetWebIdentityTokenCommand({ Audience: ['a'], SigningAlgorithm: 'ES384' }),
    ]) {
      await assert.rejects(dave.send(command as never), { name: 'NotImplemented' });
    }
  });
});
