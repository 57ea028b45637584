import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { createLog } from '../log.ts';
import { startEphemeralServer } from '../test-support/started-server.ts';
import { createFunctionRunner, functionUser } from './function-runner.ts';

/** Tries every way out that it is told of, and gives what it got: \`refused\`, or what it saw. */
const escaping = `
import * as fs from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';

function ask(path, token) {
  const { promise, resolve, reject } = Promise.withResolvers();
  let text = '';
  const socket = connect({ path }, () => socket.end(
    'POST /credentials HTTP/1.1\\r\\nHost: a\\r\\n' + token + 'Connection: close\\r\\n\\r\\n'));
  socket.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
  socket.on('error', reject).on('close', () => text.includes('accessKeyId')
    ? resolve(text) : reject(new Error('nothing was given')));
  return promise;
}

const ways = {
  masterKey: ({ data }) => fs.readFileSync(join(data, 'master.key'), 'hex'),
  token: ({ data }) => fs.readFileSync(join(data, 'operator.token'), 'utf8'),
  listing: ({ data }) => fs.readdirSync(data),
  writing: ({ data }) => fs.writeFileSync(join(data, 'planted'), 'x'),
  own: () => fs.writeFileSync('planted', 'x'),
  passwords: () => fs.readFileSync('/etc/passwd', 'utf8'),
  serverEnvironment: ({ pid }) => fs.readFileSync('/proc/' + pid + '/environ', 'utf8'),
  serverMemory: ({ pid }) => fs.openSync('/proc/' + pid + '/mem', 'r+'),
  parentEnvironment: () => fs.readFileSync('/proc/' + process.ppid + '/environ', 'utf8'),
  database: async ({ data }) => {
    const { DatabaseSync } = await import('node:sqlite');
    return new DatabaseSync(join(data, 'carnet.db')).prepare('select 1').get();
  },
  environmentFile: ({ data }) => process.loadEnvFile(join(data, 'operator.token')),
  descriptors: () => {
    const files = [];
    for (let descriptor = 4; descriptor < 256; descriptor += 1) {
      try {
        if (fs.fstatSync(descriptor).isFile()) files.push(descriptor);
      } catch {}
    }
    if (files.length === 0) throw new Error('none is left open');
    return files;
  },
  child: async () => (await import('node:child_process')).execSync('id').toString(),
  worker: async () => new (await import('node:worker_threads')).Worker('1', { eval: true }).threadId,
  inspector: async () => (await import('node:inspector')).open(0),
  addon: () => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6'),
  wasi: async () => new (await import('node:wasi')).WASI({ version: 'preview1', preopens: { '/': '/' } }),
  binding: () => Object.keys(process.binding('spawn_sync')),
  priority: async ({ pid }) => (await import('node:os')).setPriority(pid, 19),
  signal: ({ pid }) => process.kill(pid, 0),
  rawSignal: ({ pid }) => process._kill(pid, 0),
  debugSignal: ({ pid }) => process._debugProcess(pid),
  socket: ({ socket }) => ask(socket, ''),
  socketWithToken: ({ socket }) => ask(socket, 'Authorization: Bearer guessed\\r\\n'),
};

export async function handler(event) {
  const got = {};
  for (const [name, way] of Object.entries(ways)) {
    try {
      got[name] = await way(event) ?? 'done';
    } catch (error) {
      got[name] = 'refused';
    }
  }
  got.environment = Object.keys(process.env).sort();
  return got;
}`;

/** Some of V8's flags have it write files by itself. */
const flagging = `
import { setFlagsFromString } from 'node:v8';
export function handler({ data }) {
  setFlagsFromString('--trace-turbo-cfg-file=' + data + '/planted');
  setFlagsFromString('--trace-turbo');
  setFlagsFromString('--allow-natives-syntax');
  const f = new Function('a', 'return a + 1');
  new Function('f', '%PrepareFunctionForOptimization(f); f(1); f(2); ' +
    '%OptimizeFunctionOnNextCall(f); f(3)')(f);
  return 'done';
}`;

function invocationOf(code: string, event: object) {
  return {
    requestId: '00000000-0000-4000-8000-000000000000',
    accountId: '111111111111',
    functionName: 'escaping',
    functionArn: 'arn:aws:lambda:us-east-1:111111111111:function:escaping',
    handler: 'index.handler',
    timeout: 20,
    memorySize: 256,
    region: 'us-east-1',
    environment: { NODE_OPTIONS: '--allow-fs-read=* --allow-child-process --allow-worker' },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiration: 0 },
    code: zipSync({ 'index.mjs': new TextEncoder().encode(code) }),
    payload: new TextEncoder().encode(JSON.stringify(event)),
    clientContext: undefined,
  };
}

/**
 * Both walls by themselves: what Node's permission model keeps from a process with all rights of the
 * server, and with another user before it where the server is root.
 */
for (const user of new Set([undefined, functionUser()])) {
  const who = user === undefined ? 'with the rights of the server' : 'as another user';
  test(`who may make a function is no operator: its code gets nothing, ${who}`, async () => {
    const started = await startEphemeralServer({ ephemeral: false });
    const log = createLog('error', { write: (line) => assert.fail(line) });
    const runner = createFunctionRunner(() => '', log, user);
    process.env.CARNET_CANARY = 'canary';
    try {
      const data = started.dataDirectory;
      for (const name of ['master.key', 'operator.token', 'carnet.sock', 'carnet.db']) {
        assert(existsSync(join(data, name)), name);
      }
      const event = { data, socket: join(data, 'carnet.sock'), pid: process.pid };
      const { payload, isError } = await runner.run(invocationOf(escaping, event));
      assert.equal(isError, false, Buffer.from(payload).toString());
      const { environment, ...ways } = JSON.parse(Buffer.from(payload).toString());
      assert.equal(Object.keys(ways).length, 24);
      const open = Object.entries(ways).filter(([, got]) => got !== 'refused');
      assert.deepEqual(open, []);
      assert(!environment.includes('CARNET_CANARY') && !environment.includes('PATH'));
      assert.equal((await runner.run(invocationOf(flagging, event))).isError, true);
      assert(!existsSync(join(data, 'planted')));
    } finally {
      delete process.env.CARNET_CANARY;
      await runner.close();
      await started.stop();
    }
  });
}
