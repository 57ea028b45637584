import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readCredentials } from '@carnet/wire';
import { zipSync } from 'fflate';
import { firstAccountId, openTestServices, signed } from '../testing.ts';
import { lambdaTrust, openTestFunctions, refused, zip } from './testing.ts';

const arn = `arn:aws:lambda:us-east-1:${firstAccountId}:function:thumbnail`;
const name = { FunctionName: 'thumbnail' };
const minute = 60_000;

const bytes = (text: string) => new TextEncoder().encode(text);

test('an invocation has all that the code needs, and its answer what it gave', async (context) => {
  const { create, ask, invocations } = await openTestFunctions(context);
  await create({ Environment: { Variables: { COLOUR: 'blue' } }, Timeout: 5 });
  const Payload = bytes('{"a":1}');
  const answer: object = await ask('Invoke', { ...name, Payload, LogType: 'Tail' });
  assert.deepEqual(answer, {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    Payload,
    LogResult: Buffer.from('log').toString('base64'),
  });
  const [invocation] = invocations;
  assert(invocation);
  const { credentials, environment, ...rest } = invocation;
  assert.deepEqual({ ...environment }, { COLOUR: 'blue' });
  assert.deepEqual(rest, {
    requestId: 'test',
    accountId: firstAccountId,
    functionName: 'thumbnail',
    functionArn: arn,
    handler: 'index.handler',
    timeout: 5,
    memorySize: 128,
    region: 'us-east-1',
    code: Buffer.from(zip),
    payload: Payload,
    clientContext: undefined,
  });
  assert.match(credentials.accessKeyId, /^ASIA/);
});

test('a payload is JSON, and nothing is an empty object', async (context) => {
  const { create, ask, invocations } = await openTestFunctions(context);
  await create();
  const content = (words: RegExp) => refused('InvalidRequestContentException', words);
  for (const Payload of [
    bytes('{'),
    bytes("{'a':1}"),
    bytes('\ufeff{}'),
    Uint8Array.of(0x22, 0xff, 0x22),
  ]) {
    await assert.rejects(ask('Invoke', { ...name, Payload }), content(/^Could not parse request/));
  }
  for (const ClientContext of ['{}', 'W10=', 'eHg=']) {
    await assert.rejects(
      ask('Invoke', { ...name, ClientContext }),
      content(/^Client context must/),
    );
  }
  await ask('Invoke', name);
  assert.equal(Buffer.from(invocations[0]?.payload ?? []).toString(), '{}');
  const Payload = bytes(`"${'x'.repeat(1024 * 1024)}"`);
  await ask('Invoke', { ...name, Payload });
  await assert.rejects(
    ask('Invoke', { ...name, Payload, InvocationType: 'Event' }),
    refused('RequestTooLargeException', /for the Event invocation type \(limit 1048576 bytes\)$/),
  );
});

test('an event is not waited for, and a dry run runs nothing', async (context) => {
  const { create, ask, invocations } = await openTestFunctions(context);
  await create();
  const type = (InvocationType: string) => ask('Invoke', { ...name, InvocationType });
  assert.deepEqual(await type('DryRun'), { StatusCode: 204 });
  assert.equal(invocations.length, 0);
  assert.deepEqual(await type('Event'), { StatusCode: 202 });
  assert.equal(invocations.length, 1);
  const durable = { ...name, DurableExecutionName: 'a' };
  await assert.rejects(
    ask('Invoke', durable),
    refused('InvalidParameterValueException', /Durable/),
  );
});

test('code that is replaced while it is read is that of the new row', async (context) => {
  const { create, ask, invocations, store } = await openTestFunctions(context);
  await create();
  const { objectFiles } = store;
  const read = objectFiles.read.bind(objectFiles);
  const ZipFile = zipSync({ 'index.js': bytes('exports.handler = () => 2;') });
  /** Lets `change` happen once between the reading of the row and that of the file. */
  const readAfter = (change: () => Promise<unknown>) =>
    context.mock.method(
      objectFiles,
      'read',
      (file: string) =>
        Readable.from(
          (async function* () {
            await change();
            yield* read(file);
          })(),
        ),
      { times: 1 },
    );
  readAfter(() => ask('UpdateFunctionCode', { ...name, ZipFile }));
  await ask('Invoke', name);
  assert.deepEqual(invocations.at(-1)?.code, Buffer.from(ZipFile));
  readAfter(() => ask('DeleteFunction', name));
  await assert.rejects(ask('Invoke', name), refused('ResourceNotFoundException', /not found/));
});

test('without a runner everything is there but the running', async (context) => {
  const { call } = await openTestServices(context);
  const AssumeRolePolicyDocument = lambdaTrust();
  await call('iam', 'CreateRole', { RoleName: 'PhotoAppRole', AssumeRolePolicyDocument });
  await call('lambda', 'CreateFunction', {
    ...name,
    Role: `arn:aws:iam::${firstAccountId}:role/PhotoAppRole`,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zip },
  });
  const dry = { ...name, InvocationType: 'DryRun' };
  assert.deepEqual(await call('lambda', 'Invoke', dry), { StatusCode: 204 });
  await assert.rejects(call('lambda', 'Invoke', name), refused('NotImplemented', /`--functions`/));
});

test('a function acts as its role, for the function, and for an hour at most', async (context) => {
  const { create, ask, invocations, services, clock, call } = await openTestFunctions(context);
  await create();
  const invoke = async () => {
    await ask('Invoke', name);
    const { credentials } = invocations.at(-1) ?? {};
    assert(credentials);
    return credentials;
  };
  const first = await invoke();
  assert.equal(first.expiration - clock.now, 60 * minute);
  const transport = { sourceIp: '127.0.0.1', secure: false };
  const request = readCredentials(signed(first, 'sts', clock.now));
  const { caller } = await services.authenticate(request, transport, new Uint8Array());
  assert(caller.kind === 'assumedRole');
  assert.equal(caller.arn, `arn:aws:sts::${firstAccountId}:assumed-role/PhotoAppRole/thumbnail`);
  assert.deepEqual(caller.session.workload, { service: 'lambda', arn });
  const statement = {
    Effect: 'Allow',
    Action: 's3:ListAllMyBuckets',
    Resource: '*',
    Condition: { ArnEquals: { 'lambda:SourceFunctionArn': arn } },
  };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const policy = { RoleName: 'PhotoAppRole', PolicyName: 'p', PolicyDocument };
  await call('iam', 'PutRolePolicy', policy);
  await call('s3', 'ListBuckets', {}, await invoke());
  clock.now += minute;
  const kept = await invoke();
  assert.equal((await invoke()).sessionToken, kept.sessionToken, 'kept');
  clock.now = kept.expiration - 16 * minute - 1;
  assert.equal((await invoke()).sessionToken, kept.sessionToken, 'kept to the last moment');
  clock.now += 1;
  assert.notEqual((await invoke()).sessionToken, kept.sessionToken, 'new ones in time');
});

test('a function that is given another role acts as that one at once', async (context) => {
  const { create, ask, call, invocations, services, clock } = await openTestFunctions(context);
  await create();
  await ask('Invoke', name);
  const AssumeRolePolicyDocument = lambdaTrust();
  await call('iam', 'CreateRole', { RoleName: 'Other', AssumeRolePolicyDocument });
  const Role = `arn:aws:iam::${firstAccountId}:role/Other`;
  await ask('UpdateFunctionConfiguration', { ...name, Role });
  await ask('Invoke', name);
  const { credentials } = invocations[1] ?? {};
  assert(credentials);
  const transport = { sourceIp: '127.0.0.1', secure: false };
  const request = readCredentials(signed(credentials, 'sts', clock.now));
  const { caller } = await services.authenticate(request, transport, new Uint8Array());
  assert(caller.kind === 'assumedRole');
  assert.equal(caller.roleName, 'Other');
});

test('a role that has changed its mind runs nothing any more', async (context) => {
  const { create, ask, call, invocations } = await openTestFunctions(context);
  await create();
  await ask('Invoke', name);
  const cannot = refused('InvalidParameterValueException', /cannot be assumed by Lambda\.$/);
  const RoleName = 'PhotoAppRole';
  const trust = (PolicyDocument: string) =>
    call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
  await trust(lambdaTrust({ ArnLike: { 'aws:SourceArn': `${arn}-other` } }));
  await assert.rejects(ask('Invoke', name), cannot);
  await trust(lambdaTrust());
  await ask('Invoke', name);
  await call('iam', 'DeleteRole', { RoleName });
  await assert.rejects(ask('Invoke', name), cannot);
  const AssumeRolePolicyDocument = lambdaTrust();
  await call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  await assert.rejects(ask('Invoke', name), cannot, 'another role of that name');
  assert.equal(invocations.length, 2);
});
