/** `carnet agent`: an instance on another host, enrolled by the operator of the server. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { identityPrograms, openWorkloadWorld, type WorkloadWorld } from './world.ts';

describe('the agent of an instance', () => {
  let world: WorkloadWorld;
  let instanceId: string;
  const folder = mkdtempSync(join(tmpdir(), 'carnet-agent-'));
  const file = join(folder, 'instance.json');
  before(async () => {
    world = await openWorkloadWorld();
    await world.createRole('PhotoAppRole', 'ec2.amazonaws.com');
    instanceId = await world.runInstance('PhotoAppRole');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await world?.stop();
  });

  const agent = (...words: readonly string[]) =>
    world.carnet('agent', '--enrolment', file, ...words);

  function write(enrolment: object): void {
    writeFileSync(file, JSON.stringify(enrolment));
    chmodSync(file, 0o600);
  }

  it('is enrolled by the operator, and makes programs on its host the instance', async () => {
    const endpoint = 'https://carnet.example.com';
    const words = ['instance', 'enroll', instanceId, '--endpoint', endpoint];
    const { code, stdout, stderr } = await world.carnet(...words);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /mode 0600/);
    const printed = JSON.parse(stdout);
    const { accountId } = world.server;
    assert.deepEqual(printed, {
      endpoint,
      region: 'us-east-1',
      identityDocument: { accountId, instanceId },
      accessKeyId: printed.accessKeyId,
      secretAccessKey: printed.secretAccessKey,
    });
    write({ ...printed, endpoint: world.server.endpoint });
    const arn = `arn:aws:sts::${accountId}:assumed-role/PhotoAppRole/${instanceId}`;
    const ending = await agent(...(identityPrograms.sdk ?? []), '--', '--port', 'x');
    assert.deepEqual(ending, { code: 0, stdout: `${arn}\n`, stderr: '' });
  });

  it('keeps the key that it has when the command is wrong, and is written privately', async () => {
    const written = join(folder, 'written.json');
    writeFileSync(written, 'what was there', { mode: 0o644 });
    for (const wrong of [
      [instanceId, '--endpoint', 'notaurl', '--output', written],
      [instanceId, '--endpoint', 'ftp://carnet.example.com'],
      [instanceId, '--output', folder],
      [instanceId, '--output', join(folder, 'nowhere', 'instance.json')],
    ]) {
      const { code, stdout } = await world.carnet('instance', 'enroll', ...wrong);
      assert.deepEqual([code, stdout], [2, ''], wrong.join(' '));
    }
    const refused = await world.carnet('instance', 'enroll', 'i-1', '--output', written);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.equal(readFileSync(written, 'utf8'), 'what was there');
    assert.equal((await agent('true')).code, 0);

    const made = await world.carnet('instance', 'enroll', instanceId, '--output', written);
    assert.deepEqual([made.code, made.stdout], [0, ''], made.stderr);
    assert.match(made.stderr, /mode 0600/);
    assert.equal(statSync(written).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder).sort(), ['instance.json', 'written.json']);
    renameSync(written, file);
    assert.equal((await agent('true')).code, 0);
  });

  it('serves every program of its host until a signal, when it is given none', async () => {
    const serving = world.start('agent', '--enrolment', file, '--port', '0');
    const line = await serving.nextLine();
    const ready = /^carnet agent ready (http:\/\/127\.0\.0\.1:\d+) instance (\S+) account (\d+)$/;
    const [, endpoint = '', ...named] = ready.exec(line) ?? [];
    assert.deepEqual(named, [instanceId, world.server.accountId]);
    const taken = await agent('--port', new URL(endpoint).port, '--', 'echo', 'started');
    assert.deepEqual([taken.code, taken.stdout], [1, '']);
    assert.match(taken.stderr, /^carnet: cannot listen on port \d+\n/);
    assert.equal((await fetch(`${endpoint}/latest/meta-data/`)).status, 401);
    const [client = '', ...words] = identityPrograms.boto3 ?? [];
    const env = {
      ...world.server.environment,
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
      AWS_ENDPOINT_URL: world.server.endpoint,
      AWS_DEFAULT_REGION: 'us-east-1',
    };
    const { stdout } = await promisify(execFile)(client, words, { env });
    assert.match(stdout, /assumed-role\/PhotoAppRole\//);
    serving.child.kill('SIGTERM');
    assert.deepEqual(await serving.ended, { code: 0, stdout: `${line}\n`, stderr: '' });
  });

  it('does not start with a key that others may read, nor with one that was replaced', async () => {
    chmodSync(file, 0o644);
    const readable = await agent('--', 'echo', 'started');
    assert.deepEqual([readable.code, readable.stdout], [2, '']);
    assert.match(readable.stderr, /^carnet: the enrolment `\S+` cannot be used\n/);
    chmodSync(file, 0o600);
    assert.equal((await world.carnet('instance', 'enroll', instanceId)).code, 0);
    const replaced = await agent('--', 'echo', 'started');
    assert.deepEqual([replaced.code, replaced.stdout], [1, '']);
    assert.match(
      replaced.stderr,
      /^carnet: the server `\S+` tells nothing of this instance\n {2}why: {2}it answered Inv/,
    );
    for (const words of [['agent'], ['agent', '--enrolment', file, '--port', 'x']]) {
      assert.equal((await world.carnet(...words)).code, 2);
    }
  });
});
