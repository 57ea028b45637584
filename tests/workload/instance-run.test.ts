/** `carnet instance run`: a program that is an instance, and finds nothing else to be. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  identityPrograms,
  metadataReader,
  openWorkloadWorld,
  otherCredentials,
  type WorkloadWorld,
} from './world.ts';

describe('a program that runs as an instance', () => {
  let world: WorkloadWorld;
  let instanceId: string;
  before(async () => {
    world = await openWorkloadWorld();
    await world.createRole('PhotoAppRole', 'ec2.amazonaws.com');
    await world.createRole('Untrusting', 'lambda.amazonaws.com');
    instanceId = await world.runInstance('PhotoAppRole');
  });
  after(() => world?.stop());

  const run = (id: string, ...words: readonly string[]) =>
    world.carnet('instance', 'run', id, '--', ...words);

  it('is the session of its role, and nobody else', async () => {
    const arn = `arn:aws:sts::${world.server.accountId}:assumed-role/PhotoAppRole/${instanceId}`;
    const ending = await run(instanceId, ...(identityPrograms.sdk ?? []));
    assert.deepEqual(ending, { code: 0, stdout: `${arn}\n`, stderr: '' });
  });

  it('finds no other credentials when it has none of its own', async () => {
    const bare = await world.runInstance('Untrusting');
    const home = mkdtempSync(join(tmpdir(), 'carnet-home-'));
    const canary = 'aws_access_key_id = AKIACANARYCANARYCAN2\naws_secret_access_key = canary\n';
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws/credentials'), `[default]\n${canary}`);
    writeFileSync(join(home, '.aws/config'), `[default]\n${canary}`);
    writeFileSync(join(home, '.boto'), `[Credentials]\n${canary}`);
    const missing = /Could not load credentials|Unable to locate credentials|NoCredentialsError/;
    const asHome = (words: readonly string[]) => ['env', `HOME=${home}`, ...words];
    const endings = Object.entries(identityPrograms).map(async ([client, words]) => {
      const { code, stdout, stderr } = await run(bare, ...asHome(words));
      assert.notEqual(code, 0, client);
      assert.equal(stdout, '', client);
      assert.match(stderr, missing, client);
      assert.match(stderr, /^carnet: there are no credentials for `i-\w+`: the trust policy of /);
    });
    await Promise.all(endings);
    const { stdout } = await run(bare, 'env');
    for (const value of Object.values(otherCredentials)) {
      if (value !== 'true') assert.ok(!stdout.includes(value), value);
    }
    const names = stdout
      .split('\n')
      .flatMap((line) => /^((?:AWS|CARNET|BOTO)_\w+)=/.exec(line)?.[1] ?? []);
    assert.deepEqual(names.sort(), [
      'AWS_CONFIG_FILE',
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_SERVICE_ENDPOINT',
      'AWS_EC2_METADATA_V1_DISABLED',
      'AWS_ENDPOINT_URL',
      'AWS_PAGER',
      'AWS_REGION',
      'AWS_SHARED_CREDENTIALS_FILE',
      'BOTO_CONFIG',
    ]);
    rmSync(home, { recursive: true });
  });

  it('is told of what changes at once, and of nothing when the instance is gone', async () => {
    await world.createRole('Other', 'ec2.amazonaws.com');
    const id = await world.runInstance('PhotoAppRole');
    const program = world.start('instance', 'run', id, '--', ...metadataReader);
    const endpoint = await program.nextLine();
    const read = async (path: string) => {
      program.child.stdin?.write(`${path}\n`);
      const { status, text } = JSON.parse(await program.nextLine());
      return status === 200 ? text : status;
    };
    assert.equal(await read('instance-id'), id);
    assert.equal(await read('iam/security-credentials/'), 'PhotoAppRole');
    await world.replaceProfile(id, 'Other');
    assert.equal(await read('iam/security-credentials/'), 'Other');
    const credentials = async () => JSON.parse(await read('iam/security-credentials/Other'));
    assert.equal((await credentials()).Code, 'Success');
    await world.trust('Other', 'lambda.amazonaws.com');
    assert.equal((await credentials()).Code, 'AssumeRoleUnauthorizedAccess');
    await world.trust('Other', 'ec2.amazonaws.com');
    assert.equal((await credentials()).Code, 'Success');
    await world.terminate(id);
    assert.equal(await read('iam/security-credentials/Other'), 404);
    assert.equal(await read('instance-id'), 404);
    program.child.stdin?.end();
    const { code, stderr } = await program.ended;
    assert.equal(code, 0);
    const trust = 'the trust policy of the role `Other` does not let ec2.amazonaws.com assume it';
    // Of what has changed in the three seconds after it, the outcome alone is said.
    const [first] = stderr.split('\n');
    assert.equal(first, `carnet: there are no credentials for \`${id}\`: ${trust}`);
    await assert.rejects(fetch(endpoint), { message: 'fetch failed' });
  });

  it('receives signals, and its end is the command’s', async () => {
    const heard =
      'for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {' +
      '  console.log(name); process.exit(9) });' +
      'console.log("ready"); setInterval(() => undefined, 1000)';
    const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(async (signal) => {
      const words = ['instance', 'run', instanceId, '--', process.execPath, '-e', heard];
      const program = world.start(...words);
      assert.equal(await program.nextLine(), 'ready');
      program.child.kill(signal);
      assert.deepEqual(await program.ended, { code: 9, stdout: `ready\n${signal}\n`, stderr: '' });
    });
    await Promise.all(signals);
    // Without `--`: options before the program are the command's, and those behind its name are not.
    const script = 'echo "$0 $@"; echo err >&2; exit 7';
    const words = [instanceId, '--log-level', 'info', 'sh', '-c', script, '--version', '--help'];
    const said = await world.carnet('instance', 'run', ...words);
    assert.deepEqual(said, { code: 7, stdout: '--version --help\n', stderr: 'err\n' });
    assert.equal((await run(instanceId, 'sh', '-c', 'kill -9 $$')).code, 137);
    const missing = await run(instanceId, '/nowhere/program');
    assert.equal(missing.code, 127);
    assert.match(
      missing.stderr,
      /^carnet: `\/nowhere\/program` cannot be run\n {2}why: .*\n {2}next: /,
    );
    assert.equal((await run(instanceId, '/dev/null')).code, 126);
  });

  it('does not start for an instance that is not there, or does not run', async () => {
    const id = await world.runInstance('PhotoAppRole');
    await world.terminate(id);
    const other = (await world.carnet('account', 'create', 'second')).stdout.trim();
    const list = '`aws ec2 describe-instances` lists';
    for (const [words, code, next] of [
      [['junk'], 'InvalidInstanceID.Malformed', list],
      [['i-00000000000000000'], 'InvalidInstanceID.NotFound', list],
      [[instanceId, '--account', other], 'InvalidInstanceID.NotFound', list],
      [[instanceId, '--account', '999999999999'], 'NoSuchEntity', '`carnet account list`'],
      [[id], 'IncorrectInstanceState', 'it does not come back'],
    ] as const) {
      const ending = await world.carnet('instance', 'run', ...words, '--', 'echo', 'started');
      assert.deepEqual([ending.code, ending.stdout], [1, ''], code);
      assert.match(
        ending.stderr,
        /^carnet: the server answered (\S+)\n {2}why: .*\n {2}next: .*\n$/,
      );
      assert.ok(ending.stderr.includes(code), ending.stderr);
      assert.ok(ending.stderr.includes(`next: ${next}`), ending.stderr);
    }
    for (const words of [[], ['run', instanceId], ['run', instanceId, '--bogus', 'echo']]) {
      const ending = await world.carnet('instance', ...words);
      assert.deepEqual([ending.code, ending.stdout], [2, ''], words.join(' '));
      if (words.length > 0) assert.match(ending.stderr, /`carnet instance run --help`/);
    }
    const help = await world.carnet('instance', 'run', instanceId, '--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, /AWS_EC2_METADATA_SERVICE_ENDPOINT[\s\S]*Exit codes: /);
  });
});
