import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createDatabase } from '../packages/store/src/postgres/test-server.ts';

/** The repository. */
export const root = join(import.meta.dirname, '..');

const program = join(root, 'node_modules/.bin/carnet');
const readyLine = /^carnet ready (http:\/\/\S+) account (\d{12})$/;

/** A server in a process of its own, with a data directory and a port of its own. */
export interface StartedServer {
  readonly endpoint: string;
  readonly pid: number;
  readonly accountId: string;
  /** What a client's process needs to find the server, and nothing of this machine's AWS set-up. */
  readonly environment: NodeJS.ProcessEnv;
  /** The folder that holds its data directory, until it has stopped. */
  readonly folder: string;
  /** The operator's temporary credentials, `Administrator` of the first account. */
  credentials(): Credentials;
  /** What it wrote to stderr so far: its banner and its log. */
  said(): string;
  /** Sends SIGTERM and resolves with the exit code; the folder stays. */
  terminate(): Promise<number | null>;
  /** Sends SIGTERM and resolves with the exit code, when the data directory is gone too. */
  stop(): Promise<number | null>;
  /** Kills the process where it stands and keeps the folder, for a server that starts again there. */
  crash(): Promise<void>;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Both databases that a server may have: what a conversation finds is the same on either. */
export const databases = ['embedded', 'postgres'] as const;

/** Settings of a server on this kind of database, one of its own. */
export async function databaseSettings(
  kind: (typeof databases)[number],
): Promise<Readonly<Record<string, string>>> {
  if (kind === 'embedded') return {};
  const { url } = await createDatabase();
  const CARNET_MASTER_KEY = Buffer.alloc(32, 3).toString('base64');
  return { CARNET_DATABASE: url, CARNET_MASTER_KEY };
}

/**
 * Starts the shipped program with its defaults; rejects with what it said when it does not start.
 * `through` are the words of a command that becomes the program: `prlimit --nofile=256`.
 */
export async function startServer(
  flags: readonly string[] = [],
  folder = mkdtempSync(join(tmpdir(), 'carnet-')),
  settings: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<StartedServer> {
  const environment = {
    ...cleanEnvironment(),
    CARNET_DATA_DIR: join(folder, '.carnet'),
    CARNET_PORT: '0',
    ...settings,
  };
  const [command = program, ...words] = [...through, program, 'serve', ...flags];
  const child = spawn(command, words, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = once(child, 'close');
  const ready = new Promise<RegExpExecArray>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = readyLine.exec(line);
      if (match !== null) resolve(match);
    });
    child.once('error', reject);
    ended.then(
      ([code]) => reject(new Error(`carnet ended with ${code}: ${said.join('')}`)),
      reject,
    );
  });
  const [, endpoint = '', accountId = ''] = await ready;
  const terminate = async () => {
    child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  };
  return {
    endpoint,
    pid: child.pid ?? 0,
    accountId,
    folder,
    environment,
    credentials: () => operatorCredentials(environment),
    said: () => said.join(''),
    terminate,
    stop: async () => {
      const code = await terminate();
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
    crash: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** `carnet env --format json` has the shape of `credential_process`. */
function operatorCredentials(environment: NodeJS.ProcessEnv): Credentials {
  const printed = execFileSync(program, ['env', '--format', 'json'], {
    env: environment,
    encoding: 'utf8',
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(printed);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(?:AWS|CARNET|NODE)_/.test(name) || name === 'NODE_COMPILE_CACHE',
  );
  return {
    ...Object.fromEntries(ours),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
}
