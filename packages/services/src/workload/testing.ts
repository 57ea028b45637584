import type { TestContext } from 'node:test';
import type { Store } from '@carnet/store';
import type { Settings } from '../settings.ts';
import { firstAccountId, openTestServices, type TestServices } from '../testing.ts';

/** An account with a role that an instance may have, in a profile that it has. */
export interface WorkloadWorld extends TestServices {
  /** The credentials that the instance is told now; fails when there are none. */
  instanceCredentials(): Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiration: number;
  }>;
  /** The names of the calls that are recorded of a service, the oldest first. */
  recorded(service: string): Promise<readonly string[]>;
}

export const instanceId = 'i-0123456789abcdef0';
export const instanceArn = `arn:aws:ec2:us-east-1:${firstAccountId}:instance/${instanceId}`;

/** A trust policy; `Condition` as JSON has it. */
export function trusting(Service: string, Condition: object = {}): string {
  const statement = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, Condition } });
}

export async function openWorkloadWorld(
  test: TestContext,
  settings: Partial<Settings> = {},
): Promise<WorkloadWorld> {
  const world = await openTestServices(test, settings);
  const { services, store, call } = world;
  await call('iam', 'CreateRole', {
    RoleName: 'PhotoAppRole',
    AssumeRolePolicyDocument: trusting('ec2.amazonaws.com'),
  });
  await createProfile(world, 'PhotoApp', 'PhotoAppRole');
  await addInstance(store, firstAccountId);
  await associate(store, firstAccountId, 'PhotoApp');
  return {
    ...world,
    async instanceCredentials() {
      const { profile } = await services.operator.instanceMetadata({ instanceId });
      const credentials = profile?.role?.credentials;
      if (credentials === undefined) throw new Error('the instance has no credentials');
      return credentials;
    },
    async recorded(service) {
      const rows = await store.database
        .selectFrom('audit_event')
        .select('record')
        .orderBy('event_time')
        .execute();
      return rows
        .map(({ record }) => JSON.parse(record))
        .filter(({ userIdentity }) => userIdentity.invokedBy === service)
        .map(({ eventName }) => eventName);
    },
  };
}

type Caller = Parameters<TestServices['call']>[3];

export async function createProfile(
  { call }: TestServices,
  InstanceProfileName: string,
  RoleName: string,
  caller?: Caller,
): Promise<void> {
  await call('iam', 'CreateInstanceProfile', { InstanceProfileName }, caller);
  await call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName }, caller);
}

/** A running instance. */
export async function addInstance(store: Store, accountId: string, id = instanceId) {
  await store.transaction(async ({ database, changed }) => {
    const row = {
      account_id: accountId,
      instance_id: id,
      reservation_id: 'r-0123456789abcdef0',
      launch_index: 0,
      image_id: 'ami-0abcdef1234567890',
      instance_type: 't3.micro',
      state: 'running' as const,
      launched_at: Date.UTC(2026, 0, 1),
      state_changed_at: Date.UTC(2026, 0, 1),
      client_token: null,
      request_digest: null,
    };
    await database.insertInto('ec2_instance').values(row).execute();
    changed({ accountId, kind: 'instance', id });
  });
}

/** Puts a profile in the place of the one that the instance has, if any. */
export async function associate(store: Store, accountId: string, profileName: string) {
  await store.transaction(async ({ database, changed }) => {
    const profile = await database
      .selectFrom('iam_instance_profile')
      .select('instance_profile_id')
      .where('account_id', '=', accountId)
      .where('name', '=', profileName)
      .executeTakeFirstOrThrow();
    await database
      .deleteFrom('ec2_instance_profile_association')
      .where('account_id', '=', accountId)
      .execute();
    const row = {
      account_id: accountId,
      association_id: 'iip-assoc-0123456789abcdef0',
      instance_id: instanceId,
      instance_profile_arn: `arn:aws:iam::${accountId}:instance-profile/${profileName}`,
      associated_at: Date.UTC(2026, 0, 1),
      ...profile,
    };
    await database.insertInto('ec2_instance_profile_association').values(row).execute();
    changed({ accountId, kind: 'instance', id: instanceId });
  });
}

export async function setState(
  store: Store,
  accountId: string,
  state: 'running' | 'stopped' | 'terminated',
) {
  await store.transaction(async ({ database, changed }) => {
    await database
      .updateTable('ec2_instance')
      .set({ state })
      .where('account_id', '=', accountId)
      .execute();
    changed({ accountId, kind: 'instance', id: instanceId });
  });
}
