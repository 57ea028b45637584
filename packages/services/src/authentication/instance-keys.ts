import type { Change, Store } from '@carnet/store';
import { FollowedCache } from '../authorization/followed-cache.ts';

/** The key of an instance's agent, ready to verify with. */
export interface InstanceKey {
  readonly accountId: string;
  readonly instanceId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Keys of instances that are there, by key id. A key is a fact of its instance: the feed tells of the
 * instance alone, so every key is forgotten when any instance changes.
 */
export class InstanceKeys {
  readonly #keys: FollowedCache<InstanceKey>;

  constructor(store: Store) {
    this.#keys = new FollowedCache(
      10_000,
      (accessKeyId) => load(store, accessKeyId),
      () => undefined,
    );
  }

  async find(accessKeyId: string): Promise<InstanceKey | undefined> {
    return this.#keys.peek(accessKeyId) ?? (await this.#keys.get(accessKeyId));
  }

  follow(changes: readonly Change[]): void {
    if (changes.some(({ kind }) => kind === 'instance')) this.#keys.forgetAll();
  }

  forgetAll(): void {
    this.#keys.forgetAll();
  }
}

async function load(store: Store, accessKeyId: string): Promise<InstanceKey | undefined> {
  const row = await store.database
    .selectFrom('ec2_instance_key')
    .innerJoin('ec2_instance', (join) =>
      join
        .onRef('ec2_instance.account_id', '=', 'ec2_instance_key.account_id')
        .onRef('ec2_instance.instance_id', '=', 'ec2_instance_key.instance_id'),
    )
    .select([
      'ec2_instance.account_id',
      'ec2_instance.instance_id',
      'ec2_instance.state',
      'ec2_instance_key.secret_access_key',
    ])
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  if (row === undefined || row.state === 'terminated') return undefined;
  const secret = store.sealing.open('secret', accessKeyId, row.secret_access_key);
  if (!secret) throw new Error('the stored key of an instance cannot be opened');
  return {
    accountId: row.account_id,
    instanceId: row.instance_id,
    accessKeyId,
    secretAccessKey: Buffer.from(secret).toString(),
  };
}
