import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, readCredentials } from '@carnet/wire';
import { unpackAuditBlock } from './audit-block.ts';
import { openTestServices, signed, type TestServices } from './testing.ts';

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement });

/** Reads and refusals, in the order of the calls. */
async function readsOf({ store }: TestServices, operation: string) {
  const rows = await store.database
    .selectFrom('audit_block')
    .selectAll()
    .orderBy('first_time')
    .execute();
  return rows.flatMap(unpackAuditBlock).filter((event) => event.operation === operation);
}

describe('dispatch', () => {
  it('asks before it tells what exists', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    await createUser('viewer');
    for (const UserName of ['viewer', 'nobody']) {
      await assert.rejects(call('iam', 'GetUser', { UserName }, dave), {
        code: 'AccessDenied',
        status: 403,
        message:
          'User: arn:aws:iam::111111111111:user/dave is not authorized to perform: iam:GetUser on ' +
          `resource: arn:aws:iam::111111111111:user/${UserName} because no identity-based policy ` +
          'allows the iam:GetUser action',
      });
    }
  });

  it('shows what was asked for, never what is stored', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    const hidden = { UserName: 'Hidden', Path: '/secret/path/' };
    await call('iam', 'CreateUser', hidden);
    await call('iam', 'CreateGroup', { GroupName: 'Hidden', Path: '/secret/path/' });
    const { AccessKey } = (await call('iam', 'CreateAccessKey', { UserName: 'Hidden' })) as {
      AccessKey: { AccessKeyId: string };
    };
    const asked = [
      ['ListAccessKeys', { UserName: 'hIdden' }],
      ['UpdateUser', { UserName: 'hIdden', NewPath: '/a/' }],
      ['GetGroup', { GroupName: 'hIdden' }],
      ['UpdateGroup', { GroupName: 'hIdden', NewGroupName: 'b' }],
      ['GetRole', { RoleName: 'adMinistrator' }],
      ['GetAccessKeyLastUsed', { AccessKeyId: AccessKey.AccessKeyId }],
    ] as const;
    for (const [operation, input] of asked) {
      await assert.rejects(call('iam', operation, input, dave), (error) => {
        assert.ok(error instanceof ApiError && error.code === 'AccessDenied');
        assert.doesNotMatch(error.message, /secret|Hidden|Administrator/, operation);
        return true;
      });
    }
    // Decided by what is stored all the same.
    await call('iam', 'PutUserPolicy', {
      UserName: 'dave',
      PolicyName: 'own',
      PolicyDocument: document({
        Effect: 'Allow',
        Action: 'iam:ListAccessKeys',
        Resource: 'arn:aws:iam::111111111111:user/secret/path/Hidden',
      }),
    });
    await call('iam', 'ListAccessKeys', { UserName: 'hIdden' }, dave);
  });

  it('decides by the tags of caller, resource and request', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    await call('iam', 'TagUser', { UserName: 'dave', Tags: [{ Key: 'Team', Value: 'a' }] });
    await call('iam', 'PutUserPolicy', {
      UserName: 'dave',
      PolicyName: 'team',
      PolicyDocument: document([
        {
          Effect: 'Allow',
          Action: ['iam:CreateUser', 'iam:TagUser'],
          Resource: '*',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language.
          Condition: { StringEquals: { 'aws:RequestTag/team': '${aws:PrincipalTag/team}' } },
        },
        {
          Effect: 'Allow',
          Action: 'iam:DeleteUser',
          Resource: '*',
          Condition: { StringEquals: { 'iam:ResourceTag/Team': 'a' } },
        },
      ]),
    });
    const create = (UserName: string, Value: string) =>
      call('iam', 'CreateUser', { UserName, Tags: [{ Key: 'Team', Value }] }, dave);
    await create('one', 'a');
    await assert.rejects(create('two', 'b'), { code: 'AccessDenied' });
    await assert.rejects(call('iam', 'CreateUser', { UserName: 'three' }, dave), {
      code: 'AccessDenied',
    });
    await call('iam', 'CreateUser', { UserName: 'four', Tags: [{ Key: 'Team', Value: 'b' }] });
    await call('iam', 'DeleteUser', { UserName: 'one' }, dave);
    await assert.rejects(call('iam', 'DeleteUser', { UserName: 'four' }, dave), {
      code: 'AccessDenied',
    });
  });

  it('knows how a request of S3 was signed', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    const allowWhen = (Condition: object) =>
      call('iam', 'PutUserPolicy', {
        UserName: 'dave',
        PolicyName: 'form',
        PolicyDocument: document({ Effect: 'Allow', Action: '*', Resource: '*', Condition }),
      });
    await allowWhen({
      StringEquals: {
        's3:authType': 'REST-HEADER',
        's3:signatureversion': 'AWS4-HMAC-SHA256',
      },
    });
    await call('s3', 'ListBuckets', {}, dave);
    // They are keys of S3 alone.
    await assert.rejects(call('iam', 'ListUsers', {}, dave), { code: 'AccessDenied' });
    await allowWhen({ StringEquals: { 's3:authType': 'REST-QUERY-STRING' } });
    await assert.rejects(call('s3', 'ListBuckets', {}, dave), { code: 'AccessDenied' });
  });

  it('has the region of the deployment, whatever region a caller signs for', async (test) => {
    const { call, createUser, services, clock } = await openTestServices(test);
    const dave = await createUser('dave');
    const elsewhere = {
      StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' },
    };
    await call('iam', 'PutUserPolicy', {
      UserName: 'dave',
      PolicyName: 'regions',
      PolicyDocument: document([
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Deny', Action: '*', Resource: '*', Condition: elsewhere },
      ]),
    });
    for (const region of ['us-east-1', 'eu-central-1']) {
      const request = await services.authenticate(
        readCredentials(signed(dave, 's3', clock.now, region)),
        { sourceIp: '127.0.0.1', secure: false },
        undefined,
      );
      const asked = { request, service: 's3', operation: 'ListBuckets', input: {} };
      await assert.rejects(services.dispatch({ ...asked, requestId: region }), {
        code: 'AccessDenied',
      });
    }
  });

  it('guards a tag from every spelling of its key', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    await call('iam', 'TagUser', { UserName: 'dave', Tags: [{ Key: 'locked', Value: 'yes' }] });
    const locked = { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'locked' } };
    await call('iam', 'PutUserPolicy', {
      UserName: 'dave',
      PolicyName: 'tags',
      PolicyDocument: document([
        { Effect: 'Allow', Action: ['iam:TagUser', 'iam:UntagUser'], Resource: '*' },
        { Effect: 'Deny', Action: '*', Resource: '*', Condition: locked },
      ]),
    });
    for (const Key of ['locked', 'LOCKED', 'Locked']) {
      const untag = call('iam', 'UntagUser', { UserName: 'dave', TagKeys: [Key] }, dave);
      await assert.rejects(untag, { code: 'AccessDenied' }, Key);
      const Tags = [{ Key, Value: 'no' }];
      await assert.rejects(call('iam', 'TagUser', { UserName: 'dave', Tags }, dave), {
        code: 'AccessDenied',
      });
    }
    await call('iam', 'UntagUser', { UserName: 'dave', TagKeys: ['Other'] }, dave);
  });

  it('opens nothing to a tag beside another spelling of its key', async (test) => {
    const { call, createUser } = await openTestServices(test);
    const dave = await createUser('dave');
    const team = (key: string) => ({ StringEquals: { [`aws:${key}/Team`]: 'red' } });
    await call('iam', 'PutUserPolicy', {
      UserName: 'dave',
      PolicyName: 'tags',
      PolicyDocument: document([
        {
          Effect: 'Allow',
          Action: ['iam:CreatePolicy', 'iam:TagPolicy'],
          Resource: '*',
          Condition: team('RequestTag'),
        },
        {
          Effect: 'Allow',
          Action: 'iam:GetPolicy',
          Resource: '*',
          Condition: team('ResourceTag'),
        },
      ]),
    });
    const create = async (name: string, as: typeof dave | undefined, tags: [string, string][]) =>
      await call(
        'iam',
        'CreatePolicy',
        {
          PolicyName: name,
          PolicyDocument: document([{ Effect: 'Deny', Action: '*', Resource: '*' }]),
          Tags: tags.map(([Key, Value]) => ({ Key, Value })),
        },
        as,
      );
    const read = async (name: string) =>
      await call(
        'iam',
        'GetPolicy',
        { PolicyArn: `arn:aws:iam::111111111111:policy/${name}` },
        dave,
      );
    await create('one', dave, [['Team', 'red']]);
    await read('one');
    const pairs: [string, string][][] = [
      [
        ['Team', 'red'],
        ['team', 'blue'],
      ],
      [
        ['Team', 'blue'],
        ['team', 'red'],
      ],
      [
        ['team', 'red'],
        ['Team', 'blue'],
      ],
      [
        ['TEAM', 'blue'],
        ['Team', 'red'],
      ],
    ];
    for (const [index, tags] of pairs.entries()) {
      await assert.rejects(create('two', dave, tags), { code: 'AccessDenied' });
      await create(`of-others-${index}`, undefined, tags);
      await assert.rejects(read(`of-others-${index}`), { code: 'AccessDenied' });
    }
  });

  it('says that it does not serve what it does not serve', async (test) => {
    const services = await openTestServices(test);
    const { call } = services;
    for (const operation of ['CreateDelegationRequest', 'constructor', '__proto__']) {
      await assert.rejects(call('iam', operation), { code: 'NotImplemented', status: 501 });
    }
    await services.services.close();
    const [record, ...more] = await readsOf(services, 'CreateDelegationRequest');
    assert.equal(more.length, 0);
    assert.deepEqual([record?.errorCode, record?.accountId], ['NotImplemented', '111111111111']);
  });

  it('remembers when a key was last used', async (test) => {
    const { call, createUser, services, clock } = await openTestServices(test);
    const dave = await createUser('dave');
    clock.now += 60_000;
    await call('sts', 'GetCallerIdentity', {}, dave);
    await services.close();
    const answer = await call('iam', 'GetAccessKeyLastUsed', { AccessKeyId: dave.accessKeyId });
    assert.deepEqual(answer, {
      UserName: 'dave',
      AccessKeyLastUsed: {
        LastUsedDate: new Date(clock.now),
        ServiceName: 'sts',
        Region: 'us-east-1',
      },
    });
  });
});
