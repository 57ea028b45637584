import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Credentials, StartedServer } from '../../tests/started-server.ts';

/** The user `bench` with an access key, who may do `actions`. */
export async function makeUser(
  server: StartedServer,
  actions: readonly string[] = [],
): Promise<Credentials> {
  const iam = new IAMClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.credentials(),
  });
  const UserName = 'bench';
  await iam.send(new CreateUserCommand({ UserName }));
  if (actions.length > 0) {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
    });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'bench', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  iam.destroy();
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
}
