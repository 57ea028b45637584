/**
 * Clients that are told nothing but where to look: profiles that assume roles, with and without a
 * code, a process that gives credentials, an instance, a container. Each by its own default chain.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type Credentials, root, type StartedServer, startServer } from '../started-server.ts';
import { whyMissing } from './command-line.ts';

const program = join(root, 'node_modules/.bin/carnet');
const script = (name: string) => join(import.meta.dirname, name);

interface Client {
  readonly name: string;
  readonly words: readonly string[];
  readonly skip: string | false;
}

const clients: readonly Client[] = [
  {
    name: 'the SDK for JavaScript',
    words: [process.execPath, script('default-chain.mjs')],
    skip: false,
  },
  {
    name: 'the aws command line',
    words: ['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
    skip: whyMissing('aws', '--version'),
  },
  {
    name: 'boto3',
    words: ['python3', script('default-chain.py')],
    skip: whyMissing('python3', '-c', 'import boto3'),
  },
];

describe('a default chain', () => {
  let server: StartedServer;
  let instance: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    server = await startServer();
    instance = await makeWorld(server, join(server.folder, 'home'));
    environment = {
      ...server.environment,
      HOME: join(server.folder, 'home'),
      AWS_CONFIG_FILE: join(server.folder, 'home/.aws/config'),
      AWS_SHARED_CREDENTIALS_FILE: join(server.folder, 'home/.aws/credentials'),
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_MAX_ATTEMPTS: '1',
    };
  });
  after(async () => {
    assert.equal(await server?.stop(), 0);
  });

  const run = async (words: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const [file = '', ...rest] = words;
    const env = { ...environment, ...more };
    const { stdout } = await promisify(execFile)(file, rest, { env, cwd: root });
    return stdout.trim();
  };
  const session = (role: string, name: string) =>
    `arn:aws:sts::${server.accountId}:assumed-role/${role}/${name}`;

  for (const { name, words, skip } of clients) {
    describe(name, { skip, concurrency: 2 }, () => {
      it('assumes the role of a profile, and from there the role of another', async () => {
        assert.equal(await run(words, { AWS_PROFILE: 'app' }), session('PhotoAppRole', 'chain'));
        assert.equal(await run(words, { AWS_PROFILE: 'reader' }), session('ReaderRole', 'chain'));
      });

      it('asks a process', async () => {
        const administrator = session('Administrator', 'operator');
        assert.equal(await run(words, { AWS_PROFILE: 'operator' }), administrator);
      });

      it('asks the instance that it runs on', async () => {
        const through = [program, 'instance', 'run', instance, '--'];
        assert.equal(await run([...through, ...words]), session('PhotoAppRole', instance));
      });

      it('asks the container that it runs in', async () => {
        const through = [program, 'run', '--role', 'PhotoAppRole', '--'];
        assert.match(await run([...through, ...words]), /:assumed-role\/PhotoAppRole\/./);
      });
    });
  }
});

/** Roles, Dave with a key, an instance, and the files of a home. Gives the instance's id. */
async function makeWorld(server: StartedServer, home: string): Promise<string> {
  const { endpoint, accountId } = server;
  const settings = { endpoint, region: 'us-east-1', credentials: server.credentials() };
  const iam = new IAMClient(settings);
  const role = (RoleName: string) => `arn:aws:iam::${accountId}:role/${RoleName}`;
  const createRole = (RoleName: string, Principal: object) =>
    iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: policy({ Principal, Action: 'sts:AssumeRole' }),
      }),
    );
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'dave' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'dave' }));
  await createRole('PhotoAppRole', {
    Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'],
    AWS: User?.Arn,
  });
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'PhotoAppRole',
      PolicyName: 'reader',
      PolicyDocument: policy({ Action: 'sts:AssumeRole', Resource: role('ReaderRole') }),
    }),
  );
  await createRole('ReaderRole', { AWS: role('PhotoAppRole') });
  const profile = { InstanceProfileName: 'PhotoApp' };
  await iam.send(new CreateInstanceProfileCommand(profile));
  await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'PhotoAppRole' }));
  const ec2 = new EC2Client(settings);
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: 'PhotoApp' },
    }),
  );
  iam.destroy();
  ec2.destroy();
  writeHome(home, role, {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  });
  return Instances?.[0]?.InstanceId ?? '';
}

function policy(statement: object): string {
  const Statement = [{ Effect: 'Allow', ...statement }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function writeHome(home: string, role: (name: string) => string, dave: Credentials): void {
  mkdirSync(join(home, '.aws'), { recursive: true });
  const assumed = (profile: string, name: string, source: string) =>
    `[profile ${profile}]\nrole_arn = ${role(name)}\nrole_session_name = chain\n${source}\n`;
  const config = [
    assumed('app', 'PhotoAppRole', 'source_profile = dave'),
    assumed('reader', 'ReaderRole', 'source_profile = app'),
    `[profile operator]\ncredential_process = ${program} env --format json\n`,
  ];
  writeFileSync(join(home, '.aws/config'), config.join('\n'));
  const keys = `aws_access_key_id = ${dave.accessKeyId}\naws_secret_access_key = ${dave.secretAccessKey}`;
  writeFileSync(join(home, '.aws/credentials'), `[dave]\n${keys}\n`);
}
