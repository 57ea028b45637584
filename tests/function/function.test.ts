/** Functions as a person uses them: a server that runs them, the SDK, and code in a zip. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { clientEnvironment, openTerminal, whyMissing } from '../clients/command-line.ts';
import { type Credentials, root, type StartedServer, startServer } from '../started-server.ts';
import { uploading, zipOf } from './code.ts';

const region = 'us-east-1';
let server: StartedServer;
let clients: ReturnType<typeof clientsOf>;
let Role = '';

function clientsOf({ endpoint }: StartedServer, credentials: Credentials) {
  const reach = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    iam: new iam.IAMClient(reach),
    lambda: new lambda.LambdaClient(reach),
    s3: new s3.S3Client({ ...reach, forcePathStyle: true }),
  };
}

before(async () => {
  server = await startServer(['--functions']);
  clients = clientsOf(server, server.credentials());
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:SourceAccount': server.accountId } },
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const RoleName = 'PhotoAppRole';
  const made = await clients.iam.send(
    new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }),
  );
  Role = made.Role?.Arn ?? '';
});
after(async () => {
  for (const client of Object.values(clients)) client.destroy();
  assert.equal(await server.stop(), 0);
});

async function create(FunctionName: string, ZipFile: Uint8Array, change: object = {}) {
  return await clients.lambda.send(
    new lambda.CreateFunctionCommand({
      FunctionName,
      Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile },
      Timeout: 10,
      ...change,
    }),
  );
}

async function invoke(FunctionName: string, event: unknown, client = clients.lambda) {
  const Payload = JSON.stringify(event);
  const answer = await client.send(
    new lambda.InvokeCommand({ FunctionName, Payload, LogType: 'Tail' }),
  );
  return { ...answer, value: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) };
}

test('every operation, in a conversation', async () => {
  const { lambda: client } = clients;
  const code = zipOf({
    'index.js': "exports.handler = async ({ name }) => process.env.WORD + ' ' + name;",
  });
  const Environment = { Variables: { WORD: 'hello' } };
  const Tags = { team: 'photos' };
  const made = await create('greeting', code, { Environment, Tags });
  const FunctionName = 'greeting';
  const FunctionArn = `arn:aws:lambda:${region}:${server.accountId}:function:greeting`;
  assert.equal(made.FunctionArn, FunctionArn);
  assert.equal(made.$metadata.httpStatusCode, 201);
  await lambda.waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName });
  const got = await client.send(new lambda.GetFunctionCommand({ FunctionName: FunctionArn }));
  assert.deepEqual(got.Tags, Tags);
  assert.deepEqual(got.Configuration?.Environment?.Variables, { WORD: 'hello' });
  const { value, StatusCode, ExecutedVersion, LogResult } = await invoke('greeting', {
    name: 'dave',
  });
  assert.deepEqual([value, StatusCode, ExecutedVersion], ['hello dave', 200, '$LATEST']);
  assert.match(Buffer.from(LogResult ?? '', 'base64').toString(), /^START RequestId: .*\nEND /);
  const changed = await client.send(
    new lambda.UpdateFunctionConfigurationCommand({
      FunctionName,
      Environment: { Variables: { WORD: 'goodbye' } },
      RevisionId: made.RevisionId,
    }),
  );
  assert.equal((await invoke('greeting', { name: 'dave' })).value, 'goodbye dave');
  const throwing = zipOf({
    'index.js': "exports.handler = async () => { throw new Error('no') };",
  });
  const updated = await client.send(
    new lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile: throwing }),
  );
  assert.notEqual(updated.CodeSha256, changed.CodeSha256);
  const failed = await invoke('greeting', {});
  assert.equal(failed.FunctionError, 'Unhandled');
  assert.deepEqual([failed.value.errorType, failed.value.errorMessage], ['Error', 'no']);
  const configuration = await client.send(
    new lambda.GetFunctionConfigurationCommand({ FunctionName }),
  );
  assert.equal(configuration.RevisionId, updated.RevisionId);
  const listed = await client.send(new lambda.ListFunctionsCommand({}));
  assert.deepEqual(
    listed.Functions?.map((one) => one.FunctionName),
    ['greeting'],
  );
  const statement = { StatementId: 's3', Action: 'lambda:InvokeFunction' };
  const added = await client.send(
    new lambda.AddPermissionCommand({
      FunctionName,
      ...statement,
      Principal: 's3.amazonaws.com',
      SourceAccount: server.accountId,
    }),
  );
  const { Policy } = await client.send(new lambda.GetPolicyCommand({ FunctionName }));
  assert.deepEqual(JSON.parse(Policy ?? '').Statement, [JSON.parse(added.Statement ?? '')]);
  const removed = await client.send(
    new lambda.RemovePermissionCommand({ FunctionName, StatementId: 's3' }),
  );
  assert.equal(removed.$metadata.httpStatusCode, 204);
  const Resource = FunctionArn;
  await client.send(new lambda.TagResourceCommand({ Resource, Tags: { 'a/b c': 'd' } }));
  await client.send(new lambda.UntagResourceCommand({ Resource, TagKeys: ['team', 'other'] }));
  const tags = await client.send(new lambda.ListTagsCommand({ Resource }));
  assert.deepEqual(tags.Tags, { 'a/b c': 'd' });
  const type = async (InvocationType: lambda.InvocationType) =>
    (await client.send(new lambda.InvokeCommand({ FunctionName, InvocationType }))).StatusCode;
  assert.deepEqual([await type('DryRun'), await type('Event')], [204, 202]);
  await client.send(new lambda.DeleteFunctionCommand({ FunctionName }));
  await assert.rejects(client.send(new lambda.GetFunctionCommand({ FunctionName })), (error) => {
    assert(error instanceof lambda.ResourceNotFoundException);
    assert.equal(error.message, `Function not found: ${FunctionArn}`);
    return true;
  });
});

test('a function uploads as its role, until the role may not', async () => {
  await clients.s3.send(new s3.CreateBucketCommand({ Bucket: 'photos' }));
  await create('uploading', uploading);
  const upload = async () =>
    (await invoke('uploading', { path: '/photos/pic.jpg', text: 'from a function' })).value;
  assert.equal(await upload(), 403, 'the role has no policy yet');
  const statement = {
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::photos/*',
    Condition: {
      ArnEquals: {
        'lambda:SourceFunctionArn': `arn:aws:lambda:${region}:${server.accountId}:function:uploading`,
      },
    },
  };
  const policy = { RoleName: 'PhotoAppRole', PolicyName: 'upload' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await clients.iam.send(new iam.PutRolePolicyCommand({ ...policy, PolicyDocument }));
  assert.equal(await upload(), 200);
  const object = await clients.s3.send(
    new s3.GetObjectCommand({ Bucket: 'photos', Key: 'pic.jpg' }),
  );
  assert.equal(await object.Body?.transformToString(), 'from a function');
  await clients.iam.send(new iam.DeleteRolePolicyCommand(policy));
  assert.equal(await upload(), 403);
});

describe('who may invoke is said by the function’s policy', () => {
  test('across accounts, in AWS’s words', async () => {
    const carnet = (...words: string[]) =>
      execFileSync(join(root, 'node_modules/.bin/carnet'), words, {
        env: server.environment,
        encoding: 'utf8',
      }).trim();
    const accountId = carnet('account', 'create', 'second');
    const printed = JSON.parse(carnet('env', '--format', 'json', '--account', accountId));
    const stranger = clientsOf(server, {
      accessKeyId: printed.AccessKeyId,
      secretAccessKey: printed.SecretAccessKey,
      sessionToken: printed.SessionToken,
    });
    await create('shared', zipOf({ 'index.js': 'exports.handler = async () => 7;' }));
    const arn = `arn:aws:lambda:${region}:${server.accountId}:function:shared`;
    await assert.rejects(invoke(arn, {}, stranger.lambda), (error) => {
      assert(error instanceof lambda.LambdaServiceException);
      assert.deepEqual(
        [error.name, error.$metadata.httpStatusCode],
        ['AccessDeniedException', 403],
      );
      assert.match(
        error.message,
        /no resource-based policy allows the lambda:InvokeFunction action/,
      );
      return true;
    });
    await clients.lambda.send(
      new lambda.AddPermissionCommand({
        FunctionName: 'shared',
        StatementId: 'second',
        Action: 'lambda:InvokeFunction',
        Principal: accountId,
      }),
    );
    assert.equal((await invoke(arn, {}, stranger.lambda)).value, 7);
    for (const client of Object.values(stranger)) client.destroy();
  });
});

describe('other clients', () => {
  const code = zipOf({ 'index.js': 'exports.handler = async (event) => event;' });

  test('aws', { skip: whyMissing('aws', '--version') }, async () => {
    const terminal = openTerminal(server, server.credentials());
    try {
      terminal.write('code.zip', code);
      terminal.write('event.json', '{"name":"dave"}');
      const made = await terminal.json(
        ...'lambda create-function --function-name echo --runtime nodejs24.x'.split(' '),
        ...`--handler index.handler --zip-file fileb://code.zip --role ${Role}`.split(' '),
      );
      assert.equal(made.State, 'Active');
      const invoked = await terminal.json(
        ...'lambda invoke --function-name echo --payload fileb://event.json out.json'.split(' '),
      );
      assert.equal(invoked.StatusCode, 200);
      assert.deepEqual(JSON.parse(terminal.read('out.json').toString()), { name: 'dave' });
      const refusal = await terminal.refused(
        ...'lambda get-policy --function-name echo'.split(' '),
      );
      assert.match(
        refusal,
        /\(ResourceNotFoundException\) when calling the GetPolicy operation: The /,
      );
      await terminal.aws(...'lambda delete-function --function-name echo'.split(' '));
    } finally {
      terminal.close();
    }
  });

  test('boto3', { skip: whyMissing('python3', '-c', 'import boto3') }, async () => {
    const script = `
import base64, boto3, json, sys
client = boto3.client('lambda')
name = 'python-client'
made = client.create_function(FunctionName=name, Role=sys.argv[1], Runtime='nodejs24.x',
    Handler='index.handler', Code={'ZipFile': base64.b64decode(sys.argv[2])})
client.get_waiter('function_active_v2').wait(FunctionName=made['FunctionArn'])
answer = client.invoke(FunctionName=made['FunctionArn'], Payload=json.dumps({'a': 1}))
assert json.load(answer['Payload']) == {'a': 1}
client.tag_resource(Resource=made['FunctionArn'], Tags={'team': 'photos'})
assert client.list_tags(Resource=made['FunctionArn'])['Tags'] == {'team': 'photos'}
client.untag_resource(Resource=made['FunctionArn'], TagKeys=['team'])
names = [one['FunctionName'] for page in client.get_paginator('list_functions').paginate()
    for one in page['Functions']]
assert name in names
client.delete_function(FunctionName=name)
try:
    client.get_function(FunctionName=name)
except client.exceptions.ResourceNotFoundException as error:
    print(error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode'])
`;
    const words = ['-c', script, Role, Buffer.from(code).toString('base64')];
    const env = clientEnvironment(server, server.credentials());
    const { stdout } = await promisify(execFile)('python3', words, { env });
    assert.equal(stdout, 'ResourceNotFoundException 404\n');
  });
});
