import type { Schema, Store, Transaction } from '@carnet/store';
import type { Caller } from '../authentication/caller.ts';
import type { OperationContext } from '../operation.ts';

interface Access {
  readonly accountId: string;
  at: number;
  region: string;
}

type LastAccessedRow = Schema['iam_last_accessed'];

/** Of what waits to be written, so that a flood of principals fills no memory. */
const mostWaiting = 100_000;
const rowsPerTransaction = 1000;
const rowsPerStatement = 200;

/**
 * When and where users and roles last attempted an action: remembered here and written in batches
 * beside the change feed, one row for each principal and action however often it was called. AWS
 * counts every attempt that was authenticated, the denied ones too; the root user is no entity of
 * IAM. Up to one interval of it is lost with the process.
 *
 * Source: IAM User Guide, "Refine permissions in AWS using last accessed information".
 */
export class LastAccessed {
  readonly #store: Store;
  readonly #most: number;
  /** By the unique id of the user or role, then by action. */
  #accesses = new Map<string, Map<string, Access>>();
  #size = 0;
  /** One flush after the other, or an older access could be written over a newer one. */
  #flushed: Promise<void> = Promise.resolve();

  constructor(store: Store, most: number = mostWaiting) {
    this.#store = store;
    this.#most = most;
  }

  /** `action` is `iam:CreateUser`, or `s3:` when AWS does not track it by itself. */
  note(caller: Caller, action: string, at: number, region: string): void {
    if (caller.kind !== 'user' && caller.kind !== 'assumedRole') return;
    const entityId = caller.kind === 'user' ? caller.userId : caller.roleId;
    const known = this.#accesses.get(entityId)?.get(action);
    if (known === undefined) {
      this.#add(entityId, action, { accountId: caller.accountId, at, region });
      return;
    }
    known.at = at;
    known.region = region;
  }

  /** Writes what is remembered. */
  async flush(): Promise<void> {
    const flushed = this.#flushed.then(() => this.#writeAll());
    this.#flushed = flushed.catch(() => undefined);
    await flushed;
  }

  async #writeAll(): Promise<void> {
    if (this.#size === 0) return;
    const accesses = this.#accesses;
    this.#accesses = new Map();
    this.#size = 0;
    const rows = rowsOf(accesses);
    for (let start = 0; start < rows.length; start += rowsPerTransaction) {
      const some = rows.slice(start, start + rowsPerTransaction);
      try {
        await this.#store.transaction((transaction) => write(transaction, some));
      } catch (error) {
        this.#takeBack(rows.slice(start));
        throw error;
      }
    }
  }

  /** Beyond what may wait nothing is added: an access that is not noted is noted the next time. */
  #add(entityId: string, action: string, access: Access): void {
    if (this.#size >= this.#most) return;
    this.#size += 1;
    const actions = this.#accesses.get(entityId);
    if (actions) actions.set(action, access);
    else this.#accesses.set(entityId, new Map([[action, access]]));
  }

  /** Accesses that were noted since are newer. */
  #takeBack(rows: readonly LastAccessedRow[]): void {
    for (const row of rows) {
      const action = `${row.service}:${row.action}`;
      if (this.#accesses.get(row.entity_id)?.has(action)) continue;
      const access = { accountId: row.account_id, at: row.accessed_at, region: row.region };
      this.#add(row.entity_id, action, access);
    }
  }
}

/** What was known of a user or role goes with it. */
export async function forgetLastAccessed(
  { database, accountId }: OperationContext,
  entityId: string,
): Promise<void> {
  await database
    .deleteFrom('iam_last_accessed')
    .where('account_id', '=', accountId)
    .where('entity_id', '=', entityId)
    .execute();
}

function rowsOf(accesses: ReadonlyMap<string, ReadonlyMap<string, Access>>): LastAccessedRow[] {
  const rows: LastAccessedRow[] = [];
  for (const [entityId, actions] of accesses) {
    for (const [action, { accountId, at, region }] of actions) {
      const colon = action.indexOf(':');
      rows.push({
        account_id: accountId,
        entity_id: entityId,
        service: action.slice(0, colon),
        action: action.slice(colon + 1),
        accessed_at: at,
        region,
      });
    }
  }
  return rows;
}

/** Of those who were deleted meanwhile nothing is written. */
async function write({ database }: Transaction, rows: readonly LastAccessedRow[]): Promise<void> {
  const ids = [...new Set(rows.map((row) => row.entity_id))];
  const users = await database
    .selectFrom('iam_user')
    .select('user_id as id')
    .where('user_id', 'in', ids)
    .execute();
  const roles = await database
    .selectFrom('iam_role')
    .select('role_id as id')
    .where('role_id', 'in', ids)
    .execute();
  const existing = new Set([...users, ...roles].map((row) => row.id));
  const written = rows.filter((row) => existing.has(row.entity_id));
  for (let start = 0; start < written.length; start += rowsPerStatement) {
    await database
      .insertInto('iam_last_accessed')
      .values(written.slice(start, start + rowsPerStatement))
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'entity_id', 'service', 'action']).doUpdateSet((eb) => ({
          accessed_at: eb.ref('excluded.accessed_at'),
          region: eb.ref('excluded.region'),
        })),
      )
      .execute();
  }
}
