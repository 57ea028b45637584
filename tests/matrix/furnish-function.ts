import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import type { Credentials, StartedServer } from '../started-server.ts';

const trust = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
};

/** Makes the function that the samples of Lambda name, and its role, where they are missing. */
export async function furnishFunction(
  { endpoint, accountId }: StartedServer,
  credentials: Credentials,
): Promise<void> {
  const clients = openClients(endpoint, credentials);
  const RoleName = 'matrix-role';
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  const code = new TextEncoder().encode('exports.handler = async () => 1;');
  await ifMissing(
    clients.iam.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })),
  );
  await clients.iam.send(
    new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument }),
  );
  await ifMissing(
    clients.lambda.send(
      new lambda.CreateFunctionCommand({
        FunctionName: 'matrix-function',
        Role: `arn:aws:iam::${accountId}:role/${RoleName}`,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': code }) },
      }),
    ),
  );
  clients.iam.destroy();
  clients.lambda.destroy();
}

function openClients(endpoint: string, credentials: Credentials) {
  const reach = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  return { iam: new iam.IAMClient(reach), lambda: new lambda.LambdaClient(reach) };
}

async function ifMissing(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: Error) => {
    if (!/AlreadyExists|ResourceConflict/.test(error.name)) throw error;
  });
}
