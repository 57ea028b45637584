/**
 * Clients that are told nothing but where to look: the profiles of docs/clients.md, a process that
 * gives credentials, an instance, a container. Each by its own default chain.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  /** What stands before the name of a profile. */
  readonly profileFlag: readonly string[];
  readonly skip: string | false;
}

const clients: readonly Client[] = [
  {
    name: 'the SDK for JavaScript',
    words: [process.execPath, script('default-chain.mjs')],
    profileFlag: [],
    skip: false,
  },
  {
    name: 'the aws command line',
    words: ['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
    profileFlag: ['--profile'],
    skip: whyMissing('aws', '--version'),
  },
  {
    name: 'boto3',
    words: ['python3', script('default-chain.py')],
    profileFlag: [],
    skip: whyMissing('python3', '-c', 'import boto3'),
  },
];

describe('a default chain', () => {
  let server: StartedServer;
  let instance: string;
  let dave: Credentials;
  let files: NodeJS.ProcessEnv;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    server = await startServer();
    const home = join(server.folder, 'home');
    ({ instance, dave } = await makeWorld(server));
    writeHome(home, server, dave);
    files = {
      AWS_CONFIG_FILE: join(home, '.aws/config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/credentials'),
    };
    environment = { ...server.environment, ...files, HOME: home, AWS_MAX_ATTEMPTS: '1' };
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

  const asInstance = () => [program, 'instance', 'run', instance, '--'];
  const asContainer = () => [program, 'run', '--role', 'PhotoAppRole', '--'];
  /** A program that runs as a workload reads the files that it is told to. */
  const withFiles = () => ['env', ...Object.entries(files).map((pair) => pair.join('='))];

  for (const { name, words, profileFlag, skip } of clients) {
    const as = (profile: string) => [...words, ...profileFlag, profile];
    describe(name, { skip, concurrency: 2 }, () => {
      it('assumes the role of a profile, and from there the role of another', async () => {
        assert.equal(await run(as('photos')), session('PhotoAppRole', 'dave'));
        assert.equal(await run(as('reader')), session('ReaderRole', 'dave'));
      });

      it('assumes the role of a profile with the credentials of where it runs', async () => {
        const onInstance = [...asInstance(), ...withFiles(), ...as('reader-on-instance')];
        assert.equal(await run(onInstance), session('ReaderRole', 'instance'));
        const inContainer = [...asContainer(), ...withFiles(), ...as('reader-in-container')];
        assert.equal(await run(inContainer), session('ReaderRole', 'container'));
        const key = {
          AWS_ACCESS_KEY_ID: dave.accessKeyId,
          AWS_SECRET_ACCESS_KEY: dave.secretAccessKey,
        };
        const variables = await run(as('photos-from-variables'), key);
        assert.equal(variables, session('PhotoAppRole', 'variables'));
      });

      it('asks a process', async () => {
        assert.equal(await run(as('operator')), session('Administrator', 'operator'));
      });

      it('asks the instance that it runs on', async () => {
        const arn = session('PhotoAppRole', instance);
        assert.equal(await run([...asInstance(), ...words]), arn);
      });

      it('asks the container that it runs in', async () => {
        const arn = await run([...asContainer(), ...words]);
        assert.match(arn, /:assumed-role\/PhotoAppRole\/./);
      });
    });
  }
});

/** Roles, Dave with a key, and an instance. */
async function makeWorld(server: StartedServer): Promise<{ instance: string; dave: Credentials }> {
  const { endpoint, accountId } = server;
  const settings = { endpoint, region: 'us-east-1', credentials: server.credentials() };
  const iam = new IAMClient(settings);
  const role = (RoleName: string) => `arn:aws:iam::${accountId}:role/${RoleName}`;
  const createRole = (RoleName: string, ...trusting: readonly object[]) => {
    const statements = trusting.map((one) => ({ ...one, Action: 'sts:AssumeRole' }));
    const AssumeRolePolicyDocument = policy(...statements);
    return iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  };
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'dave' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'dave' }));
  await createRole(
    'PhotoAppRole',
    { Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] } },
    {
      Principal: { AWS: User?.Arn },
      Condition: { StringEquals: { 'sts:ExternalId': 'photos-4711' } },
    },
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'PhotoAppRole',
      PolicyName: 'reader',
      PolicyDocument: policy({ Action: 'sts:AssumeRole', Resource: role('ReaderRole') }),
    }),
  );
  await createRole('ReaderRole', { Principal: { AWS: role('PhotoAppRole') } });
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
  return {
    instance: Instances?.[0]?.InstanceId ?? '',
    dave: {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    },
  };
}

function policy(...statements: readonly object[]): string {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** The file that docs/clients.md shows, with this server in it. */
function writeHome(home: string, server: StartedServer, dave: Credentials): void {
  const page = readFileSync(join(root, 'docs/clients.md'), 'utf8');
  const [, example = ''] = /^```ini\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const config = example
    .replaceAll('http://127.0.0.1:4580', server.endpoint)
    .replaceAll('123456789012', server.accountId)
    .replace('/srv/carnet/node_modules/.bin/carnet', program)
    .replace('/srv/carnet/.carnet', join(server.folder, '.carnet'));
  assert.doesNotMatch(config, /4580|123456789012|\/srv\//);
  mkdirSync(join(home, '.aws'), { recursive: true });
  writeFileSync(join(home, '.aws/config'), config);
  const keys = `aws_access_key_id = ${dave.accessKeyId}\naws_secret_access_key = ${dave.secretAccessKey}`;
  writeFileSync(join(home, '.aws/credentials'), `[dave]\n${keys}\n`);
}
