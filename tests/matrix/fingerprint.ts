import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A digest of everything that a server keeps, but for records of calls and last uses. */
export interface Fingerprint {
  read(): string;
  close(): void;
}

/** Reads the database beside the server, in the folder that holds its data directory. */
export function openFingerprint(folder: string): Fingerprint {
  const directory = join(folder, '.carnet');
  const database = new DatabaseSync(join(directory, 'carnet.db'), { readOnly: true });
  return {
    read: () => fingerprint(database, join(directory, 'objects')),
    close: () => database.close(),
  };
}

/** Written beside the calls, and no state of the model. */
const isBeside = (table: string) => table.startsWith('audit_') || table === 'iam_last_accessed';
const beside = new Set(['last_used_at', 'last_used_region', 'last_used_service']);

function fingerprint(database: DatabaseSync, objects: string): string {
  const digest = createHash('sha256');
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' order by name")
    .all()
    .map(({ name }) => String(name));
  for (const table of tables.filter((name) => !isBeside(name))) {
    const rows = database
      .prepare(`select * from "${table}"`)
      .all()
      .map((row) => JSON.stringify(Object.entries(row).filter(([name]) => !beside.has(name))));
    digest.update(`${table}\n${rows.sort().join('\n')}\n`);
  }
  for (const file of readdirSync(objects, { recursive: true }).sort()) {
    const found = statSync(join(objects, String(file)));
    if (found.isFile()) digest.update(`${file} ${found.size}\n`);
  }
  return digest.digest('hex');
}
