import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstAccountId } from '../testing.ts';
import {
  addInstance,
  associate,
  createProfile,
  instanceArn,
  instanceId,
  openWorkloadWorld,
  setState,
  trusting,
} from './testing.ts';

const minute = 60_000;

describe('the metadata of an instance', () => {
  it('tells what it is, and credentials of the role in its profile', async (test) => {
    const { services, clock, call, instanceCredentials } = await openWorkloadWorld(test);
    const metadata = await services.operator.instanceMetadata({ instanceId });
    const { profile, ...facts } = metadata;
    assert.deepEqual(facts, {
      accountId: firstAccountId,
      instanceId,
      imageId: 'ami-0abcdef1234567890',
      instanceType: 't3.micro',
      region: 'us-east-1',
      availabilityZone: 'us-east-1a',
      architecture: 'x86_64',
      launchedAt: Date.UTC(2026, 0, 1),
    });
    assert.equal(
      profile?.instanceProfileArn,
      `arn:aws:iam::${firstAccountId}:instance-profile/PhotoApp`,
    );
    assert.match(profile?.instanceProfileId ?? '', /^AIPA/);
    assert.equal(profile?.role?.roleName, 'PhotoAppRole');
    const credentials = await instanceCredentials();
    assert.equal(credentials.expiration, clock.now + 60 * minute);
    const { Arn } = (await call('sts', 'GetCallerIdentity', {}, credentials)) as { Arn: string };
    assert.equal(Arn, `arn:aws:sts::${firstAccountId}:assumed-role/PhotoAppRole/${instanceId}`);
  });

  it('its credentials say of which instance they are, and how they came to it', async (test) => {
    const { call, instanceCredentials } = await openWorkloadWorld(test);
    const ask = async () => call('iam', 'ListUsers', {}, await instanceCredentials());
    const allow = (Condition: object) =>
      call('iam', 'PutRolePolicy', {
        RoleName: 'PhotoAppRole',
        PolicyName: 'list',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition },
        }),
      });
    await allow({
      ArnEquals: { 'ec2:SourceInstanceArn': instanceArn },
      NumericEquals: { 'ec2:RoleDelivery': '2.0' },
    });
    await ask();
    for (const condition of [
      { ArnEquals: { 'ec2:SourceInstanceArn': `${instanceArn}0` } },
      { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } },
      { Null: { 'ec2:SourceInstanceArn': 'true' } },
    ]) {
      await allow(condition);
      await assert.rejects(ask(), { code: 'AccessDenied' }, JSON.stringify(condition));
    }
  });

  it('hands out one session until ten minutes before its end, then the next', async (test) => {
    const { clock, instanceCredentials, recorded } = await openWorkloadWorld(test);
    const first = await instanceCredentials();
    clock.now += 50 * minute - 1;
    assert.deepEqual(await instanceCredentials(), first);
    assert.deepEqual(await recorded('ec2.amazonaws.com'), ['AssumeRole'], 'a poll was recorded');
    clock.now += 1;
    const second = await instanceCredentials();
    assert.notEqual(second.accessKeyId, first.accessKeyId);
    assert.equal(second.expiration, clock.now + 60 * minute);
    assert.deepEqual(await recorded('ec2.amazonaws.com'), ['AssumeRole', 'AssumeRole']);
  });

  it('makes one session for all who ask at once', async (test) => {
    const { instanceCredentials, recorded } = await openWorkloadWorld(test);
    const made = await Promise.all(Array.from({ length: 200 }, instanceCredentials));
    assert.equal(new Set(made.map(({ accessKeyId }) => accessKeyId)).size, 1);
    assert.deepEqual(await recorded('ec2.amazonaws.com'), ['AssumeRole']);
  });

  it('lasts as long as the setting says, and no longer than the role allows', async (test) => {
    const { clock, call, instanceCredentials } = await openWorkloadWorld(test, {
      workloadSessionSeconds: 7200,
    });
    const lasting = async () => ((await instanceCredentials()).expiration - clock.now) / minute;
    assert.equal(await lasting(), 60);
    await call('iam', 'UpdateRole', { RoleName: 'PhotoAppRole', MaxSessionDuration: 43_200 });
    clock.now += 50 * minute;
    assert.equal(await lasting(), 120);
  });

  it('follows the profile and the role in it at once, and back', async (test) => {
    const world = await openWorkloadWorld(test);
    const { services, store, call, instanceCredentials } = world;
    const first = await instanceCredentials();
    await call('iam', 'CreateRole', {
      RoleName: 'Other',
      AssumeRolePolicyDocument: trusting('ec2.amazonaws.com'),
    });
    await createProfile(world, 'Second', 'Other');
    await associate(store, firstAccountId, 'Second');
    const { profile } = await services.operator.instanceMetadata({ instanceId });
    assert.equal(profile?.role?.roleName, 'Other');
    const { Arn } = (await call('sts', 'GetCallerIdentity', {}, await instanceCredentials())) as {
      Arn: string;
    };
    assert.match(Arn, /assumed-role\/Other\//);
    await associate(store, firstAccountId, 'PhotoApp');
    assert.deepEqual(await instanceCredentials(), first);

    const inProfile = { InstanceProfileName: 'PhotoApp', RoleName: 'PhotoAppRole' };
    await call('iam', 'RemoveRoleFromInstanceProfile', inProfile);
    const empty = await services.operator.instanceMetadata({ instanceId });
    assert.deepEqual([empty.profile?.exists, empty.profile?.role], [true, undefined]);
    await call('iam', 'DeleteInstanceProfile', { InstanceProfileName: 'PhotoApp' });
    await createProfile(world, 'PhotoApp', 'PhotoAppRole');
    const gone = await services.operator.instanceMetadata({ instanceId });
    assert.deepEqual([gone.profile?.exists, gone.profile?.role], [false, undefined]);
  });

  it('has credentials only while the role trusts EC2 with this instance', async (test) => {
    const { services, call, instanceCredentials } = await openWorkloadWorld(test);
    await instanceCredentials();
    const trust = (PolicyDocument: string) =>
      call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'PhotoAppRole', PolicyDocument });
    const source = (SourceArn: string, SourceAccount: string) => ({
      ArnLike: { 'aws:SourceArn': SourceArn },
      StringEquals: { 'aws:SourceAccount': SourceAccount },
    });
    await trust(trusting('ec2.amazonaws.com', source(instanceArn, firstAccountId)));
    await instanceCredentials();
    for (const policy of [
      trusting('lambda.amazonaws.com'),
      trusting('ec2.amazonaws.com', source(`${instanceArn}0`, firstAccountId)),
      trusting('ec2.amazonaws.com', source(instanceArn, '222222222222')),
    ]) {
      await trust(policy);
      const { profile } = await services.operator.instanceMetadata({ instanceId });
      assert.deepEqual(profile?.role, { roleName: 'PhotoAppRole' }, policy);
    }
    await trust(trusting('ec2.amazonaws.com'));
    await instanceCredentials();
  });

  it('is told of a running instance alone', async (test) => {
    const { services, store, instanceCredentials } = await openWorkloadWorld(test);
    const { operator } = services;
    for (const state of ['stopped', 'terminated'] as const) {
      await setState(store, firstAccountId, state);
      await assert.rejects(operator.instanceMetadata({ instanceId }), {
        code: 'IncorrectInstanceState',
      });
    }
    await setState(store, firstAccountId, 'running');
    await instanceCredentials();
    const unknown = 'i-00000000000000000';
    for (const [id, code, message] of [
      [unknown, 'InvalidInstanceID.NotFound', `The instance ID '${unknown}' does not exist`],
      ['', 'InvalidInstanceID.Malformed', 'Invalid id: "" (expecting "i-...")'],
      [`${instanceId}'`, 'InvalidInstanceID.Malformed', `Invalid id: "${instanceId}'"`],
    ] as const) {
      await assert.rejects(operator.instanceMetadata({ instanceId: id }), { code, message });
      await assert.rejects(operator.enrollInstance({ instanceId: id }), { code, message });
    }
  });

  it('is of its account, where another has the same names', async (test) => {
    const world = await openWorkloadWorld(test);
    const { services, store, call, instanceCredentials } = world;
    const { operator } = services;
    const { accountId } = await operator.createAccount({ name: 'second' });
    const other = { accountId, instanceId };
    await assert.rejects(operator.instanceMetadata(other), { code: 'InvalidInstanceID.NotFound' });
    const administrator = await operator.credentials({ accountId });
    const role = {
      RoleName: 'PhotoAppRole',
      AssumeRolePolicyDocument: trusting('ec2.amazonaws.com'),
    };
    await call('iam', 'CreateRole', role, administrator);
    await createProfile(world, 'PhotoApp', 'PhotoAppRole', administrator);
    await addInstance(store, accountId);
    await associate(store, accountId, 'PhotoApp');
    const first = await instanceCredentials();
    const { profile } = await operator.instanceMetadata(other);
    const second = profile?.role?.credentials;
    assert.ok(second);
    const callers = [first, second].map((held) => call('sts', 'GetCallerIdentity', {}, held));
    const accounts = (await Promise.all(callers)).map(
      (found) => (found as { Account: string }).Account,
    );
    assert.deepEqual(accounts, [firstAccountId, accountId]);
  });
});
