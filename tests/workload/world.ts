import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  EC2Client,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { root, type StartedServer, startServer } from '../started-server.ts';

/** What a command printed, and how it ended. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server with roles that instances may have, each in a profile of its name. */
export interface WorkloadWorld {
  readonly server: StartedServer;
  readonly iam: IAMClient;
  /** A role that a service may assume, in an instance profile of the same name. */
  createRole(name: string, service: string): Promise<void>;
  trust(role: string, service: string): Promise<void>;
  /** A running instance with that profile. */
  runInstance(profile: string): Promise<string>;
  replaceProfile(instanceId: string, profile: string): Promise<void>;
  terminate(instanceId: string): Promise<void>;
  /** Starts `carnet` with these words, in an environment full of other credentials. */
  start(...words: string[]): StartedCommand;
  /** The same to its end, without input. */
  carnet(...words: string[]): Promise<Ending>;
  stop(): Promise<void>;
}

export interface StartedCommand {
  readonly child: ChildProcess;
  /** The next line that it prints; rejects when it ends without. */
  nextLine(): Promise<string>;
  readonly ended: Promise<Ending>;
}

/** What no program that runs as a workload may ever see. */
export const otherCredentials = {
  AWS_ACCESS_KEY_ID: 'AKIACANARYCANARYCAN1',
  AWS_SECRET_ACCESS_KEY: 'canary-secret',
  AWS_SESSION_TOKEN: 'canary-token',
  AWS_SECURITY_TOKEN: 'canary-token',
  AWS_PROFILE: 'canary',
  AWS_DEFAULT_PROFILE: 'canary',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/canary',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/canary/token',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/canary',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/canary',
  AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary-token',
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/canary/token',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1/canary',
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
  AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1/canary',
  AWS_BEARER_TOKEN_BEDROCK: 'canary-token',
  AWS_CONFIG_FILE: '/canary/config',
  AWS_SHARED_CREDENTIALS_FILE: '/canary/credentials',
  BOTO_CONFIG: '/canary/boto',
  CARNET_MASTER_KEY: Buffer.alloc(32, 9).toString('base64'),
};

const sayIdentity =
  'import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";' +
  'console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn)';

/** The words of a program that prints the ARN of its caller, for each client of AWS. */
export const identityPrograms: Readonly<Record<string, readonly string[]>> = {
  sdk: [process.execPath, '--input-type=module', '-e', sayIdentity],
  aws: ['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
  boto3: ['python3', '-c', 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'],
};

const readPaths =
  'import { createInterface } from "node:readline";' +
  'const base = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT;' +
  'const life = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };' +
  'console.log(base);' +
  'for await (const path of createInterface({ input: process.stdin })) {' +
  '  const asked = await fetch(base + "/latest/api/token", { method: "PUT", headers: life });' +
  '  const headers = { "x-aws-ec2-metadata-token": await asked.text() };' +
  '  const answer = await fetch(base + "/latest/meta-data/" + path, { headers });' +
  '  console.log(JSON.stringify({ status: answer.status, text: await answer.text() }));' +
  '}';

/** A program that prints where metadata is, and then what it finds under each path on its stdin. */
export const metadataReader = [process.execPath, '--input-type=module', '-e', readPaths];

export async function openWorkloadWorld(...flags: string[]): Promise<WorkloadWorld> {
  const server = await startServer(flags);
  const { endpoint, environment } = server;
  const settings = { endpoint, region: 'us-east-1', credentials: server.credentials() };
  const iam = new IAMClient(settings);
  const ec2 = new EC2Client(settings);
  const start = (...words: string[]) =>
    startCommand(words, { ...environment, ...otherCredentials });
  return {
    server,
    iam,
    async createRole(RoleName, service) {
      const AssumeRolePolicyDocument = trusting(service);
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const InstanceProfileName = RoleName;
      await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
      await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    },
    async trust(RoleName, service) {
      const PolicyDocument = trusting(service);
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    },
    async runInstance(Name) {
      const { Instances } = await ec2.send(
        new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 }),
      );
      const InstanceId = Instances?.[0]?.InstanceId ?? '';
      const IamInstanceProfile = { Name };
      await ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile }));
      return InstanceId;
    },
    async replaceProfile(instanceId, Name) {
      const { IamInstanceProfileAssociations: [association] = [] } = await ec2.send(
        new DescribeIamInstanceProfileAssociationsCommand({
          Filters: [{ Name: 'instance-id', Values: [instanceId] }],
        }),
      );
      const { AssociationId } = association ?? {};
      const IamInstanceProfile = { Name };
      await ec2.send(
        new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, IamInstanceProfile }),
      );
    },
    async terminate(instanceId) {
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    },
    start,
    carnet(...words) {
      const { child, ended } = start(...words);
      child.stdin?.end();
      return ended;
    },
    async stop() {
      iam.destroy();
      ec2.destroy();
      await server.stop();
    },
  };
}

function trusting(Service: string): string {
  const statement = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: statement });
}

function startCommand(words: readonly string[], env: NodeJS.ProcessEnv): StartedCommand {
  const child = spawn(join(root, 'node_modules/.bin/carnet'), words, {
    cwd: root,
    env,
    stdio: 'pipe',
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const ended = new Promise<Ending>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    ended,
    async nextLine() {
      const { done, value } = await lines.next();
      if (done) throw new Error(`it ended with ${(await ended).code}: ${stderr}`);
      return value;
    },
  };
}
