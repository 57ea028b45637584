import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Credentials, StartedServer } from '../started-server.ts';
import { forkedAws, type Printed } from './forked-aws.ts';

/** A person at a terminal: a folder of their own, and the environment that `carnet env` gives. */
export interface Terminal {
  readonly folder: string;
  /** Runs any program in the folder, which must succeed, and gives what it printed on stdout. */
  command(program: string, ...words: string[]): Promise<string>;
  /** Runs `aws`, whatever comes of it. */
  run(...words: string[]): Promise<Printed>;
  /** Runs `aws`, which must succeed, and gives what it printed. */
  aws(...words: string[]): Promise<string>;
  /** The same, read as JSON; an empty object when nothing was printed. */
  json(...words: string[]): Promise<ReturnType<typeof JSON.parse>>;
  /** Runs `aws`, which must fail with AWS's own exit code, and gives the sentence on stderr. */
  refused(...words: string[]): Promise<string>;
  write(name: string, bytes: string | Uint8Array): void;
  read(name: string): Buffer;
  close(): void;
}

/** False when `command --version` runs; else why not, said once, as a reason to skip. */
export function whyMissing(command: string, ...words: string[]): string | false {
  if (spawnSync(command, words).status === 0) return false;
  const reason = `${[command, ...words].join(' ')} does not run here`;
  process.stdout.write(`skipped: ${reason}\n`);
  return reason;
}

/** The environment in which a client of AWS finds the server, and retries nothing. */
export function clientEnvironment(
  server: StartedServer,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): NodeJS.ProcessEnv {
  return {
    ...server.environment,
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    // A retry would hide what went wrong at first.
    AWS_MAX_ATTEMPTS: '1',
  };
}

/** A user who may do everything in S3, with a key that does not expire. */
export async function userCredentials(server: StartedServer): Promise<Credentials> {
  const { endpoint } = server;
  const region = 'us-east-1';
  const iam = new IAMClient({ endpoint, region, credentials: server.credentials() });
  const UserName = 'storage-client';
  await iam.send(new CreateUserCommand({ UserName }));
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'storage', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  iam.destroy();
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  return { accessKeyId, secretAccessKey };
}

function requireSuccess(
  { code, stdout, stderr }: Printed,
  program: string,
  words: readonly string[],
): string {
  if (code === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')} ended with ${code}: ${stderr.trim()}`);
}

/** Opens a terminal for the holder of the credentials, the operator if none are given. */
export function openTerminal(
  server: StartedServer,
  credentials: Credentials = server.credentials(),
): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-terminal-'));
  const configuration = join(folder, '.aws-config');
  writeFileSync(configuration, '[default]\ns3 =\n  signature_version = s3v4\n');
  const env = { ...clientEnvironment(server, credentials), AWS_CONFIG_FILE: configuration };
  const start = (program: string, words: readonly string[]) =>
    new Promise<Printed>((resolve) => {
      const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile(program, words, options, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
      // Whoever reads it would wait for ever.
      child.stdin?.end();
    });
  const command = async (program: string, ...words: string[]) =>
    requireSuccess(await start(program, words), program, words);
  const run = (...words: string[]) => forkedAws()?.(words, folder, env) ?? start('aws', words);
  const aws = async (...words: string[]) => requireSuccess(await run(...words), 'aws', words);
  return {
    folder,
    command,
    run,
    aws,
    json: async (...words) => JSON.parse((await aws(...words)) || '{}'),
    refused: async (...words) => {
      const { code, stdout, stderr } = await run(...words);
      if (code === 255 || code === 254) return stderr.trim();
      throw new Error(`aws ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    },
    write(name, bytes) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    },
    read: (name) => readFileSync(join(folder, name)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
