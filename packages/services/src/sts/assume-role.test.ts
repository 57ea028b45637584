import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstAccountId } from '../testing.ts';
import { recordsOf } from './testing-record.ts';
import {
  credentialsOf,
  everyAssumption,
  openTestSts,
  policyOf,
  refusalOf,
  trusting,
} from './testing-world.ts';

const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
const secondAccount = '222222222222';
const ofAccount = (accountId: string) => `arn:aws:iam::${accountId}:root`;

/** The sentence that says nothing of what exists. */
const denied = (roleArn: string, by = dave, action = 'sts:AssumeRole') =>
  `AccessDenied 403 User: ${by} is not authorized to perform: ${action} on resource: ${roleArn}`;

const mayAssume = [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }];

describe('AssumeRole', () => {
  it('gives a session that is known by its ARN and lasts an hour', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)], {
      path: '/apps/eu/',
      statements: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }],
    });
    const answer = await sts.assumeRole(credentials, { RoleArn, RoleSessionName: 'app=1' });
    const { Role } = (await sts.call('iam', 'GetRole', { RoleName: 'PhotoAppRole' })) as {
      Role: { RoleId: string };
    };
    const { Credentials: made, SessionTokenSize: size = 0, ...rest } = answer;
    const Arn = `arn:aws:sts::${firstAccountId}:assumed-role/PhotoAppRole/app=1`;
    assert.deepEqual(rest, {
      AssumedRoleUser: { AssumedRoleId: `${Role.RoleId}:app=1`, Arn },
      SessionTokenUtilization: Math.ceil((100 * size) / 4096),
    });
    assert.equal(size, made?.SessionToken?.length);
    assert.match(made?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
    assert.equal(made?.Expiration?.getTime(), sts.clock.now + 3_600_000);
    const session = credentialsOf(answer);
    assert.deepEqual(await sts.call('sts', 'GetCallerIdentity', {}, session), {
      UserId: `${Role.RoleId}:app=1`,
      Account: firstAccountId,
      Arn,
    });
    await sts.call('iam', 'ListUsers', {}, session);
    await assert.rejects(sts.call('iam', 'ListRoles', {}, session), { code: 'AccessDenied' });
    sts.clock.now += 3_600_000;
    await assert.rejects(sts.call('iam', 'ListUsers', {}, session), { code: 'ExpiredToken' });
  });

  it('does not tell a role that is not there from one that trusts nobody', async (test) => {
    const sts = await openTestSts(test);
    const { services } = sts;
    await services.operator.createAccount({ name: 'second', accountId: secondAccount });
    const as = await services.operator.credentials({ accountId: secondAccount });
    const credentials = await sts.createUser('dave');
    const other = trusting({ Service: 'ec2.amazonaws.com' });
    await sts.createRole('untrusting', [other], { path: '/secret/' });
    await sts.createRole('untrusting', [other], { as });
    await sts.createRole('trusting', [trusting(ofAccount(firstAccountId))], { as });
    await sts.createRole('denying', [
      trusting(ofAccount(firstAccountId)),
      trusting(dave, { Effect: 'Deny' }),
    ]);
    const names = ['secret/untrusting', 'untrusting', 'none', 'denying', 'Administrator'];
    const asked = [
      ...names.map((name) => `arn:aws:iam::${firstAccountId}:role/${name}`),
      ...['untrusting', 'none', 'trusting', 'Administrator'].map(
        (name) => `arn:aws:iam::${secondAccount}:role/${name}`,
      ),
      'arn:aws:iam::333333333333:role/none',
      `arn:aws:iam::${firstAccountId}:user/dave`,
      `arn:aws-cn:iam::${firstAccountId}:role/denying`,
      `arn:aws:iam:us-east-1:${firstAccountId}:role/denying`,
      'arn:aws:s3:::photos',
    ];
    for (const RoleArn of asked) {
      assert.equal(await refusalOf(sts.assumeRole(credentials, { RoleArn })), denied(RoleArn));
    }
    await sts.allowUser('dave', mayAssume);
    for (const RoleArn of asked.filter((arn) => !arn.endsWith('/trusting'))) {
      assert.equal(await refusalOf(sts.assumeRole(credentials, { RoleArn })), denied(RoleArn));
    }
  });

  it('takes the ARN as it is stored, path and case included', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)], { path: '/apps/' });
    await sts.assumeRole(credentials, { RoleArn });
    for (const name of ['PhotoAppRole', 'apps/photoapprole', 'Apps/PhotoAppRole', 'apps//']) {
      const wrong = `arn:aws:iam::${firstAccountId}:role/${name}`;
      const refusal = await refusalOf(sts.assumeRole(credentials, { RoleArn: wrong }));
      assert.equal(refusal, denied(wrong));
    }
    for (const wrong of [
      'nothing-valid-in-here',
      'arn::b:::something/test-role',
      'arn:a::::something/test-role',
      'arn:a:::something/test-role',
      'arn:a:a::aaaaaaaaaa:',
    ]) {
      const refusal = await refusalOf(sts.assumeRole(credentials, { RoleArn: wrong }));
      assert.equal(refusal, `ValidationError 400 ${wrong} is invalid`);
    }
  });

  it('is decided by the trust policy and, where it only delegates, by the caller’s', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    await sts.createUser('analyst');
    const group = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    const rows: readonly (readonly [
      name: string,
      trust: object,
      byTrust: boolean,
      both: boolean,
    ])[] = [
      ['user', trusting(dave), true, true],
      ['another', trusting(`arn:aws:iam::${firstAccountId}:user/analyst`), false, false],
      ['account', trusting(ofAccount(firstAccountId)), false, true],
      ['number', trusting(firstAccountId), false, true],
      ['everybody', group, true, true],
      ['service', trusting({ Service: 'lambda.amazonaws.com' }), false, false],
      ['action', trusting(dave, { Action: 'sts:TagSession' }), false, false],
      [
        'condition',
        trusting(dave, { Condition: { StringEquals: { 'sts:RoleSessionName': 'other' } } }),
        false,
        false,
      ],
      [
        'sessionName',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language.
        trusting(dave, { Condition: { StringLike: { 'sts:RoleSessionName': '${aws:username}' } } }),
        false,
        false,
      ],
    ];
    const arns = new Map<string, string>();
    for (const [name, trust] of rows) arns.set(name, await sts.createRole(name, [trust]));
    const check = async (which: 2 | 3) => {
      for (const row of rows) {
        const RoleArn = arns.get(row[0]) ?? '';
        const attempt = sts.assumeRole(credentials, { RoleArn });
        if (row[which]) await attempt;
        else assert.equal(await refusalOf(attempt), denied(RoleArn), row[0]);
      }
    };
    await check(2);
    await sts.allowUser('dave', mayAssume);
    await check(3);
    await sts.assumeRole(credentials, {
      RoleArn: arns.get('sessionName') ?? '',
      RoleSessionName: 'dave',
    });
    // A deny of one's own is told to whoever it stands on.
    await sts.allowUser('dave', [
      ...mayAssume,
      { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' },
    ]);
    const own = `arn:aws:iam::${firstAccountId}:role/none`;
    for (const RoleArn of [arns.get('user') ?? '', own]) {
      const refusal = await refusalOf(sts.assumeRole(credentials, { RoleArn }));
      assert.equal(refusal, `${denied(RoleArn)} with an explicit deny in an identity-based policy`);
    }
    const elsewhere = 'arn:aws:iam::333333333333:role/none';
    const refusal = await refusalOf(sts.assumeRole(credentials, { RoleArn: elsewhere }));
    assert.equal(refusal, denied(elsewhere));
  });

  it('asks the boundary of the caller, whomever the trust policy names', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)]);
    await sts.assumeRole(credentials, { RoleArn });
    const boundary = (PermissionsBoundary: string) =>
      sts.call('iam', 'PutUserPermissionsBoundary', { UserName: 'dave', PermissionsBoundary });
    await boundary('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess');
    assert.equal(await refusalOf(sts.assumeRole(credentials, { RoleArn })), denied(RoleArn));
    await boundary('arn:aws:iam::aws:policy/AdministratorAccess');
    await sts.assumeRole(credentials, { RoleArn });
  });

  it('needs both accounts to agree, which have the same names', async (test) => {
    const sts = await openTestSts(test);
    const { services } = sts;
    await services.operator.createAccount({ name: 'second', accountId: secondAccount });
    const as = await services.operator.credentials({ accountId: secondAccount });
    const credentials = await sts.createUser('dave');
    await sts.call('iam', 'CreateUser', { UserName: 'dave' }, as);
    const own = await sts.createRole('PhotoAppRole', [
      trusting(`arn:aws:iam::${firstAccountId}:user/dave`),
    ]);
    const foreign = await sts.createRole(
      'PhotoAppRole',
      [trusting(`arn:aws:iam::${secondAccount}:user/dave`)],
      { as },
    );
    await sts.allowUser('dave', mayAssume);
    await sts.assumeRole(credentials, { RoleArn: own });
    const attempt = () => sts.assumeRole(credentials, { RoleArn: foreign });
    assert.equal(await refusalOf(attempt()), denied(foreign));
    const trust = (principal: string) =>
      sts.call(
        'iam',
        'UpdateAssumeRolePolicy',
        { RoleName: 'PhotoAppRole', PolicyDocument: policyOf([trusting(principal)]) },
        as,
      );
    for (const principal of [dave, firstAccountId, '*']) {
      await trust(principal);
      const session = credentialsOf(await attempt());
      const arn = `arn:aws:sts::${secondAccount}:assumed-role/PhotoAppRole/app`;
      assert.equal(await sts.arnOf(session), arn);
    }
    await sts.allowUser('dave', [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }]);
    for (const principal of [dave, firstAccountId, '*']) {
      await trust(principal);
      assert.equal(await refusalOf(attempt()), denied(foreign), principal);
    }
  });

  it('asks for the external id', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const Condition = { StringEquals: { 'sts:ExternalId': 'photos-1' } };
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave, { Condition })]);
    for (const ExternalId of [undefined, 'photos-2', 'PHOTOS-1', 'photos-1 ']) {
      const refusal = await refusalOf(sts.assumeRole(credentials, { RoleArn, ExternalId }));
      assert.equal(refusal, denied(RoleArn));
    }
    await sts.assumeRole(credentials, { RoleArn, ExternalId: 'photos-1' });
  });

  it('knows the tags of the role on both sides', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const tags = [{ Key: 'Team', Value: 'photos' }];
    const role = (name: string, more: object) => sts.createRole(name, [trusting(dave, more)]);
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'photos' } };
    const tagged = await sts.createRole('tagged', [trusting(dave, { Condition })], { tags });
    await sts.assumeRole(credentials, { RoleArn: tagged });
    const untagged = await role('untagged', { Condition });
    assert.match(await refusalOf(sts.assumeRole(credentials, { RoleArn: untagged })), /not auth/);
    await sts.allowUser('dave', [
      {
        Effect: 'Deny',
        Action: 'sts:AssumeRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:ResourceTag/Team': 'photos' } },
      },
    ]);
    assert.match(await refusalOf(sts.assumeRole(credentials, { RoleArn: tagged })), /deny/);
  });

  it('is refused to sessions that may not, and to service-linked roles', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    await sts.allowUser('dave', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(firstAccountId)]);
    const root = await sts.services.operator.credentials({ rootTask: 'S3UnlockBucketPolicy' });
    assert.equal(
      await refusalOf(sts.assumeRole(root, { RoleArn })),
      'AccessDenied 403 Roles may not be assumed by root accounts.',
    );
    const Policy = policyOf(mayAssume);
    const token = await sts.call('sts', 'GetFederationToken', { Name: 'Bob', Policy }, credentials);
    const federated = credentialsOf(token as object);
    assert.match(await refusalOf(sts.assumeRole(federated, { RoleArn })), /^AccessDenied 403/);
    const { Role } = (await sts.call('iam', 'CreateServiceLinkedRole', {
      AWSServiceName: 'elasticbeanstalk.amazonaws.com',
    })) as { Role: { Arn: string } };
    const linked = { RoleArn: Role.Arn };
    assert.equal(await refusalOf(sts.assumeRole(credentials, linked)), denied(Role.Arn));
  });

  it('ends with the key, the user and the role that it came from', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const first = await sts.createRole('first', [trusting(dave)]);
    const second = await sts.createRole('second', [trusting(first)]);
    const session = await sts.assumed(credentials, { RoleArn: first });
    const chained = await sts.assumed(session, { RoleArn: second });
    await sts.arnOf(chained);
    const setStatus = (Status: string) =>
      sts.call('iam', 'UpdateAccessKey', {
        UserName: 'dave',
        AccessKeyId: credentials.accessKeyId,
        Status,
      });
    await setStatus('Inactive');
    for (const ended of [session, chained]) {
      await assert.rejects(sts.arnOf(ended), { code: 'InvalidClientTokenId' });
    }
    await setStatus('Active');
    await sts.arnOf(chained);
    await sts.call('iam', 'DeleteRole', { RoleName: 'second' });
    await sts.createRole('second', [trusting(first)]);
    await assert.rejects(sts.arnOf(chained), { code: 'InvalidClientTokenId' });
  });

  it('is recorded where it is called and where the role is, without a secret', async (test) => {
    const sts = await openTestSts(test);
    const { services } = sts;
    await services.operator.createAccount({ name: 'second', accountId: secondAccount });
    const as = await services.operator.credentials({ accountId: secondAccount });
    const credentials = await sts.createUser('dave');
    await sts.allowUser('dave', mayAssume);
    const RoleArn = await sts.createRole(
      'PhotoAppRole',
      [trusting(dave, { Action: everyAssumption })],
      { as },
    );
    const answer = await sts.assumeRole(credentials, { RoleArn, SourceIdentity: 'dave' });
    const none = 'arn:aws:iam::222222222222:role/none';
    await refusalOf(sts.assumeRole(credentials, { RoleArn: none }));
    await services.close();
    const records = await recordsOf(sts.store, 'AssumeRole');
    const successes = records.filter(
      ({ requestParameters }) => requestParameters?.roleArn === RoleArn,
    );
    assert.deepEqual(successes.map(({ accountId }) => accountId).sort(), [
      firstAccountId,
      secondAccount,
    ]);
    for (const { readOnly, responseElements } of successes) {
      assert.equal(readOnly, true);
      assert.equal(responseElements?.sourceIdentity, 'dave');
      assert.equal(responseElements?.credentials?.accessKeyId, answer.Credentials?.AccessKeyId);
    }
    const refused = records.filter(({ requestParameters }) => requestParameters?.roleArn === none);
    assert.deepEqual(
      refused.map(({ accountId, errorCode }) => [accountId, errorCode]),
      [[firstAccountId, 'AccessDenied']],
    );
    const text = JSON.stringify(records);
    for (const secret of [answer.Credentials?.SecretAccessKey, answer.Credentials?.SessionToken]) {
      assert.ok(secret !== undefined && !text.includes(secret));
    }
  });
});
