/** `carnet run --role`: a program with a role's credentials, by the containers' endpoint. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { identityPrograms, openWorkloadWorld, type WorkloadWorld } from './world.ts';

const fetchCredentials =
  'const { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } =' +
  '  process.env;' +
  'for await (const _ of process.stdin) {' +
  '  const answer = await fetch(uri, { headers: { authorization: token } });' +
  '  console.log(JSON.stringify({ status: answer.status, uri, token, ...(await answer.json()) }));' +
  '}';

describe('a program that runs with a role', () => {
  let world: WorkloadWorld;
  before(async () => {
    world = await openWorkloadWorld();
    await world.createRole('PhotoAppRole', 'ecs-tasks.amazonaws.com');
  });
  after(() => world?.stop());

  const run = (...words: readonly string[]) =>
    world.carnet('run', '--role', 'PhotoAppRole', '--', ...words);

  it('is a session of it, by the name of a task', async () => {
    const start = `arn:aws:sts::${world.server.accountId}:assumed-role/PhotoAppRole/`;
    const { code, stdout, stderr } = await run(...(identityPrograms.sdk ?? []));
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(stdout.startsWith(start), stdout);
    assert.match(stdout.slice(start.length), /^[0-9a-f]{32}\n$/);
  });

  it('may read its token from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carnet-token-'));
    const file = join(folder, 'token');
    const inFile = [
      'sh',
      '-c',
      'printf %s "$AWS_CONTAINER_AUTHORIZATION_TOKEN" > "$0"; ' +
        'unset AWS_CONTAINER_AUTHORIZATION_TOKEN; ' +
        'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$0" exec "$@"',
    ];
    const endings = Object.entries(identityPrograms).map(async ([client, words]) => {
      const { code, stdout } = await run(...inFile, `${file}-${client}`, ...words);
      assert.equal(code, 0, client);
      assert.match(stdout, /assumed-role\/PhotoAppRole\//, client);
    });
    await Promise.all(endings);
    rmSync(folder, { recursive: true });
  });

  it('loses them with the trust of the role, and reads why', async () => {
    const script = [process.execPath, '--input-type=module', '-e', fetchCredentials];
    const program = world.start('run', '--role', 'PhotoAppRole', '--', ...script);
    const ask = async () => {
      program.child.stdin?.write('\n');
      return JSON.parse(await program.nextLine());
    };
    const first = await ask();
    assert.equal(first.status, 200);
    assert.equal(first.RoleArn, `arn:aws:iam::${world.server.accountId}:role/PhotoAppRole`);
    assert.match(first.AccessKeyId, /^ASIA/);
    assert.equal((await ask()).AccessKeyId, first.AccessKeyId);
    const without = await fetch(first.uri);
    assert.equal(without.status, 401);
    await world.trust('PhotoAppRole', 'ec2.amazonaws.com');
    const { status, Code, Message, AccessKeyId } = await ask();
    assert.deepEqual([status, Code, AccessKeyId], [400, 'AccessDenied', undefined]);
    assert.match(Message, /^User: ecs-tasks.amazonaws.com is not authorized to perform: sts:Assu/);
    const refused = await run('echo', 'started');
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(
      refused.stderr,
      /^carnet: the role `PhotoAppRole` does not let a task assume it\n/,
    );
    assert.match(refused.stderr, /add the statement \{.*"Service":"ecs-tasks\.amazonaws\.com"\}/);
    await world.trust('PhotoAppRole', 'ecs-tasks.amazonaws.com');
    assert.equal((await ask()).AccessKeyId, first.AccessKeyId);
    program.child.stdin?.end();
    assert.equal((await program.ended).code, 0);
    await assert.rejects(fetch(first.uri), { message: 'fetch failed' });
  });

  it('is not started for a role that is not there, or without a role', async () => {
    const nobody = await world.carnet('run', '--role', 'Nobody', '--', 'echo', 'started');
    assert.deepEqual([nobody.code, nobody.stdout], [1, '']);
    assert.match(nobody.stderr, /NoSuchEntity[\s\S]*next: `aws iam list-roles`/);
    for (const words of [['run'], ['run', '--role', 'PhotoAppRole'], ['run', '--', 'echo']]) {
      const ending = await world.carnet(...words);
      assert.deepEqual([ending.code, ending.stdout], [2, ''], words.join(' '));
      assert.match(ending.stderr, /`carnet run --help`/);
    }
  });

  it('is given every word behind its name, with `--` and without', async () => {
    const told = ['printf', '%s,', '--config', 'x', '--role', 'y', '--', '-h'];
    for (const words of [told, ['--', ...told]]) {
      const ending = await world.carnet('run', '--role', 'PhotoAppRole', ...words);
      assert.deepEqual(ending, { code: 0, stdout: '--config,x,--role,y,--,-h,', stderr: '' });
    }
  });
});
