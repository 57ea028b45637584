import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unpackAuditBlock } from '../audit-block.ts';
import { type Credentials, firstAccountId } from '../testing.ts';
import { openTestFunctions, refused, type TestFunctions } from './testing.ts';

const arn = `arn:aws:lambda:us-east-1:${firstAccountId}:function:thumbnail`;
const name = { FunctionName: 'thumbnail' };
const secondAccountId = '222222222222';

const invoking = { ...name, StatementId: 'one', Action: 'lambda:InvokeFunction' };

/** A function of the first account, and somebody of the second with every right there. */
async function open(context: Parameters<typeof openTestFunctions>[0]) {
  const opened = await openTestFunctions(context);
  await opened.create();
  const { operator } = opened.services;
  await operator.createAccount({ name: 'second', accountId: secondAccountId });
  const stranger = await operator.credentials({ accountId: secondAccountId });
  return { ...opened, stranger };
}

async function policyOf({ ask }: TestFunctions) {
  const { Policy: policy } = await ask('GetPolicy', name);
  return JSON.parse(String(policy));
}

describe('a statement', () => {
  test('is built as AWS builds it', async (context) => {
    const opened = await open(context);
    const { ask } = opened;
    const answer = await ask('AddPermission', {
      ...invoking,
      Principal: 's3.amazonaws.com',
      SourceArn: 'arn:aws:s3:::photos',
      SourceAccount: firstAccountId,
      EventSourceToken: 'token',
      PrincipalOrgID: 'o-0123456789',
    });
    const statement = {
      Sid: 'one',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: arn,
      Condition: {
        StringEquals: {
          'AWS:SourceAccount': firstAccountId,
          'aws:PrincipalOrgID': 'o-0123456789',
          'lambda:EventSourceToken': 'token',
        },
        ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::photos' },
      },
    };
    assert.deepEqual(JSON.parse(String(answer.Statement)), statement);
    await ask('AddPermission', { ...invoking, StatementId: 'two', Principal: '*' });
    const url = { FunctionUrlAuthType: 'NONE', InvokedViaFunctionUrl: true };
    const third = { ...invoking, StatementId: 'three', Principal: secondAccountId, ...url };
    await ask('AddPermission', third);
    const document = await policyOf(opened);
    assert.deepEqual([document.Version, document.Id], ['2012-10-17', 'default']);
    assert.deepEqual(
      new Map(document.Statement.map((one: { Sid: string }) => [one.Sid, one])),
      new Map<string, object>([
        ['one', statement],
        [
          'two',
          {
            Sid: 'two',
            Effect: 'Allow',
            Principal: '*',
            Action: 'lambda:InvokeFunction',
            Resource: arn,
          },
        ],
        [
          'three',
          {
            Sid: 'three',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${secondAccountId}:root` },
            Action: 'lambda:InvokeFunction',
            Resource: arn,
            Condition: {
              StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' },
              Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
            },
          },
        ],
      ]),
    );
  });

  test('names somebody who is there', async (context) => {
    const { ask } = await open(context);
    const words = 'The provided principal was invalid. Please check the principal and try again.';
    for (const Principal of [
      'nobody',
      'dave',
      '999999999999',
      `arn:aws:iam::${firstAccountId}:user/nobody`,
      `arn:aws:iam::${firstAccountId}:role/nobody`,
      `arn:aws:iam::${firstAccountId}:group/Developers`,
      'arn:aws:s3:::photos',
      'S3.amazonaws.com',
      '*.amazonaws.com',
      'lambda.amazon.com',
      'https://photos.example.com',
    ]) {
      await assert.rejects(
        ask('AddPermission', { ...invoking, Principal }),
        refused('InvalidParameterValueException', words),
        Principal,
      );
    }
  });

  test('is found by its id, once', async (context) => {
    const { ask } = await open(context);
    await assert.rejects(
      ask('GetPolicy', name),
      refused('ResourceNotFoundException', 'The resource you requested does not exist.'),
    );
    await assert.rejects(
      ask('RemovePermission', { ...name, StatementId: 'one' }),
      refused('ResourceNotFoundException', 'No policy is associated with the given resource.'),
    );
    await ask('AddPermission', { ...invoking, Principal: '*' });
    await assert.rejects(
      ask('AddPermission', { ...invoking, Principal: firstAccountId }),
      refused(
        'ResourceConflictException',
        'The statement id (one) provided already exists. ' +
          'Please provide a new statement id, or remove the existing statement.',
      ),
    );
    await assert.rejects(
      ask('RemovePermission', { ...name, StatementId: 'two' }),
      refused('ResourceNotFoundException', 'Statement two is not found in resource policy.'),
    );
    await assert.rejects(
      ask('AddPermission', { ...invoking, Qualifier: '$LATEST', Principal: '*' }),
      refused(
        'InvalidParameterValueException',
        'We currently do not support adding policies for $LATEST.',
      ),
    );
    await ask('RemovePermission', { ...name, StatementId: 'one' });
    await assert.rejects(ask('GetPolicy', name), /does not exist/);
  });

  test('has room for itself', async (context) => {
    const { ask } = await open(context);
    const add = (at: number) =>
      ask('AddPermission', {
        ...invoking,
        StatementId: `${'x'.repeat(90)}${at}`,
        Principal: 's3.amazonaws.com',
        SourceArn: `arn:aws:s3:::${'b'.repeat(3000)}`,
      });
    for (let at = 0; at < 6; at += 1) await add(at);
    await assert.rejects(
      add(6),
      refused(
        'PolicyLengthExceededException',
        /^The final policy size \(2\d{4}\) is bigger than the limit \(20480\)\.$/,
      ),
    );
    assert.equal(
      (await policyOf(await Promise.resolve({ ask } as TestFunctions))).Statement.length,
      6,
    );
  });
});

describe('a policy decides', () => {
  const invoke = ({ call }: TestFunctions, who: Credentials, FunctionName = arn) =>
    call('lambda', 'Invoke', { FunctionName }, who);

  test('for the function’s account: it alone allows', async (context) => {
    const opened = await open(context);
    const { createUser, ask } = opened;
    const dave = await createUser('dave');
    const denied =
      `User: arn:aws:iam::${firstAccountId}:user/dave is not authorized to perform: ` +
      `lambda:InvokeFunction on resource: ${arn} because no identity-based policy allows the ` +
      'lambda:InvokeFunction action';
    await assert.rejects(invoke(opened, dave), refused('AccessDenied', denied));
    const Principal = `arn:aws:iam::${firstAccountId}:user/dave`;
    await ask('AddPermission', { ...invoking, Principal });
    await invoke(opened, dave);
    await assert.rejects(
      invoke(opened, dave, `${arn}:$LATEST`),
      refused('AccessDenied', /not authorized/),
      'a version is another resource',
    );
    await assert.rejects(
      opened.call('lambda', 'GetFunction', name, dave),
      refused('AccessDenied', /not authorized/),
      'and another action is not allowed',
    );
    await ask('RemovePermission', { ...name, StatementId: 'one' });
    await assert.rejects(invoke(opened, dave), refused('AccessDenied', denied));
  });

  test('for another account: both must allow', async (context) => {
    const opened = await open(context);
    const { ask, call, stranger } = opened;
    const denied = refused('AccessDenied', /because no resource-based policy allows/);
    await assert.rejects(invoke(opened, stranger), denied);
    const absent = arn.replace('thumbnail', 'nothing');
    await assert.rejects(invoke(opened, stranger, absent), denied, 'there or not');
    await ask('AddPermission', { ...invoking, Principal: secondAccountId });
    await invoke(opened, stranger);
    await assert.rejects(call('lambda', 'GetFunction', { FunctionName: arn }, stranger), denied);
    const UserName = 'eve';
    await call('iam', 'CreateUser', { UserName }, stranger);
    const made = await call('iam', 'CreateAccessKey', { UserName }, stranger);
    const { AccessKey: key } = made as {
      AccessKey: { AccessKeyId: string; SecretAccessKey: string };
    };
    const eve = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
    await assert.rejects(
      invoke(opened, eve),
      refused('AccessDenied', /because no identity-based policy allows/),
    );
    const any = { ...invoking, StatementId: 'any', Action: 'lambda:*', Principal: '*' };
    await ask('AddPermission', any);
    await call('lambda', 'GetFunction', { FunctionName: arn }, stranger);
    await assert.rejects(invoke(opened, eve), /no identity-based policy allows/);
  });

  test('for a service: it lets in nobody else', async (context) => {
    const opened = await open(context);
    const { ask, createUser, stranger } = opened;
    await ask('AddPermission', { ...invoking, Principal: 's3.amazonaws.com' });
    await assert.rejects(invoke(opened, stranger), refused('AccessDenied', /not authorized/));
    await assert.rejects(
      invoke(opened, await createUser('dave')),
      refused('AccessDenied', /not authorized/),
    );
  });

  test('for one who is gone: the next of that name is somebody else', async (context) => {
    const opened = await open(context);
    const { ask, call, createUser } = opened;
    const first = await createUser('dave');
    const Principal = `arn:aws:iam::${firstAccountId}:user/dave`;
    await ask('AddPermission', { ...invoking, Principal });
    await call('iam', 'DeleteAccessKey', { UserName: 'dave', AccessKeyId: first.accessKeyId });
    await call('iam', 'DeleteUser', { UserName: 'dave' });
    await assert.rejects(
      invoke(opened, await createUser('dave')),
      refused('AccessDenied', /not authorized/),
    );
    const document = await policyOf(opened);
    assert.match(document.Statement[0].Principal.AWS, /^AIDA/);
  });

  test('for a session of a role that is gone: the next of that name is somebody else', async (context) => {
    const opened = await open(context);
    const { ask, call } = opened;
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: firstAccountId },
        Action: 'sts:AssumeRole',
      },
    });
    const enter = async () => {
      await call('iam', 'CreateRole', { RoleName: 'low', AssumeRolePolicyDocument: trust });
      const { Credentials: made } = (await call('sts', 'AssumeRole', {
        RoleArn: `arn:aws:iam::${firstAccountId}:role/low`,
        RoleSessionName: 'app',
      })) as { Credentials: Record<string, string> };
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = made;
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      };
    };
    const first = await enter();
    const Principal = `arn:aws:sts::${firstAccountId}:assumed-role/low/app`;
    await ask('AddPermission', { ...invoking, Principal });
    await invoke(opened, first);
    assert.equal((await policyOf(opened)).Statement[0].Principal.AWS, Principal);
    await call('iam', 'DeleteRole', { RoleName: 'low' });
    await assert.rejects(invoke(opened, await enter()), refused('AccessDenied', /not authorized/));
    assert.match((await policyOf(opened)).Statement[0].Principal.AWS, /^AROA[A-Z0-9]+:app$/);
  });

  test('and a function that is made again has none', async (context) => {
    const opened = await open(context);
    const { ask, create, stranger } = opened;
    await ask('AddPermission', { ...invoking, Principal: '*' });
    await invoke(opened, stranger);
    await ask('DeleteFunction', name);
    await create();
    await assert.rejects(invoke(opened, stranger), /no resource-based policy allows/);
  });
});

test('who may add and remove a statement may be limited to its principal', async (context) => {
  const { ask, call, createUser } = await open(context);
  const dave = await createUser('dave');
  const statement = {
    Effect: 'Allow',
    Action: ['lambda:AddPermission', 'lambda:RemovePermission'],
    Resource: '*',
    Condition: { StringEquals: { 'lambda:Principal': ['s3.amazonaws.com', secondAccountId] } },
  };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await call('iam', 'PutUserPolicy', { UserName: 'dave', PolicyName: 'p', PolicyDocument });
  const add = (StatementId: string, Principal: string) =>
    call('lambda', 'AddPermission', { ...invoking, StatementId, Principal }, dave);
  const remove = (StatementId: string) =>
    call('lambda', 'RemovePermission', { ...name, StatementId }, dave);
  const denied = refused('AccessDenied', /not authorized/);
  await add('one', 's3.amazonaws.com');
  await assert.rejects(add('two', '*'), denied);
  await ask('AddPermission', { ...invoking, StatementId: 'two', Principal: '*' });
  await assert.rejects(remove('two'), denied);
  await assert.rejects(remove('missing'), denied);
  await remove('one');
  await add('three', secondAccountId);
  await remove('three');
});

test('a call from another account is in both records, if there is such a function', async (context) => {
  const { ask, call, stranger, services, store } = await open(context);
  await ask('AddPermission', { ...invoking, Principal: secondAccountId });
  await call('lambda', 'Invoke', { FunctionName: arn }, stranger);
  const absent = { FunctionName: arn.replace('thumbnail', 'nothing') };
  await assert.rejects(call('lambda', 'Invoke', absent, stranger));
  await services.close();
  const blocks = await store.database.selectFrom('audit_block').selectAll().execute();
  const events = blocks.flatMap(unpackAuditBlock).filter((one) => one.operation === 'Invoke');
  assert.deepEqual(
    events.map(({ accountId, errorCode }) => [accountId, errorCode]).sort(),
    [
      [firstAccountId, undefined],
      [secondAccountId, undefined],
      [secondAccountId, 'AccessDenied'],
    ].sort(),
  );
});
