import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstAccountId } from '../testing.ts';
import { credentialsOf, openTestSts, policyOf, refusalOf, trusting } from './testing-world.ts';

const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
const bob = `arn:aws:sts::${firstAccountId}:federated-user/Bob`;
const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

describe('GetSessionToken', () => {
  it('gives the user again, for twelve hours unless told', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const answer = (await sts.call('sts', 'GetSessionToken', {}, credentials)) as {
      Credentials: { Expiration: Date };
    };
    assert.deepEqual(Object.keys(answer).sort(), [
      'Credentials',
      'SessionTokenSize',
      'SessionTokenUtilization',
    ]);
    assert.equal(answer.Credentials.Expiration.getTime(), sts.clock.now + 43_200_000);
    const session = credentialsOf(answer as object);
    assert.equal(await sts.arnOf(session), dave);
    const shorter = (await sts.call(
      'sts',
      'GetSessionToken',
      { DurationSeconds: 900 },
      credentials,
    )) as { Credentials: { Expiration: Date } };
    assert.equal(shorter.Credentials.Expiration.getTime(), sts.clock.now + 900_000);
    // What the user may do, and what is taken from the user, at this moment.
    await sts.allowUser('dave', [allow('s3:*', 'sts:*')]);
    await sts.call('s3', 'ListBuckets', {}, session);
    await sts.allowUser('dave', [allow('sts:*')]);
    await assert.rejects(sts.call('s3', 'ListBuckets', {}, session), { code: 'AccessDenied' });
    sts.clock.now += 43_200_000;
    await assert.rejects(sts.arnOf(session), { code: 'ExpiredToken' });
  });

  it('ends with the key that began it', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const made = await sts.call('sts', 'GetSessionToken', {}, credentials);
    const session = credentialsOf(made as object);
    await sts.arnOf(session);
    const key = { UserName: 'dave', AccessKeyId: credentials.accessKeyId };
    await sts.call('iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' });
    await assert.rejects(sts.arnOf(session), { code: 'InvalidClientTokenId' });
  });

  it('no policy can deny it, and no session may call it', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    await sts.allowUser('dave', [{ Effect: 'Deny', Action: '*', Resource: '*' }]);
    const made = await sts.call('sts', 'GetSessionToken', {}, credentials);
    await sts.allowUser('dave', [allow('*')]);
    const session = credentialsOf(made as object);
    const role = await sts.createRole('PhotoAppRole', [trusting(dave)], {
      statements: [allow('*')],
    });
    const root = await sts.services.operator.credentials({ rootTask: 'S3UnlockBucketPolicy' });
    const federated = credentialsOf(
      (await sts.call('sts', 'GetFederationToken', { Name: 'Bob' }, credentials)) as object,
    );
    const assumed = await sts.assumed(session, { RoleArn: role });
    for (const by of [session, assumed, root, federated]) {
      await sts.arnOf(by);
      for (const operation of ['GetSessionToken', 'GetFederationToken']) {
        assert.equal(
          await refusalOf(sts.call('sts', operation, { Name: 'Bob' }, by)),
          `AccessDenied 403 Cannot call ${operation} with session credentials`,
        );
      }
    }
    for (const by of [session, federated]) {
      for (const [operation, input] of [
        ['GetAccessKeyInfo', { AccessKeyId: credentials.accessKeyId }],
        ['DecodeAuthorizationMessage', { EncodedMessage: 'x' }],
      ] as const) {
        assert.match(await refusalOf(sts.call('sts', operation, input, by)), /^AccessDenied 403/);
      }
    }
  });
});

describe('GetFederationToken', () => {
  it('gives somebody of another name, for twelve hours unless told', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    await sts.allowUser('dave', [allow('s3:*', 'sts:GetFederationToken')]);
    const Policy = policyOf([allow('s3:ListAllMyBuckets')]);
    const answer = (await sts.call(
      'sts',
      'GetFederationToken',
      { Name: 'Bob', Policy },
      credentials,
    )) as { Credentials: { Expiration: Date }; FederatedUser: object; PackedPolicySize: number };
    assert.deepEqual(answer.FederatedUser, {
      FederatedUserId: `${firstAccountId}:Bob`,
      Arn: bob,
    });
    assert.ok(answer.PackedPolicySize > 0);
    assert.equal(answer.Credentials.Expiration.getTime(), sts.clock.now + 43_200_000);
    const session = credentialsOf(answer as object);
    assert.deepEqual(await sts.call('sts', 'GetCallerIdentity', {}, session), {
      UserId: `${firstAccountId}:Bob`,
      Account: firstAccountId,
      Arn: bob,
    });
    await sts.call('s3', 'ListBuckets', {}, session);
    const bucket = { Bucket: 'photos' };
    await assert.rejects(sts.call('s3', 'CreateBucket', bucket, session), { code: 'AccessDenied' });
    await assert.rejects(sts.call('iam', 'ListUsers', {}, session), {
      code: 'InvalidClientTokenId',
    });
    // Never more than the user may.
    await sts.allowUser('dave', [allow('sts:GetFederationToken')]);
    await assert.rejects(sts.call('s3', 'ListBuckets', {}, session), { code: 'AccessDenied' });
    await sts.call('iam', 'DeleteUserPolicy', { UserName: 'dave', PolicyName: 'own' });
    await sts.call('iam', 'DeleteAccessKey', {
      UserName: 'dave',
      AccessKeyId: credentials.accessKeyId,
    });
    await assert.rejects(sts.arnOf(session), { code: 'InvalidClientTokenId' });
  });

  it('without a session policy gives nothing but what a resource grants to it', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    await sts.allowUser('dave', [allow('*')]);
    const made = await sts.call('sts', 'GetFederationToken', { Name: 'Bob' }, credentials);
    assert.equal((made as { PackedPolicySize: number }).PackedPolicySize, 0);
    const session = credentialsOf(made as object);
    await assert.rejects(sts.call('s3', 'ListBuckets', {}, session), { code: 'AccessDenied' });
    await sts.call('s3', 'CreateBucket', { Bucket: 'photos' });
    const list = () => sts.call('s3', 'ListObjectsV2', { Bucket: 'photos' }, session);
    await assert.rejects(list(), { code: 'AccessDenied' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: bob },
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::photos',
      },
    });
    await sts.call('s3', 'PutBucketPolicy', { Bucket: 'photos', Policy });
    await list();
  });

  it('needs permission on the name, and another for tags', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const get = (input: object) => sts.call('sts', 'GetFederationToken', input, credentials);
    const head = `AccessDenied 403 User: ${dave} is not authorized to perform: `;
    assert.equal(
      await refusalOf(get({ Name: 'Bob' })),
      `${head}sts:GetFederationToken on resource: ${bob} because no identity-based policy allows ` +
        'the sts:GetFederationToken action',
    );
    const own = { Effect: 'Allow', Action: 'sts:GetFederationToken', Resource: bob };
    await sts.allowUser('dave', [own]);
    await get({ Name: 'Bob' });
    assert.match(await refusalOf(get({ Name: 'Eve' })), /federated-user\/Eve because/);
    const Tags = [{ Key: 'Team', Value: 'photos' }];
    assert.match(
      await refusalOf(get({ Name: 'Bob', Tags })),
      /perform: sts:TagSession on resource: arn:aws:sts::\d{12}:federated-user\/Bob because/,
    );
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'photos' } };
    await sts.allowUser('dave', [
      own,
      { Effect: 'Allow', Action: 'sts:TagSession', Resource: '*', Condition },
    ]);
    await get({ Name: 'Bob', Tags });
    const others = [{ Key: 'Team', Value: 'video' }];
    assert.match(await refusalOf(get({ Name: 'Bob', Tags: others })), /sts:TagSession/);
    const twice = [...Tags, { Key: 'team', Value: 'photos' }];
    assert.equal(
      await refusalOf(get({ Name: 'Bob', Tags: twice })),
      'InvalidParameterValue 400 Duplicate tag keys found. Please note that Tag keys are case ' +
        'insensitive.',
    );
  });

  it('has the tags of the user, and above them its own', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    await sts.call('iam', 'TagUser', {
      UserName: 'dave',
      Tags: [
        { Key: 'Team', Value: 'photos' },
        { Key: 'Zone', Value: 'eu' },
      ],
    });
    await sts.allowUser('dave', [allow('*')]);
    const when = (key: string, value: string) => ({
      ...allow('s3:ListAllMyBuckets'),
      Condition: { StringEquals: { [key]: value } },
    });
    const can = async (statement: object, Tags?: object) => {
      const input = { Name: 'Bob', Policy: policyOf([statement]), Tags };
      const made = await sts.call('sts', 'GetFederationToken', input, credentials);
      const session = credentialsOf(made as object);
      return sts.call('s3', 'ListBuckets', {}, session).then(
        () => true,
        () => false,
      );
    };
    const Tags = [{ Key: 'team', Value: 'video' }];
    assert.equal(await can(when('aws:PrincipalTag/Team', 'photos')), true);
    assert.equal(await can(when('aws:PrincipalTag/Team', 'video'), Tags), true);
    assert.equal(await can(when('aws:PrincipalTag/Team', 'photos'), Tags), false);
    assert.equal(await can(when('aws:PrincipalTag/Zone', 'eu'), Tags), true);
  });
});

describe('GetCallerIdentity', () => {
  it('is denied to nobody, whatever their session may do', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    await sts.allowUser('dave', [allow('*')]);
    const everything = { Effect: 'Deny', Action: '*', Resource: '*' };
    const Policy = policyOf([everything]);
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)]);
    const federated = await sts.call(
      'sts',
      'GetFederationToken',
      { Name: 'Bob', Policy },
      credentials,
    );
    const sessions = [
      [credentials, dave],
      [
        await sts.assumed(credentials, { RoleArn, Policy }),
        `arn:aws:sts::${firstAccountId}:assumed-role/PhotoAppRole/app`,
      ],
      [credentialsOf(federated as object), bob],
      [
        await sts.services.operator.credentials({ rootTask: 'SQSUnlockQueuePolicy' }),
        `arn:aws:iam::${firstAccountId}:root`,
      ],
    ] as const;
    await sts.allowUser('dave', [everything]);
    for (const [by, arn] of sessions) assert.equal(await sts.arnOf(by), arn);
  });
});
