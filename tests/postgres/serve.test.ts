/** `carnet serve --database`: what it says, what it refuses, and what becomes of it in an outage. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import {
  canaryPassword,
  startTestServer,
  type TestServer,
} from '../../packages/store/src/postgres/test-server.ts';
import { root, type StartedServer, startServer } from '../started-server.ts';

const program = join(root, 'node_modules/.bin/carnet');

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ending> {
  try {
    const said = await promisify(execFile)(program, words, { env: environment });
    return { code: 0, ...said };
  } catch (error) {
    return error as Ending;
  }
}

describe('carnet serve --database', () => {
  let postgres: TestServer;
  let server: StartedServer;
  let folder = '';
  let settings: Record<string, string> = {};

  before(async () => {
    postgres = await startTestServer();
    folder = mkdtempSync(join(tmpdir(), 'carnet-'));
    settings = {
      CARNET_DATABASE: postgres.url('postgres'),
      CARNET_MASTER_KEY: Buffer.alloc(32, 3).toString('base64'),
      CARNET_LOG_LEVEL: 'debug',
    };
    server = await startServer([], undefined, settings);
  });
  after(async () => {
    assert.equal(await server.stop(), 0);
    assert.ok(!server.said().includes(canaryPassword));
    rmSync(folder, { recursive: true });
    await postgres.remove();
  });

  it('says which database it has, and never the password', async () => {
    const { code, stdout, stderr } = await run(['status'], server.environment);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ {2}database {2}postgres:\/\/127\.0\.0\.1:\d+\/postgres$/m);
    assert.ok(!(stdout + stderr).includes(canaryPassword));
    assert.match(server.said(), /data +postgres:\/\/127\.0\.0\.1:\d+\/postgres, objects in /);
  });

  it('refuses to start as a second one, and without what it needs', async () => {
    const environment = { ...server.environment, CARNET_DATA_DIR: join(folder, 'other') };
    const wrong: readonly [NodeJS.ProcessEnv, readonly string[], number, RegExp][] = [
      [{}, [], 1, /another Carnet is running on the database `postgres:\/\/127/],
      [{ CARNET_MASTER_KEY: '' }, [], 2, /there is no master key/],
      [{}, ['--ephemeral'], 2, /exclude each other/],
      [{ CARNET_DATABASE: postgres.url('none') }, [], 1, /`postgres:\/\/\S+` cannot be reached/],
      [{ CARNET_DATABASE: `postgres://a:${canaryPassword}@127.0.0.1:1/b` }, [], 1, /ECONNREFUSED/],
      [{ CARNET_DATABASE: `mysql://a:${canaryPassword}@b/c` }, [], 2, /CARNET_DATABASE/],
    ];
    for (const [variables, flags, exitCode, message] of wrong) {
      const { code, stderr } = await run(['serve', ...flags], { ...environment, ...variables });
      assert.equal(code, exitCode, stderr);
      assert.match(stderr, message);
      assert.match(stderr, /why: {2}\S.*\n {2}next: \S/);
      assert.ok(!stderr.includes(canaryPassword), stderr);
    }
  });

  it('is asked nothing that it could not be asked, by whoever is nobody', async () => {
    for (const id of ['%00', 'AKIA%00', '%F0%9F%98%80', 'x'.repeat(200)]) {
      const query = `AWSAccessKeyId=${id}&Signature=x&Expires=9999999999`;
      const answer = await fetch(`${server.endpoint}/bucket/key?${query}`);
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /<Code>InvalidAccessKeyId</);
    }
  });

  it('answers 503 while the database is away, in the form of each service, and then goes on', async () => {
    const client = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials(),
      maxAttempts: 1,
    };
    const iam = new IAMClient(client);
    const sts = new STSClient(client);
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    const calls: readonly (() => Promise<unknown>)[] = [
      () => iam.send(new ListUsersCommand()),
      () => iam.send(new CreateUserCommand({ UserName: 'no' })),
      () => sts.send(new GetCallerIdentityCommand()),
      () => s3.send(new ListBucketsCommand()),
      () => s3.send(new CreateBucketCommand({ Bucket: 'refused' })),
    ];
    await iam.send(new CreateUserCommand({ UserName: 'dave' }));
    await postgres.halt('SIGQUIT');
    for (const call of calls) {
      await assert.rejects(call(), (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
        assert.equal(error.name, 'ServiceUnavailable');
        assert.equal(error.$metadata?.httpStatusCode, 503);
        return true;
      });
    }
    assert.equal((await fetch(`${server.endpoint}/healthz`)).status, 200);
    const asked = 20;
    for (let time = 0; time < asked; time += 1) {
      assert.equal((await fetch(`${server.endpoint}/readyz`)).status, 503);
    }
    // One in ten seconds, whoever asks.
    assert.ok(server.said().split('the store does not answer').length - 1 < asked, server.said());
    const { code, stderr } = await run(['env'], server.environment);
    assert.equal(code, 1);
    assert.match(stderr, /has lost its database/);
    const status = await run(['status'], server.environment);
    assert.equal(status.code, 0, status.stderr);
    assert.match(status.stdout, /^ {2}database {2}postgres:\S+, which is away: .* is refused/m);
    assert.match(status.stdout, /^ {2}accounts {2}unknown$/m);
    assert.match(status.stdout, new RegExp(`^ {2}account {3}${server.accountId}$`, 'm'));
    await postgres.resume();
    while ((await fetch(`${server.endpoint}/readyz`)).status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { Users } = await iam.send(new ListUsersCommand());
    assert.deepEqual(
      Users?.map(({ UserName }) => UserName),
      ['dave'],
    );
    assert.deepEqual((await s3.send(new ListBucketsCommand())).Buckets ?? [], []);
    for (const made of [iam, sts, s3]) made.destroy();
  });
});
