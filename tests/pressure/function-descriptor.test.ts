/** No descriptor is left for the process of a function: the call fails, and nothing else does. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { zipOf } from '../function/code.ts';
import { startServer } from '../started-server.ts';
import { openRaw } from './raw-client.ts';
import { openDescriptors, until, whyNoDescriptors } from './slow-client.ts';

const limit = 160;

it('a function that finds no descriptor for its process ends nothing else', {
  skip: whyNoDescriptors(),
}, async (test) => {
  const words = ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'];
  const server = await startServer(['--functions'], undefined, {}, words);
  test.after(async () => assert.equal(await server.stop(), 0));
  const settings = {
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.credentials(),
    maxAttempts: 1,
  };
  const lambda = new LambdaClient(settings);
  const FunctionName = 'thumbnail';
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: await createRole(new IAMClient(settings)),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.js': 'exports.handler = async () => 1;' }) },
      Timeout: 10,
    }),
  );
  const invoke = () => lambda.send(new InvokeCommand({ FunctionName }));
  assert.equal((await invoke()).FunctionError, undefined);
  const before = openDescriptors(server.pid);
  const idle = Array.from({ length: limit - before - 16 }, () => openRaw(server.endpoint));
  await until(() => openDescriptors(server.pid) >= limit - 16);
  // Each of the descriptors that a start takes is missing once.
  const refusals: unknown[] = [];
  for (let left = 16; left > 0; left -= 1) {
    await invoke().catch((error) => refusals.push(error.name));
    idle.push(openRaw(server.endpoint));
    await until(() => openDescriptors(server.pid) > limit - left);
  }
  assert.ok(refusals.length > 2, 'every process found its descriptors');
  for (const name of refusals) assert.match(String(name), /^Service(Unavailable)?Exception$/);
  for (const { socket } of idle) socket.destroy();
  await until(() => openDescriptors(server.pid) < before + 20);
  assert.equal((await invoke()).FunctionError, undefined);
  lambda.destroy();
});

async function createRole(iam: IAMClient): Promise<string | undefined> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const role = { RoleName: 'PhotoAppRole', AssumeRolePolicyDocument };
  const { Role } = await iam.send(new CreateRoleCommand(role));
  iam.destroy();
  return Role?.Arn;
}
