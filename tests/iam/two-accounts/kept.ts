import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the server keeps of one account, read beside it. */
export interface Kept {
  readonly database: DatabaseSync;
  /** Every row of the account, as text. */
  rows(accountId: string): string[];
  close(): void;
}

/** Written beside the calls, as `iam_last_accessed` is, and no state of the model. */
const beside = new Set(['last_used_at', 'last_used_region', 'last_used_service']);

export function openKept(folder: string): Kept {
  const database = new DatabaseSync(join(folder, '.carnet', 'carnet.db'), { readOnly: true });
  const tables = database
    .prepare(
      `select m.name from sqlite_master m join pragma_table_info(m.name) c
       where m.type = 'table' and c.name = 'account_id' and m.name not like 'audit_%'
         and m.name <> 'iam_last_accessed'
       order by m.name`,
    )
    .all()
    .map(({ name }) => String(name));
  if (tables.length < 20) throw new Error(`only ${tables.length} tables have accounts`);
  return {
    database,
    rows: (accountId) =>
      tables.flatMap((table) =>
        database
          .prepare(`select * from "${table}" where account_id = ?`)
          .all(accountId)
          .map((row) => {
            const kept = Object.entries(row).filter(([name]) => !beside.has(name));
            return `${table} ${JSON.stringify(kept)}`;
          })
          .sort(),
      ),
    close: () => database.close(),
  };
}

/** Unique ids, access key ids, ids of jobs and the like that stand in an account's rows. */
export function idsIn(rows: readonly string[]): string[] {
  const found = rows.flatMap((row) => [
    ...(row.match(/\bA[A-Z]{3}[A-Z0-9]{12,17}\b/g) ?? []),
    ...[...row.matchAll(/\["\w+_id","(?<id>[^"]{8,})"\]/g)].map(({ groups }) => groups?.id ?? ''),
  ]);
  return [...new Set(found)];
}
