import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, secondAccount, type TestIam } from '../iam/testing.ts';
import { describeInstances } from './instance.ts';
import { describeIamInstanceProfileAssociations } from './instance-profile-association.ts';
import { startInstances, stopInstances, terminateInstances } from './instance-transition.ts';
import { describeTags } from './tag.ts';
import { openTestEc2, runOne } from './testing.ts';

async function found(ec2: TestIam, id: string) {
  const { Reservations } = await ec2.call(describeInstances, { InstanceIds: [id] });
  return Reservations?.[0]?.Instances?.[0];
}

const running = { Code: 16, Name: 'running' };
const stopped = { Code: 80, Name: 'stopped' };
const terminated = { Code: 48, Name: 'terminated' };

test('an instance is stopped and started', async (t) => {
  const ec2 = await openTestEc2(t);
  const id = await runOne(ec2);
  const launched = (await found(ec2, id))?.LaunchTime;
  const stoppedAt = new Date(ec2.clock.now).toISOString().replace('T', ' ').slice(0, 19);
  const before = ec2.changes.length;
  const change = { InstanceId: id, PreviousState: running };
  assert.deepEqual(await ec2.call(stopInstances, { InstanceIds: [id, id] }), {
    StoppingInstances: [{ ...change, CurrentState: { Code: 64, Name: 'stopping' } }],
  });
  const after = await found(ec2, id);
  assert.deepEqual(after?.State, stopped);
  assert.equal(after.StateTransitionReason, `User initiated (${stoppedAt} GMT)`);
  assert.deepEqual(after.StateReason, {
    Code: 'Client.UserInitiatedShutdown',
    Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  });
  assert.deepEqual(
    (await ec2.call(stopInstances, { InstanceIds: [id] })).StoppingInstances,
    [{ InstanceId: id, CurrentState: stopped, PreviousState: stopped }],
    'once more changes nothing',
  );
  assert.equal(ec2.changes.length, before + 1);
  assert.deepEqual(await ec2.call(startInstances, { InstanceIds: [id] }), {
    StartingInstances: [
      { InstanceId: id, CurrentState: { Code: 0, Name: 'pending' }, PreviousState: stopped },
    ],
  });
  const again = await found(ec2, id);
  assert.deepEqual(again?.State, running);
  assert.ok((again.LaunchTime ?? 0) > (launched ?? 0), 'launched anew');
  assert.equal(again.StateReason, undefined);
});

test('a terminated instance is seen for an hour, with nothing of its identity', async (t) => {
  const ec2 = await openTestEc2(t);
  const tag = {
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: '' }] }],
  };
  const id = await runOne(ec2, { ...tag, IamInstanceProfile: { Name: 'photos' } });
  const key = {
    account_id: ec2.accountId,
    instance_id: id,
    access_key_id: 'CIKAEXAMPLEEXAMPLE22',
    secret_access_key: 'sealed',
    created_at: 0,
  };
  const { database } = ec2.store;
  await ec2.store.transaction((transaction) =>
    transaction.database.insertInto('ec2_instance_key').values(key).execute(),
  );
  assert.deepEqual(await ec2.call(terminateInstances, { InstanceIds: [id] }), {
    TerminatingInstances: [
      {
        InstanceId: id,
        CurrentState: { Code: 32, Name: 'shutting-down' },
        PreviousState: running,
      },
    ],
  });
  const terminatedAt = ec2.clock.now - 1000;
  const after = await found(ec2, id);
  assert.deepEqual(after?.State, terminated);
  assert.equal(after.IamInstanceProfile, undefined);
  assert.deepEqual(after.Tags, undefined);
  assert.deepEqual(await database.selectFrom('ec2_tag').selectAll().execute(), []);
  const { IamInstanceProfileAssociations: left } = await ec2.call(
    describeIamInstanceProfileAssociations,
    {},
  );
  assert.deepEqual(left, []);
  const keys = await database.selectFrom('ec2_instance_key').selectAll().execute();
  assert.deepEqual(keys, [], 'the key of its agent is gone');
  assert.deepEqual(await ec2.call(terminateInstances, { InstanceIds: [id] }), {
    TerminatingInstances: [{ InstanceId: id, CurrentState: terminated, PreviousState: terminated }],
  });
  await assertRefused(
    ec2.call(startInstances, { InstanceIds: [id] }),
    'IncorrectInstanceState',
    400,
    `The instance '${id}' is not in a state from which it can be started.`,
  );
  await assertRefused(
    ec2.call(stopInstances, { InstanceIds: [id] }),
    'IncorrectInstanceState',
    400,
    `This instance '${id}' is not in a state from which it can be stopped.`,
  );

  ec2.clock.now = terminatedAt + 3_600_000 - 1;
  assert.deepEqual((await found(ec2, id))?.State, terminated);
  ec2.clock.now = terminatedAt + 3_600_000;
  await assertRefused(
    found(ec2, id),
    'InvalidInstanceID.NotFound',
    400,
    `The instance ID '${id}' does not exist`,
  );
  assert.deepEqual((await ec2.call(describeInstances, {})).Reservations, []);
  assert.deepEqual((await ec2.call(describeTags, {})).Tags, []);
  const rows = () => database.selectFrom('ec2_instance').select('instance_id').execute();
  assert.equal((await rows()).length, 1);
  const next = await runOne(ec2);
  assert.deepEqual(await rows(), [{ instance_id: next }], 'the next launch takes it away');
  assert.deepEqual(await database.selectFrom('ec2_tag').selectAll().execute(), []);
});

test('all of them or none', async (t) => {
  const ec2 = await openTestEc2(t);
  const id = await runOne(ec2);
  const missing = 'i-0123456789abcdef0';
  for (const transition of [startInstances, stopInstances, terminateInstances]) {
    await assertRefused(
      ec2.call<{ InstanceIds: string[] | undefined }, unknown, undefined>(transition, {
        InstanceIds: [id, missing],
      }),
      'InvalidInstanceID.NotFound',
      400,
      `The instance ID '${missing}' does not exist`,
    );
    await assertRefused(
      ec2
        .inAccount(secondAccount)
        .call<{ InstanceIds: string[] | undefined }, unknown, undefined>(transition, {
          InstanceIds: [id],
        }),
      'InvalidInstanceID.NotFound',
      400,
      `The instance ID '${id}' does not exist`,
    );
    await assertRefused(
      ec2.call<{ InstanceIds: string[] | undefined }, unknown, undefined>(transition, {
        InstanceIds: [],
      }),
      'MissingParameter',
      400,
      'The request must contain the parameter InstanceId',
    );
  }
  assert.deepEqual((await found(ec2, id))?.State, running);
  await assertRefused(
    ec2.call(stopInstances, { InstanceIds: [id], Hibernate: true }),
    'UnsupportedHibernationConfiguration',
    400,
    'The specified instances are not configured for hibernation',
  );
});

test('no more terminated instances are remembered than there may be others', async (t) => {
  const ec2 = await openTestEc2(t, { instancesPerAccount: 2 });
  const ids: string[] = [];
  for (let at = 0; at < 4; at++) {
    const id = await runOne(ec2);
    ids.push(id);
    await ec2.call(terminateInstances, { InstanceIds: [id] });
  }
  const rows = await ec2.store.database.selectFrom('ec2_instance').select('instance_id').execute();
  assert.deepEqual(new Set(rows.map((row) => row.instance_id)), new Set(ids.slice(2)));
});
