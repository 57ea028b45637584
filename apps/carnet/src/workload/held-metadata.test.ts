/** What an agent serves, against a server that changes, goes away and comes back. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callOperator } from '../operator/operator-client.ts';
import type { InstanceEnrolmentAnswer } from '../operator/protocol.ts';
import { openTestWorld, type TestWorld } from '../test-support/workload-world.ts';
import { askMetadata } from './ask-metadata.ts';
import type { Enrolment } from './enrolment.ts';
import { holdMetadata } from './held-metadata.ts';

describe('the metadata that an agent holds', () => {
  let world: TestWorld;
  before(async () => {
    world = await openTestWorld();
    await world.createRole('PhotoAppRole');
    await world.createRole('Other');
  });
  after(() => world?.stop());

  /** A new key for the agent, as `carnet instance enroll` prints it. */
  async function enroll(instanceId: string): Promise<Enrolment> {
    const { endpoint, enrolment } = await callOperator<InstanceEnrolmentAnswer>(
      world.started.dataDirectory,
      { method: 'POST', path: '/instance-enrolments', body: { instanceId } },
    );
    const { accountId, ...key } = enrolment;
    return { ...key, endpoint, identityDocument: { accountId, instanceId } };
  }

  it('is everything that the server says of the instance', async () => {
    const instanceId = await world.runInstance('PhotoAppRole');
    const told = await askMetadata(await enroll(instanceId));
    const { profile, ...facts } = told;
    assert.deepEqual(facts, {
      accountId: world.started.server.accountId,
      instanceId,
      imageId: 'ami-0abcdef1234567890',
      instanceType: facts.instanceType,
      region: 'us-east-1',
      availabilityZone: 'us-east-1a',
      architecture: 'x86_64',
      launchedAt: facts.launchedAt,
    });
    assert.ok(Math.abs(facts.launchedAt - Date.now()) < 60_000);
    assert.equal(profile?.exists, true);
    assert.match(profile?.instanceProfileArn ?? '', /:instance-profile\/PhotoAppRole$/);
    const { credentials, roleName } = profile?.role ?? {};
    assert.equal(roleName, 'PhotoAppRole');
    assert.match(credentials?.accessKeyId ?? '', /^ASIA/);
    assert.equal((credentials?.expiration ?? 0) - (credentials?.issuedAt ?? 0), 3_600_000);
    await world.trust('PhotoAppRole', 'lambda.amazonaws.com');
    const refused = await askMetadata(await enroll(instanceId));
    assert.deepEqual(refused.profile?.role, { roleName: 'PhotoAppRole', credentials: undefined });
    await world.trust('PhotoAppRole', 'ec2.amazonaws.com');
  });

  it('is asked for anew after three seconds, and is nothing when the key is worthless', async () => {
    const instanceId = await world.runInstance('PhotoAppRole');
    const enrolment = await enroll(instanceId);
    let now = Date.now();
    let asked = 0;
    const ask = () => {
      asked += 1;
      return askMetadata(enrolment);
    };
    const held = holdMetadata({ ask, clock: () => now });
    const role = async () => (await held.read())?.profile?.role?.roleName;
    assert.equal(await role(), 'PhotoAppRole');
    await world.replaceProfile(instanceId, 'Other');
    now += 2999;
    assert.equal(await role(), 'PhotoAppRole');
    assert.equal(asked, 1);
    now += 1;
    assert.equal(await role(), 'Other');
    const again = await enroll(instanceId);
    now += 3000;
    assert.equal(await held.read(), undefined, 'a key that was replaced');
    held.close();
    const next = holdMetadata({ ask: () => askMetadata(again), clock: () => now });
    assert.equal((await next.read())?.instanceId, instanceId);
    await world.terminate(instanceId);
    now += 3000;
    assert.equal(await next.read(), undefined, 'a terminated instance');
    next.close();
  });

  it('is kept while the server is away, until its credentials end', async () => {
    const enrolment = await enroll(await world.runInstance('PhotoAppRole'));
    let now = Date.now();
    let isAway = false;
    const ask = () =>
      askMetadata(isAway ? { ...enrolment, endpoint: 'http://127.0.0.1:1' } : enrolment);
    const held = holdMetadata({ ask, clock: () => now });
    const credentials = async () => (await held.read())?.profile?.role?.credentials;
    const first = await credentials();
    assert.ok(first);
    isAway = true;
    now += 3000;
    assert.deepEqual(await credentials(), first);
    now = first.expiration - 1;
    assert.deepEqual(await credentials(), first);
    now += 1;
    await assert.rejects(held.read(), { code: 'ECONNREFUSED' });
    isAway = false;
    now = Date.now();
    assert.ok(await credentials());
    held.close();
  });

  it('does not keep a program waiting for a server that hangs', async () => {
    const enrolment = await enroll(await world.runInstance('PhotoAppRole'));
    let now = Date.now();
    let hangs = false;
    const ask = () => (hangs ? new Promise<never>(() => undefined) : askMetadata(enrolment));
    const held = holdMetadata({ ask, clock: () => now });
    const first = await held.read();
    hangs = true;
    now += 3000;
    const begin = performance.now();
    const readings = await Promise.all(Array.from({ length: 20 }, () => held.read()));
    assert.ok(performance.now() - begin < 3000);
    for (const reading of readings) assert.deepEqual(reading, first);
    held.close();
  });
});
