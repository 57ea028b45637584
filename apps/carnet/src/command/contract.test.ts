import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startProgram, temporaryFolder } from '../test-support/started-program.ts';

const readyLine = /^carnet ready (http:\/\/127\.0\.0\.1:(\d+)) account (\d{12})$/;
const { path: folder, remove } = temporaryFolder();
after(remove);

/** One command to its end. */
function run(...words: string[]) {
  return startProgram(words, { folder }).ended;
}

async function serve(...flags: string[]) {
  const started = startProgram(['serve', '--port', '0', ...flags], { folder });
  const match = readyLine.exec(await started.firstLine);
  assert.ok(match, await started.firstLine);
  const [, endpoint = '', port = '', accountId = ''] = match;
  return {
    ...started,
    endpoint,
    port: Number(port),
    accountId,
    async stop() {
      started.child.kill('SIGTERM');
      return started.ended;
    },
  };
}

function healthOf(endpoint: string, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  get(`${endpoint}${path}`, { agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  }).on('error', reject);
  return promise;
}

// Each of these is a story of its own; most of the time of each is spent in waiting.
describe('the contract', { concurrency: true }, () => {
  describe('a durable server', { concurrency: 1 }, () => {
    test('keeps the contract from the ready line to SIGTERM', async () => {
      const server = await serve('--data-dir', 'data', '--account-id', '111122223333');
      const directory = join(folder, 'data');
      try {
        assert.equal(server.accountId, '111122223333');
        assert.notEqual(server.port, 0);
        assert.equal(await healthOf(server.endpoint, '/healthz'), 200);
        assert.equal(await healthOf(server.endpoint, '/readyz'), 200);

        assert.equal(statSync(directory).mode & 0o777, 0o700);
        const socket = lstatSync(join(directory, 'carnet.sock'));
        assert.ok(socket.isSocket());
        assert.equal(socket.mode & 0o777, 0o600);
        assert.equal(statSync(join(directory, 'operator.token')).mode & 0o777, 0o600);

        const status = await run('status', '--data-dir', 'data');
        assert.equal(status.code, 0);
        assert.match(status.stdout, new RegExp(`endpoint +${server.endpoint}\n`));
        assert.match(status.stdout, /account +111122223333\n/);

        const reset = await run('reset', '--data-dir', 'data');
        assert.equal(reset.code, 2);
        assert.match(reset.stderr, /not ephemeral/);

        const second = await run('serve', '--port', '0', '--data-dir', 'data');
        assert.equal(second.code, 1);
        assert.equal(second.stdout, '');
        assert.match(second.stderr, /another Carnet is running on the data directory/);
        const ephemeral = await run('serve', '--port', '0', '--data-dir', 'data', '--ephemeral');
        assert.equal(ephemeral.code, 1);
        assert.match(ephemeral.stderr, /another Carnet is running on the data directory/);

        const samePort = ['--port', String(server.port), '--data-dir', 'other'];
        const third = await run('serve', ...samePort);
        assert.equal(third.code, 1);
        assert.match(third.stderr, /in use/);
      } finally {
        const ending = await server.stop();
        assert.equal(ending.code, 0);
        assert.match(ending.stderr, /eval "\$\(npx --no-install carnet env --data-dir .*data\)"/);
        assert.equal(ending.stdout.split('\n').length, 2, 'stdout is the ready line alone');
      }
      assert.ok(!existsSync(join(directory, 'carnet.sock')));
      assert.ok(!existsSync(join(directory, 'operator.token')));
    });

    test('says what the data directory is', async () => {
      const again = await run('serve', '--data-dir', 'data', '--account-id', '999999999999');
      assert.equal(again.code, 2);
      assert.match(again.stderr, /made for the account 111122223333/);
    });

    test('starts after kill -9, over the socket that was left', async () => {
      const first = await serve('--data-dir', 'data');
      first.child.kill('SIGKILL');
      await first.ended;
      assert.ok(existsSync(join(folder, 'data/carnet.sock')));
      const refused = await run('env', '--data-dir', 'data');
      assert.deepEqual([refused.code, refused.stdout], [1, 'false\n']);
      const second = await serve('--data-dir', 'data');
      assert.equal(second.accountId, '111122223333');
      assert.equal((await run('env', '--data-dir', 'data')).code, 0);
      assert.equal((await second.stop()).code, 0);
    });

    test('closes the store even when something before it cannot be closed', async () => {
      const server = await serve('--data-dir', 'stuck');
      const socket = join(folder, 'stuck', 'carnet.sock');
      rmSync(socket);
      mkdirSync(socket);
      const { code, stderr } = await server.stop();
      assert.equal(code, 1);
      assert.match(stderr, /stopping failed/);
      assert.ok(!existsSync(join(folder, 'stuck', 'carnet.db-wal')), 'the store was not closed');
    });

    test('a data directory with a long path is reached all the same', async () => {
      const long = join('l'.repeat(60), 'o'.repeat(60), 'ng');
      const server = await serve('--data-dir', long);
      const pointer = join(folder, long, 'carnet.sock.path');
      const socket = readFileSync(pointer, 'utf8').trim();
      try {
        assert.equal(lstatSync(socket).mode & 0o777, 0o600);
        assert.equal(statSync(join(socket, '..')).mode & 0o777, 0o700);
        assert.equal((await run('status', '--data-dir', long)).code, 0);
      } finally {
        assert.equal((await server.stop()).code, 0);
      }
      assert.ok(!existsSync(join(socket, '..')));
      assert.ok(!existsSync(pointer));
    });

    test('warns of a master key that every user may read', async () => {
      const key = join(folder, 'master.key');
      const environment = { CARNET_MASTER_KEY_FILE: key };
      const words = ['serve', '--port', '0', '--data-dir', 'keyed'];
      writeFileSync(key, Buffer.alloc(32, 5).toString('base64'));
      for (const [mode, warned] of [
        [0o644, true],
        [0o640, false],
      ] as const) {
        chmodSync(key, mode);
        const { firstLine, child, ended } = startProgram(words, { folder, environment });
        await firstLine;
        child.kill('SIGTERM');
        const { stderr } = await ended;
        assert.equal(
          /warning: every user .* may read .*\n +chmod o= \S+key\n/.test(stderr),
          warned,
        );
      }
    });

    test('prints no stack, unless for debug', async () => {
      const refused = await run('serve', '--data-dir', '/dev/null/x');
      assert.equal(refused.code, 1);
      assert.doesNotMatch(refused.stderr, /\n {4}at /);
      const debugged = await run('serve', '--data-dir', '/dev/null/x', '--log-level', 'debug');
      assert.match(debugged.stderr, /\n {4}at /);
    });
  });

  describe('an ephemeral server', { concurrency: 1 }, () => {
    test('answers env, accounts and reset, and leaves nothing on the disk', async () => {
      const server = await serve('--ephemeral', '--data-dir', "it's here");
      const here = ['--data-dir', "it's here"];
      try {
        const env = await run('env', ...here);
        assert.equal(env.code, 0, env.stderr);
        const shell = execFileSync('sh', ['-c', `${env.stdout}env`], { encoding: 'utf8', env: {} });
        const variable = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(shell)?.[1];
        assert.equal(variable('AWS_ENDPOINT_URL'), server.endpoint);
        assert.equal(variable('AWS_REGION'), 'us-east-1');
        assert.equal(variable('AWS_DEFAULT_REGION'), 'us-east-1');
        assert.match(variable('AWS_ACCESS_KEY_ID') ?? '', /^ASIA[A-Z2-7]{16}$/);
        assert.ok(variable('AWS_SECRET_ACCESS_KEY'));
        assert.ok(variable('AWS_SESSION_TOKEN'));

        const json = JSON.parse((await run('env', '--format=json', ...here)).stdout);
        assert.equal(json.Version, 1);
        assert.match(json.AccessKeyId, /^ASIA/);
        assert.ok(Date.parse(json.Expiration) > Date.now());

        const made = await run('account', 'create', 'second', '--id', '222222222222', ...here);
        assert.equal(made.stdout, '222222222222\n');
        const twice = await run('account', 'create', 'third', '--id', '222222222222', ...here);
        assert.equal(twice.code, 1);
        const accounts = (await run('account', 'list', ...here)).stdout;
        assert.match(accounts, /^222222222222 {2}\S+Z {2}second$/m);
        assert.match(accounts, new RegExp(`^${server.accountId} `, 'm'));
        assert.equal((await run('env', '--account', '222222222222', ...here)).code, 0);

        for (const [next, ...wrong] of [
          ['`carnet account list` lists the accounts', '--account', '333333333333'],
          ['`aws iam list-roles` lists the roles', '--role', 'Nobody'],
          ['name the role without', '--role', `arn:aws:iam::${server.accountId}:role/Nobody`],
          ['`--root-task` takes IAMAudit', '--root-task', 'S3'],
        ] as const) {
          const refused = await run('env', ...wrong, ...here);
          assert.deepEqual([refused.code, refused.stdout], [1, 'false\n'], wrong.join(' '));
          assert.ok(refused.stderr.includes(`\n  next: ${next}`), refused.stderr);
        }

        assert.equal((await run('reset', ...here)).code, 0);
        const left = (await run('account', 'list', ...here)).stdout;
        assert.match(left, new RegExp(`^${server.accountId} `));
        assert.doesNotMatch(left, /second/);
        assert.equal((await run('env', ...here)).code, 0);
      } finally {
        assert.equal((await server.stop()).code, 0);
      }
      assert.deepEqual(readdirSync(join(folder, "it's here")), ['lock']);
    });

    test('and a durable one cannot share a data directory', async () => {
      const server = await serve('--ephemeral', '--data-dir', 'shared');
      const durable = await run('serve', '--port', '0', '--data-dir', 'shared');
      assert.equal(durable.code, 1);
      assert.match(durable.stderr, /another Carnet is running on the data directory/);
      assert.equal((await server.stop()).code, 0);
    });
  });

  describe('the commands', { concurrency: 1 }, () => {
    test('env prints a failing command whenever it fails', async () => {
      const failures: readonly (readonly [number, ...string[]])[] = [
        [1, 'env'],
        [1, 'env', '--data-dir', '/nowhere'],
        [2, 'env', '--bogus'],
        [2, 'env', 'extra'],
        [2, 'env', '--format', 'yaml'],
        [2, 'env', '--format', '__proto__'],
        [2, 'env', '--config', '/nowhere'],
      ];
      await Promise.all(
        failures.map(async ([code, ...words]) => {
          const ending = await run(...words);
          assert.deepEqual([ending.code, ending.stdout], [code, 'false\n'], words.join(' '));
          assert.match(ending.stderr, /^carnet: /);
        }),
      );
      const json = await run('env', '--format', 'json');
      assert.deepEqual([json.code, json.stdout], [1, ''], 'nothing that a JSON parser could take');
    });

    test('what is typed wrong ends with 2', async () => {
      const wrong = [
        [],
        ['bogus'],
        ['serve', '--bogus'],
        ['serve', 'extra'],
        ['serve', '--port', 'x'],
        ['serve', '--database', 'postgres://carnet:canary@db/carnet'],
        ['account'],
        ['account', 'create'],
        ['status', '--bogus'],
      ];
      await Promise.all(
        wrong.map(async (words) => {
          const ending = await run(...words);
          assert.equal(ending.code, 2, words.join(' '));
          assert.equal(ending.stdout, '');
          assert.doesNotMatch(ending.stderr, /canary/);
        }),
      );
    });

    test('help and version end with 0', async () => {
      for (const words of [['--help'], ['--version'], ['serve', '--help'], ['env', '--help']]) {
        const ending = await run(...words);
        assert.equal(ending.code, 0);
        assert.notEqual(ending.stdout, '');
      }
    });
  });
});

// By itself: what else starts meanwhile would take its time.
test('SIGTERM ends it within 5 s while a request hangs', async () => {
  const server = await serve('--data-dir', 'slow');
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n' +
      'Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=host, Signature=00\r\n\r\nAct',
  );
  await once(socket, 'connect');
  await healthOf(server.endpoint, '/healthz');
  const begin = performance.now();
  const ending = await server.stop();
  assert.equal(ending.code, 0);
  assert.ok(performance.now() - begin < 5000);
  socket.destroy();
});
