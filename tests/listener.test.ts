/**
 * Everything that a running server accepts connections on, as the kernel lists it; and everything
 * that answers without credentials.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openConnection } from './matrix/raw-call.ts';
import { type StartedServer, startServer } from './started-server.ts';
import { openWorkloadWorld, type WorkloadWorld } from './workload/world.ts';

const isLinux = process.platform === 'linux';
const skip = isLinux
  ? false
  : 'the listeners of a process are read from /proc, which only Linux has';

/** `tcp 127.0.0.1:4580`, `unix /path`: what the process holds open and listens on. */
function listeners(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const table = (name: string) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
  const listening = '0A';
  const tcp = ['tcp', 'tcp6'].flatMap((name) =>
    table(name)
      .filter(([, , , state, , , , , , inode]) => state === listening && inodes.has(inode ?? ''))
      .map(([, address = '']) => `${name} ${address}`),
  );
  // A datagram socket listens as soon as it is bound.
  const udp = ['udp', 'udp6'].flatMap((name) =>
    table(name)
      .filter((columns) => inodes.has(columns[9] ?? ''))
      .map(([, address = '']) => `${name} ${address}`),
  );
  const accepts = 0x10000;
  const unix = table('unix')
    .filter(([, , , flags = '']) => (Number.parseInt(flags, 16) & accepts) !== 0)
    .filter((columns) => inodes.has(columns[6] ?? ''))
    .map((columns) => `unix ${columns[7]}`);
  return [...tcp, ...udp, ...unix].sort();
}

/** The kernel's spelling of an address on the loopback. */
function ofLoopback(endpoint: string): string {
  return `tcp 0100007F:${Number(new URL(endpoint).port).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What answers without credentials; nothing else does. */
const allowList = ['GET /healthz', 'GET /readyz', 'HEAD /healthz', 'HEAD /readyz'];

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'];
const paths = [
  '/',
  '/healthz',
  '/healthz/',
  '/healthz/x',
  '//healthz',
  '/HEALTHZ',
  '/healthz%2F',
  '/%68ealthz',
  '/readyz',
  '/readyz/..',
  '/metrics',
  '/console',
  '/console/',
  '/console/index.html',
  '/latest',
  '/latest/meta-data/iam/security-credentials/',
  '/latest/api/token',
  '/credentials',
  '/status',
  '/reset',
  '/accounts',
  '/favicon.ico',
  '/index.html',
  '/.well-known/openid-configuration',
  '/debug/pprof/',
  '/minio/health/live',
  '/matrix-bucket',
  '/matrix-bucket/key',
  '/matrix-bucket?policy',
  '/matrix-bucket/key?uploads',
];

/** Whatever these methods and paths answer to nobody with less than 400. */
async function answeredUnasked(endpoint: string): Promise<readonly string[]> {
  const connection = openConnection(endpoint);
  const host = new URL(endpoint).host;
  const answered: string[] = [];
  for (const method of methods) {
    for (const target of paths) {
      const [path = '', name] = target.split('?');
      const { status } = await connection.send({
        method,
        path,
        query: name === undefined ? [] : [[name, '']],
        headers: [['host', host]],
        body: new Uint8Array(0),
      });
      assert.ok(status < 500 || status === 501, `${method} ${target}: ${status}`);
      if (status < 400) answered.push(`${method} ${target}`);
    }
  }
  connection.close();
  return answered.sort();
}

describe('a running server', () => {
  let server: StartedServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server?.stop());

  it('listens for calls and for its operator, and on nothing else', { skip }, () => {
    const socket = join(server.folder, '.carnet/carnet.sock');
    assert.deepEqual(listeners(server.pid), [ofLoopback(server.endpoint), `unix ${socket}`].sort());
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    assert.equal(statSync(join(server.folder, '.carnet')).mode & 0o777, 0o700);
  });

  it('opens one more listener for metrics when it is asked to', { skip }, async () => {
    const more = await startServer(['--metrics-port', '0']);
    try {
      const found = listeners(more.pid);
      assert.equal(found.length, 3, String(found));
      assert.equal(found.filter((listener) => listener.startsWith('tcp 0100007F:')).length, 2);
    } finally {
      await more.stop();
    }
  });

  it('answers nobody without credentials but on the allow-list', async () => {
    assert.deepEqual(await answeredUnasked(server.endpoint), allowList);
  });
});

describe('a command that runs a program', { skip }, () => {
  let world: WorkloadWorld;
  before(async () => {
    world = await openWorkloadWorld();
    await world.createRole('InstanceRole', 'ec2.amazonaws.com');
    await world.createRole('TaskRole', 'ecs-tasks.amazonaws.com');
  });
  after(() => world?.stop());

  const waits = ['--', 'sh', '-c', 'echo $AWS_EC2_METADATA_SERVICE_ENDPOINT; cat'];
  const waitsAsTask = ['--', 'sh', '-c', 'echo $AWS_CONTAINER_CREDENTIALS_FULL_URI; cat'];

  it('listens on one port of the loopback, which is its own, as long as the program runs', async () => {
    const instanceId = await world.runInstance('InstanceRole');
    const enrolment = join(world.server.folder, 'instance.json');
    const { stdout } = await world.carnet('instance', 'enroll', instanceId);
    writeFileSync(enrolment, stdout, { mode: 0o600 });
    const before = listeners(world.server.pid);
    for (const words of [
      ['instance', 'run', instanceId, ...waits],
      ['run', '--role', 'TaskRole', ...waitsAsTask],
      ['agent', '--enrolment', enrolment, ...waits],
    ]) {
      const command = world.start(...words);
      const { origin } = new URL(await command.nextLine());
      assert.deepEqual(listeners(command.child.pid ?? 0), [ofLoopback(origin)], words.join(' '));
      assert.deepEqual(listeners(world.server.pid), before);
      // A token of instance metadata is asked for with a header: without one nothing answers.
      assert.deepEqual(await answeredUnasked(origin), []);
      command.child.stdin?.end();
      assert.equal((await command.ended).code, 0);
      await assert.rejects(fetch(origin), { message: 'fetch failed' });
    }
  });
});
