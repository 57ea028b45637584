import type { Store } from '@carnet/store';

interface Use {
  readonly accountId: string;
  readonly at: number;
  readonly region: string;
}

interface KeyUse extends Use {
  readonly service: string;
}

/**
 * When and where access keys and roles were last used: remembered here and written in batches
 * beside the change feed, because a fact that every request changes must not pass through it. Up to
 * one interval of it is lost with the process.
 */
export class LastUsed {
  readonly #store: Store;
  #keys = new Map<string, KeyUse>();
  #roles = new Map<string, Use>();

  constructor(store: Store) {
    this.#store = store;
  }

  noteKey(accessKeyId: string, use: KeyUse): void {
    this.#keys.set(accessKeyId, use);
  }

  /** A call by a session of the role (RoleLastUsed, IAM API reference). */
  noteRole(roleId: string, use: Use): void {
    this.#roles.set(roleId, use);
  }

  /** Writes what is remembered. */
  async flush(): Promise<void> {
    if (this.#keys.size === 0 && this.#roles.size === 0) return;
    const keys = this.#keys;
    const roles = this.#roles;
    this.#keys = new Map();
    this.#roles = new Map();
    try {
      await this.#write(keys, roles);
    } catch (error) {
      // Later uses are newer.
      this.#keys = new Map([...keys, ...this.#keys]);
      this.#roles = new Map([...roles, ...this.#roles]);
      throw error;
    }
  }

  #write(keys: ReadonlyMap<string, KeyUse>, roles: ReadonlyMap<string, Use>): Promise<void> {
    return this.#store.transaction(async ({ database }) => {
      for (const [accessKeyId, use] of keys) {
        await database
          .updateTable('iam_access_key')
          .set({
            last_used_at: use.at,
            last_used_region: use.region,
            last_used_service: use.service,
          })
          .where('account_id', '=', use.accountId)
          .where('access_key_id', '=', accessKeyId)
          .execute();
      }
      for (const [roleId, use] of roles) {
        await database
          .updateTable('iam_role')
          .set({ last_used_at: use.at, last_used_region: use.region })
          .where('account_id', '=', use.accountId)
          .where('role_id', '=', roleId)
          .execute();
      }
    });
  }
}
