/** Credentials that end and are made anew, while a program goes on: with a clock that is moved. */
import assert from 'node:assert/strict';
import { ServerResponse } from 'node:http';
import { after, before, describe, it, mock } from 'node:test';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { openTestWorld, type TestWorld } from '../test-support/workload-world.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { openMetadataServer } from './metadata-server.ts';
import { instanceQuestion, operatorSource } from './operator-source.ts';
import { metadataVariables, programEnvironment } from './program-environment.ts';

const minute = 60_000;

/** Node writes it from a clock that cannot be moved, and the SDK sets its own after it. */
function moveDateHeader(): void {
  const { writeHead } = ServerResponse.prototype;
  mock.method(
    ServerResponse.prototype,
    'writeHead',
    function (this: ServerResponse, ...parameters: Parameters<typeof writeHead>) {
      this.setHeader('Date', new Date().toUTCString());
      return writeHead.apply(this, parameters);
    },
  );
}

describe('credentials of an instance', () => {
  let world: TestWorld;
  let metadata: LoopbackServer;

  before(async () => {
    // The server and the program below live in this process, and look at the same clock.
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    moveDateHeader();
    world = await openTestWorld({ workloadSession: '900' });
    await world.createRole('PhotoAppRole');
    const instanceId = await world.runInstance('PhotoAppRole');
    const ask = instanceQuestion(world.started.dataDirectory, { instanceId });
    metadata = await openMetadataServer({
      source: operatorSource(async () => (await ask()).metadata),
      clock: Date.now,
      port: 0,
    });
  });
  after(async () => {
    await metadata?.close();
    await world?.stop();
    mock.reset();
    mock.timers.reset();
  });

  /** What a program does that has just been started: a token, the role, its credentials. */
  async function readCredentials(): Promise<string> {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
    const asked = await fetch(`${metadata.endpoint}/latest/api/token`, { method: 'PUT', headers });
    const held = { headers: { 'x-aws-ec2-metadata-token': await asked.text() } };
    const path = `${metadata.endpoint}/latest/meta-data/iam/security-credentials/`;
    const role = await (await fetch(path, held)).text();
    const document = JSON.parse(await (await fetch(path + role, held)).text());
    return document.AccessKeyId;
  }

  it('are read by two hundred programs at once, and are the same for all', async () => {
    const keys = await Promise.all(Array.from({ length: 200 }, readCredentials));
    assert.equal(new Set(keys).size, 1);
    assert.match(keys[0] ?? '', /^ASIA/);
  });

  it('rotate under a program that knows the endpoint alone, until the role says no', async () => {
    const place = { endpoint: world.started.server.endpoint, region: 'us-east-1' };
    const environment = process.env;
    process.env = programEnvironment(environment, place, metadataVariables(metadata.endpoint));
    const sts = new STSClient({ maxAttempts: 1 });
    const ask = async () => {
      const { UserId } = await sts.send(new GetCallerIdentityCommand());
      const { accessKeyId } = await sts.config.credentials();
      return { UserId, accessKeyId };
    };
    const keys = new Set<string>();
    const callers = new Set<string | undefined>();
    for (let elapsed = 0; elapsed < 180; elapsed += 5) {
      const { UserId, accessKeyId } = await ask();
      keys.add(accessKeyId);
      callers.add(UserId);
      mock.timers.setTime(Date.now() + 5 * minute);
    }
    assert.equal(callers.size, 1, 'it went on as the same session name of the same role');
    assert.ok(keys.size >= 12, `${keys.size} sessions in three hours of fifteen minutes each`);

    await world.trust('PhotoAppRole', 'lambda.amazonaws.com');
    mock.timers.setTime(Date.now() + 15 * minute);
    await assert.rejects(ask());
    sts.destroy();
    process.env = environment;
  });
});
