import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unpackAuditBlock } from '../audit-block.ts';
import { operationTables } from '../create-services.ts';
import { type Credentials, firstAccountId } from '../testing.ts';
import { carnetOperations } from './service.ts';
import {
  addInstance,
  instanceId,
  openWorkloadWorld,
  setState,
  type WorkloadWorld,
} from './testing.ts';

interface Output {
  readonly Instance: { readonly InstanceId: string };
  readonly InstanceProfile?: {
    readonly RoleName?: string;
    readonly Credentials?: Readonly<Record<string, string>>;
  };
}

const ask = ({ call }: WorkloadWorld, key: Credentials) =>
  call('carnet', 'GetInstanceMetadata', {}, key) as Promise<Output>;

const denied = { code: 'AccessDenied' };
const unknown = { code: 'InvalidClientTokenId' };

describe('the key of an instance', () => {
  it('asks for the metadata of its instance', async (test) => {
    const world = await openWorkloadWorld(test);
    const other = 'i-0fedcba9876543210';
    await addInstance(world.store, firstAccountId, other);
    const { operator } = world.services;
    const key = await operator.enrollInstance({ instanceId });
    assert.match(key.accessKeyId, /^CIKA[A-Z2-7]{16}$/);
    const { Instance, InstanceProfile } = await ask(world, key);
    assert.equal(Instance.InstanceId, instanceId);
    assert.equal(InstanceProfile?.RoleName, 'PhotoAppRole');
    assert.ok(InstanceProfile?.Credentials);
    const second = await ask(world, await operator.enrollInstance({ instanceId: other }));
    assert.equal(second.Instance.InstanceId, other);
    assert.equal(second.InstanceProfile, undefined);
    assert.equal((await ask(world, key)).Instance.InstanceId, instanceId);
  });

  it('may call nothing else, of any service', async (test) => {
    const world = await openWorkloadWorld(test);
    const key = await world.services.operator.enrollInstance({ instanceId });
    let asked = 0;
    for (const [service, table] of Object.entries(operationTables)) {
      for (const operation of Object.keys(table)) {
        const refused = world.call(service, operation, {}, key);
        await assert.rejects(refused, denied, `${service}:${operation}`);
        asked += 1;
      }
    }
    assert.ok(asked > 200, String(asked));
    await ask(world, key);
    const own = Object.values(carnetOperations).map(({ authorization }) => authorization.action);
    assert.deepEqual(own, ['instance'], 'another one has to be in every matrix of the others');
  });

  it('is asked for by nobody else', async (test) => {
    const world = await openWorkloadWorld(test);
    const user = await world.createUser('dave');
    await world.call('iam', 'AttachUserPolicy', {
      UserName: 'dave',
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    for (const caller of [world.administrator, user, await world.instanceCredentials()]) {
      await assert.rejects(ask(world, caller), denied);
    }
  });

  it('is replaced by the next, and is worthless once its instance is gone', async (test) => {
    const world = await openWorkloadWorld(test);
    const { operator } = world.services;
    const first = await operator.enrollInstance({ instanceId });
    await ask(world, first);
    const second = await operator.enrollInstance({ instanceId });
    await assert.rejects(ask(world, first), unknown);
    await ask(world, second);
    const mixed = { accessKeyId: second.accessKeyId, secretAccessKey: first.secretAccessKey };
    await assert.rejects(ask(world, mixed), { code: 'SignatureDoesNotMatch' });
    await setState(world.store, firstAccountId, 'stopped');
    await assert.rejects(ask(world, second), { code: 'IncorrectInstanceState' });
    await setState(world.store, firstAccountId, 'running');
    await ask(world, second);
    await setState(world.store, firstAccountId, 'terminated');
    await assert.rejects(ask(world, second), unknown);
    const again = operator.enrollInstance({ instanceId });
    await assert.rejects(again, { code: 'IncorrectInstanceState' });
    const nobody = operator.enrollInstance({ instanceId: 'i-00000000000000000' });
    await assert.rejects(nobody, { code: 'InvalidInstanceID.NotFound' });
  });

  it('carries no session token, and is refused with one', async (test) => {
    const world = await openWorkloadWorld(test);
    const key = await world.services.operator.enrollInstance({ instanceId });
    const { sessionToken } = await world.instanceCredentials();
    await assert.rejects(ask(world, { ...key, sessionToken }), unknown);
  });

  it('is recorded without its secret, and stored sealed', async (test) => {
    const world = await openWorkloadWorld(test);
    const key = await world.services.operator.enrollInstance({ instanceId });
    assert.deepEqual((await world.recorded('operator.carnet')).at(-1), 'EnrollInstance');
    const tables = ['ec2_instance_key', 'audit_event'] as const;
    for (const table of tables) {
      const text = JSON.stringify(
        await world.store.database.selectFrom(table).selectAll().execute(),
      );
      assert.ok(text.includes(key.accessKeyId), table);
      assert.ok(!text.includes(key.secretAccessKey), table);
    }
  });

  it('is recorded as the instance’s when it asks, without what it is told', async (test) => {
    const world = await openWorkloadWorld(test);
    const key = await world.services.operator.enrollInstance({ instanceId });
    const { InstanceProfile } = await ask(world, key);
    await assert.rejects(world.call('iam', 'ListUsers', {}, key), denied);
    await world.services.close();
    const rows = await world.store.database.selectFrom('audit_block').selectAll().execute();
    const events = rows.flatMap(unpackAuditBlock);
    const arn = `arn:aws:ec2:us-east-1:${firstAccountId}:instance/${instanceId}`;
    assert.deepEqual(
      events
        .filter(({ caller }) => caller.kind === 'instance')
        .map(({ operation, errorCode, caller }) => [
          operation,
          errorCode,
          Reflect.get(caller, 'arn'),
        ]),
      [
        ['GetInstanceMetadata', undefined, arn],
        ['ListUsers', 'AccessDenied', arn],
      ],
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = InstanceProfile?.Credentials ?? {};
    const text = JSON.stringify(events);
    for (const secret of [AccessKeyId, SecretAccessKey, SessionToken, key.secretAccessKey]) {
      assert.ok(secret !== undefined && !text.includes(secret));
    }
  });
});
