import { access, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { syncDirectory } from './data-directory.ts';
import type { Schema } from './schema.ts';
import { StoreRefusal } from './store-refusal.ts';

/**
 * The objects in a data directory belong to one database: under another nothing refers to them, and
 * the sweep would remove them all. A directory of a database elsewhere names it in the file
 * `database`, by the id of its first data key, which is of the purpose whose keys are never deleted;
 * one of an embedded database holds that itself.
 */
const fileName = 'database';

/** Refuses (`StoreRefusal`, `dataDirectory`) a directory whose objects belong to a database elsewhere. */
export async function refuseClaimed(path: string): Promise<void> {
  if (!(await exists(join(path, fileName)))) return;
  throw new StoreRefusal(
    'dataDirectory',
    `the data directory \`${path}\` holds the objects of a PostgreSQL database; ` +
      'name that with --database, or choose another with --data-dir',
  );
}

/** Refuses (`StoreRefusal`, `dataDirectory`) a directory that holds a database of its own. */
export async function refuseEmbedded(path: string): Promise<void> {
  if (!(await exists(join(path, 'carnet.db')))) return;
  throw new StoreRefusal(
    'dataDirectory',
    `the data directory \`${path}\` holds an embedded database; ` +
      'choose another with --data-dir, or leave out --database',
  );
}

/**
 * Claims a directory for a database, at the first start of the two. Refuses (`StoreRefusal`,
 * `dataDirectory`) when it is another database's, or when the database's objects are elsewhere.
 */
export async function claimDirectory(path: string, reader: Kysely<Schema>): Promise<void> {
  const { data_key_id: id } = await reader
    .selectFrom('data_key')
    .select('data_key_id')
    .where('purpose', '=', 'secret')
    .orderBy('created_at')
    .orderBy('data_key_id')
    .limit(1)
    .executeTakeFirstOrThrow();
  const file = join(path, fileName);
  if (await exists(file)) {
    if ((await readFile(file, 'utf8')).trim() === id) return;
    throw new StoreRefusal(
      'dataDirectory',
      `the data directory \`${path}\` holds the objects of another database; ` +
        'choose another with --data-dir',
    );
  }
  const object = await reader.selectFrom('s3_object').select('file').limit(1).executeTakeFirst();
  if (object !== undefined) {
    throw new StoreRefusal(
      'dataDirectory',
      `the database has objects, and their bytes are not in the data directory \`${path}\`; ` +
        'name the directory that holds them with --data-dir',
    );
  }
  await writeDurably(file, `${id}\n`);
  await syncDirectory(path);
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
