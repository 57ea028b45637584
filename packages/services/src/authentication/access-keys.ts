import type { Change, Store } from '@carnet/store';
import { FollowedCache } from '../authorization/followed-cache.ts';

/** A long-term access key, ready to verify with. */
export interface AccessKey {
  readonly accountId: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly active: boolean;
  readonly secretAccessKey: string;
}

/** Access keys by id, kept in memory while they are in use, following the feed. */
export class AccessKeys {
  readonly #keys: FollowedCache<AccessKey>;

  constructor(store: Store) {
    this.#keys = new FollowedCache(
      100_000,
      (accessKeyId) => load(store, accessKeyId),
      (accessKeyId) => store.requireCommitted('accessKey', accessKeyId),
    );
  }

  /** What is known without waiting; undefined says nothing about existence. */
  peek(accessKeyId: string): AccessKey | undefined {
    return this.#keys.peek(accessKeyId);
  }

  find(accessKeyId: string): Promise<AccessKey | undefined> {
    return this.#keys.get(accessKeyId);
  }

  follow(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'accessKey') this.#keys.forget(change.id);
    }
  }

  forgetAll(): void {
    this.#keys.forgetAll();
  }
}

async function load(store: Store, accessKeyId: string): Promise<AccessKey | undefined> {
  const row = await store.database
    .selectFrom('iam_access_key')
    .select(['account_id', 'user_id', 'status', 'secret_access_key'])
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  if (!row) return undefined;
  const secret = store.sealing.open('secret', accessKeyId, row.secret_access_key);
  if (!secret) throw new Error('a stored access key cannot be opened');
  return {
    accountId: row.account_id,
    userId: row.user_id,
    accessKeyId,
    active: row.status === 'Active',
    secretAccessKey: Buffer.from(secret).toString(),
  };
}
