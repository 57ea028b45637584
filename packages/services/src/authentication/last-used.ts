import type { Store } from '@carnet/store';

interface Use {
  readonly accountId: string;
  readonly at: number;
  readonly region: string;
  readonly service: string;
}

/**
 * When and where access keys were last used: remembered here and written in batches beside the
 * change feed, because a fact that every request changes must not pass through it. Up to one
 * interval of it is lost with the process.
 */
export class LastUsed {
  readonly #store: Store;
  #uses = new Map<string, Use>();

  constructor(store: Store) {
    this.#store = store;
  }

  note(accessKeyId: string, use: Use): void {
    this.#uses.set(accessKeyId, use);
  }

  /** Writes what is remembered. */
  async flush(): Promise<void> {
    if (this.#uses.size === 0) return;
    const uses = this.#uses;
    this.#uses = new Map();
    try {
      await this.#write(uses);
    } catch (error) {
      // Later uses are newer.
      this.#uses = new Map([...uses, ...this.#uses]);
      throw error;
    }
  }

  #write(uses: ReadonlyMap<string, Use>): Promise<void> {
    return this.#store.transaction(async ({ database }) => {
      for (const [accessKeyId, use] of uses) {
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
    });
  }
}
