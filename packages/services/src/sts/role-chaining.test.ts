import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { type Credentials, firstAccountId } from '../testing.ts';
import {
  everyAssumption,
  openTestSts,
  refusalOf,
  type TestSts,
  trusting,
} from './testing-world.ts';

const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
const tag = (Key: string, Value: string) => ({ Key, Value });

/** Two roles, of which the first may assume the second with tags and a source identity. */
async function openWorld(sts: TestSts) {
  const credentials = await sts.createUser('dave');
  const first = await sts.createRole('first', [trusting(dave, { Action: everyAssumption })], {
    maxSessionDuration: 43_200,
  });
  const second = await sts.createRole('second', [trusting(first, { Action: everyAssumption })], {
    maxSessionDuration: 7200,
  });
  const enter = (input: Partial<AssumeRoleRequest> = {}) =>
    sts.assumed(credentials, { RoleArn: first, ...input });
  return { credentials, first, second, enter };
}

/** What a policy finds under `aws:PrincipalTag/…` and the like, asked through AWS's own words. */
async function seen(sts: TestSts, session: object, key: string, value: string): Promise<boolean> {
  for (const RoleName of ['first', 'second']) {
    await sts.call('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'iam:ListUsers',
          Resource: '*',
          Condition: { StringEquals: { [key]: value } },
        },
      }),
    });
  }
  return sts.call('iam', 'ListUsers', {}, session as never).then(
    () => true,
    () => false,
  );
}

describe('a session that policies name', () => {
  it('is nobody any more once its role is gone, whoever has its names', async (test) => {
    const sts = await openTestSts(test);
    const { call } = sts;
    const credentials = await sts.createUser('dave');
    const makeLow = () => sts.createRole('low', [trusting(dave)]);
    const RoleArn = await makeLow();
    const session = `arn:aws:sts::${firstAccountId}:assumed-role/low/app`;
    const high = await sts.createRole('high', [trusting(session)]);
    const read = trusting(session, { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::photos' });
    await call('s3', 'CreateBucket', { Bucket: 'photos' });
    await call('s3', 'PutBucketPolicy', {
      Bucket: 'photos',
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [read] }),
    });
    const shown = async () => {
      const role = (await call('iam', 'GetRole', { RoleName: 'high' })) as {
        Role: { AssumeRolePolicyDocument: string };
      };
      const bucket = (await call('s3', 'GetBucketPolicy', { Bucket: 'photos' })) as {
        Policy: string;
      };
      return [decodeURIComponent(role.Role.AssumeRolePolicyDocument), bucket.Policy].map(
        (text) => JSON.parse(text).Statement[0].Principal.AWS,
      );
    };
    const enter = (RoleSessionName: string) =>
      sts.assumed(credentials, { RoleArn, RoleSessionName });
    const isRefused = async (by: Credentials) => {
      const assumed = sts.assumeRole(by, { RoleArn: high });
      assert.match(await refusalOf(assumed), /^AccessDenied 403/);
      const listed = call('s3', 'ListObjectsV2', { Bucket: 'photos' }, by);
      assert.match(await refusalOf(listed), /^AccessDenied 403/);
    };
    const first = await enter('app');
    await sts.assumeRole(first, { RoleArn: high });
    await call('s3', 'ListObjectsV2', { Bucket: 'photos' }, first);
    await isRefused(await enter('other'));
    assert.deepEqual(await shown(), [session, session]);
    await call('iam', 'DeleteRole', { RoleName: 'low' });
    await makeLow();
    await isRefused(await enter('app'));
    for (const named of await shown()) assert.match(named, /^AROA[A-Z0-9]+:app$/);
  });
});

describe('how long a session lasts', () => {
  it('is at most what the role allows, and an hour in a chain of roles', async (test) => {
    const sts = await openTestSts(test);
    const { credentials, first, second, enter } = await openWorld(sts);
    const plain = await sts.createRole('plain', [trusting(dave), trusting(first)]);
    const last = async (by: object, RoleArn: string, DurationSeconds?: number) => {
      const { Credentials } = await sts.assumeRole(by as never, { RoleArn, DurationSeconds });
      return ((Credentials?.Expiration?.getTime() ?? 0) - sts.clock.now) / 1000;
    };
    assert.equal(await last(credentials, first), 3600);
    assert.equal(await last(credentials, first, 900), 900);
    assert.equal(await last(credentials, first, 43_200), 43_200);
    assert.equal(await last(credentials, plain, 3600), 3600);
    const tooLong =
      'ValidationError 400 The requested DurationSeconds exceeds the MaxSessionDuration set for ' +
      'this role.';
    const chained =
      'ValidationError 400 The requested DurationSeconds exceeds the 1 hour session limit for ' +
      'roles assumed by role chaining.';
    assert.equal(await refusalOf(last(credentials, plain, 3601)), tooLong);
    const session = await enter();
    assert.equal(await last(session, second), 3600);
    assert.equal(await last(session, second, 3600), 3600);
    assert.equal(await refusalOf(last(session, second, 3601)), chained);
    assert.equal(await refusalOf(last(session, second, 7201)), tooLong);
    assert.equal(await refusalOf(last(session, plain, 3601)), tooLong);
  });

  it('a role assumes itself only where its trust policy names it', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const everything = { statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const RoleArn = await sts.createRole(
      'PhotoAppRole',
      [trusting(dave), trusting(firstAccountId)],
      everything,
    );
    const session = await sts.assumed(credentials, { RoleArn });
    assert.match(await refusalOf(sts.assumeRole(session, { RoleArn })), /not authorized/);
    await sts.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'PhotoAppRole',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trusting(RoleArn)] }),
    });
    await sts.assumeRole(session, { RoleArn });
  });

  it('a trust policy may name one session of a role', async (test) => {
    const sts = await openTestSts(test);
    const { enter } = await openWorld(sts);
    const arn = `arn:aws:sts::${firstAccountId}:assumed-role/first/one`;
    const RoleArn = await sts.createRole('third', [trusting(arn)]);
    await sts.assumeRole(await enter({ RoleSessionName: 'one' }), { RoleArn });
    const other = await enter({ RoleSessionName: 'two' });
    assert.match(await refusalOf(sts.assumeRole(other, { RoleArn })), /not authorized/);
  });
});

describe('session tags', () => {
  it('are known to policies, above those of the role', async (test) => {
    const sts = await openTestSts(test);
    const { enter } = await openWorld(sts);
    await sts.call('iam', 'TagRole', {
      RoleName: 'first',
      Tags: [tag('Team', 'photos'), tag('Zone', 'eu')],
    });
    const session = await enter({ Tags: [tag('team', 'video')] });
    assert.equal(await seen(sts, session, 'aws:PrincipalTag/Team', 'video'), true);
    assert.equal(await seen(sts, session, 'aws:PrincipalTag/Team', 'photos'), false);
    assert.equal(await seen(sts, session, 'aws:PrincipalTag/zone', 'eu'), true);
    assert.equal(await seen(sts, await enter(), 'aws:PrincipalTag/Team', 'photos'), true);
  });

  it('go on to the next session only where they are transitive, and cannot change', async (test) => {
    const sts = await openTestSts(test);
    const { enter, second } = await openWorld(sts);
    const session = await enter({
      Tags: [tag('Team', 'photos'), tag('Cost', '1')],
      TransitiveTagKeys: ['team'],
    });
    const chained = await sts.assumed(session, { RoleArn: second, Tags: [tag('Cost', '2')] });
    assert.equal(await seen(sts, chained, 'aws:PrincipalTag/Team', 'photos'), true);
    assert.equal(await seen(sts, chained, 'aws:PrincipalTag/Cost', '2'), true);
    const plain = await sts.assumed(session, { RoleArn: second });
    assert.equal(await seen(sts, plain, 'aws:PrincipalTag/Cost', '1'), false);
    const third = await sts.createRole('third', [
      trusting(second, { Action: ['sts:AssumeRole', 'sts:TagSession'] }),
    ]);
    const further = await sts.assumed(chained, { RoleArn: third });
    await sts.call('iam', 'PutRolePolicy', {
      RoleName: 'third',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'iam:ListUsers',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'photos' } },
        },
      }),
    });
    await sts.call('iam', 'ListUsers', {}, further);
    const conflict =
      "InvalidParameterValue 400 One of the specified transitive tag keys can't be set because it " +
      'conflicts with a transitive tag key from the calling session.';
    for (const Key of ['Team', 'TEAM']) {
      const input = { RoleArn: second, Tags: [tag(Key, 'video')] };
      assert.equal(await refusalOf(sts.assumeRole(session, input)), conflict);
    }
  });

  it('are refused where they contradict themselves', async (test) => {
    const sts = await openTestSts(test);
    const { enter } = await openWorld(sts);
    const rows: readonly (readonly [Partial<AssumeRoleRequest>, string])[] = [
      [
        { Tags: [tag('Team', 'a'), tag('team', 'b')] },
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      ],
      [
        { Tags: [tag('Team', 'a')], TransitiveTagKeys: ['Cost'] },
        'The specified transitive tag key must be included in the requested tags.',
      ],
      [
        { TransitiveTagKeys: ['Cost'] },
        'The specified transitive tag key must be included in the requested tags.',
      ],
      [
        { Tags: [tag('AWS:team', 'a')] },
        'Tag keys beginning with aws: are reserved for system use.',
      ],
    ];
    for (const [input, message] of rows) {
      assert.equal(await refusalOf(enter(input)), `InvalidParameterValue 400 ${message}`);
    }
  });

  it('need sts:TagSession of both sides, passed or inherited', async (test) => {
    const sts = await openTestSts(test);
    const { credentials, first, enter } = await openWorld(sts);
    const plain = await sts.createRole('plain', [trusting(dave), trusting(first)]);
    await sts.assumeRole(credentials, { RoleArn: plain });
    const refused = (by: string) =>
      `AccessDenied 403 User: ${by} is not authorized to perform: sts:TagSession on resource: ${plain}`;
    const Tags = [tag('Team', 'photos')];
    const passed = sts.assumeRole(credentials, { RoleArn: plain, Tags });
    assert.equal(await refusalOf(passed), refused(dave));
    const session = await enter({ Tags, TransitiveTagKeys: ['Team'] });
    const inherited = sts.assumeRole(session, { RoleArn: plain });
    const arn = `arn:aws:sts::${firstAccountId}:assumed-role/first/app`;
    assert.equal(await refusalOf(inherited), refused(arn));
    await sts.allowUser('dave', [{ Effect: 'Deny', Action: 'sts:TagSession', Resource: '*' }]);
    assert.match(await refusalOf(enter({ Tags })), /sts:TagSession.*explicit deny/);
    await enter();
  });

  it('are asked by keys and values, and by which are transitive', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const Condition = {
      StringEquals: { 'aws:RequestTag/Team': 'photos' },
      'ForAllValues:StringEquals': {
        'aws:TagKeys': ['Team', 'Cost'],
        'sts:TransitiveTagKeys': ['Team'],
      },
    };
    const Action = ['sts:AssumeRole', 'sts:TagSession'];
    const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave, { Action, Condition })]);
    const rows: readonly (readonly [Partial<AssumeRoleRequest>, boolean])[] = [
      [{}, false],
      [{ Tags: [tag('Team', 'photos')] }, true],
      [{ Tags: [tag('Team', 'video')] }, false],
      [{ Tags: [tag('Team', 'photos'), tag('Cost', '1')] }, true],
      [{ Tags: [tag('Team', 'photos'), tag('Zone', 'eu')] }, false],
      [{ Tags: [tag('Team', 'photos')], TransitiveTagKeys: ['Team'] }, true],
      [{ Tags: [tag('Team', 'photos'), tag('Cost', '1')], TransitiveTagKeys: ['Cost'] }, false],
    ];
    for (const [input, allowed] of rows) {
      const attempt = sts.assumeRole(credentials, { RoleArn, ...input });
      if (allowed) await attempt;
      else assert.match(await refusalOf(attempt), /^AccessDenied 403/, JSON.stringify(input));
    }
  });

  it('are asked by the keys that are passed, however those of the role are spelled', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const Condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } };
    const Action = ['sts:AssumeRole', 'sts:TagSession'];
    const trust = [trusting(dave, { Action, Condition })];
    const RoleArn = await sts.createRole('PhotoAppRole', trust, { tags: [tag('Team', 'video')] });
    await sts.assumeRole(credentials, { RoleArn, Tags: [tag('team', 'photos')] });
    const refused = sts.assumeRole(credentials, { RoleArn, Tags: [tag('Team', 'photos')] });
    assert.match(await refusalOf(refused), /^AccessDenied 403/);
  });

  it('that are inherited count as those of the request', async (test) => {
    const sts = await openTestSts(test);
    const { first, enter } = await openWorld(sts);
    const Condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } };
    const Action = ['sts:AssumeRole', 'sts:TagSession'];
    const RoleArn = await sts.createRole('third', [trusting(first, { Action, Condition })]);
    const chain = async (...Tags: { Key: string; Value: string }[]) => {
      const TransitiveTagKeys = Tags.map(({ Key }) => Key);
      return sts.assumeRole(await enter({ Tags, TransitiveTagKeys }), { RoleArn });
    };
    await chain(tag('Team', 'photos'));
    const refusal = await refusalOf(chain(tag('Team', 'photos'), tag('Clearance', 'top')));
    assert.match(refusal, /^AccessDenied 403/);
  });
});

describe('the source identity', () => {
  it('is set once and remains', async (test) => {
    const sts = await openTestSts(test);
    const { enter, first, second, credentials } = await openWorld(sts);
    const answer = await sts.assumeRole(credentials, { RoleArn: first, SourceIdentity: 'dave' });
    assert.equal(answer.SourceIdentity, 'dave');
    const session = await enter({ SourceIdentity: 'dave' });
    assert.equal(await seen(sts, session, 'aws:SourceIdentity', 'dave'), true);
    for (const SourceIdentity of [undefined, 'dave']) {
      const chained = await sts.assumeRole(session, { RoleArn: second, SourceIdentity });
      assert.equal(chained.SourceIdentity, 'dave');
    }
    assert.equal(
      await refusalOf(sts.assumeRole(session, { RoleArn: second, SourceIdentity: 'other' })),
      'ValidationError 400 The source identity is already set for this assume role session',
    );
    assert.equal(await seen(sts, await enter(), 'aws:SourceIdentity', 'dave'), false);
  });

  it('needs sts:SetSourceIdentity of both sides, set or inherited', async (test) => {
    const sts = await openTestSts(test);
    const { enter, first, credentials } = await openWorld(sts);
    const Condition = { StringEquals: { 'sts:SourceIdentity': 'dave' } };
    const Action = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
    const conditioned = await sts.createRole('conditioned', [
      trusting(dave, { Action, Condition }),
      trusting(first, { Action, Condition }),
    ]);
    const plain = await sts.createRole('plain', [trusting(dave), trusting(first)]);
    await sts.assumeRole(credentials, { RoleArn: conditioned, SourceIdentity: 'dave' });
    const session = await enter({ SourceIdentity: 'dave' });
    await sts.assumeRole(session, { RoleArn: conditioned });
    for (const SourceIdentity of [undefined, 'other']) {
      const attempt = sts.assumeRole(credentials, { RoleArn: conditioned, SourceIdentity });
      assert.match(await refusalOf(attempt), /^AccessDenied 403/);
    }
    for (const attempt of [
      sts.assumeRole(credentials, { RoleArn: plain, SourceIdentity: 'dave' }),
      sts.assumeRole(session, { RoleArn: plain }),
    ]) {
      assert.match(await refusalOf(attempt), /perform: sts:SetSourceIdentity on resource: /);
    }
    await sts.allowUser('dave', [
      { Effect: 'Deny', Action: 'sts:SetSourceIdentity', Resource: '*' },
    ]);
    assert.match(await refusalOf(enter({ SourceIdentity: 'dave' })), /explicit deny/);
  });

  it('and context of a provider that is not here is refused', async (test) => {
    const sts = await openTestSts(test);
    const { enter } = await openWorld(sts);
    const ProviderArn = 'arn:aws:iam::aws:contextProvider/IdentityCenter';
    assert.equal(
      await refusalOf(enter({ ProvidedContexts: [{ ProviderArn, ContextAssertion: 'abcd' }] })),
      'InvalidContextAssertion 400 Context assertions cannot be verified: there are no context ' +
        'providers here.',
    );
  });
});
