import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Schema } from '../schema.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { up as foundation } from './0001-foundation.ts';
import { up as auditBlock } from './0002-audit-block.ts';
import { up as iam } from './0003-iam.ts';
import { up as workload } from './0004-workload.ts';
import { up as dataKeyAge } from './0005-data-key-age.ts';

/** In the order of their names; one that was released never changes. There is no way down. */
const migrations = {
  '0001-foundation': { up: foundation },
  '0002-audit-block': { up: auditBlock },
  '0003-iam': { up: iam },
  '0004-workload': { up: workload },
  '0005-data-key-age': { up: dataKeyAge },
};

/**
 * Brings the tables up to date, in one transaction. Refuses (`StoreRefusal`, `schema`) a database
 * that is not ours or was made by a newer Carnet.
 */
export async function migrate(database: Kysely<Schema>): Promise<void> {
  await refuseForeign(database);
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function refuseForeign(database: Kysely<Schema>): Promise<void> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (tables.length === 0) return;
  if (!tables.some(({ name }) => name === 'kysely_migration')) {
    throw new StoreRefusal('schema', 'the database holds tables that are not of Carnet');
  }
  const rows = await (database as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = rows.map(({ name }) => name).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length === 0) return;
  throw new StoreRefusal(
    'schema',
    `the database was made by a newer Carnet (it has \`${unknown.join('`, `')}\`); ` +
      'run that version, or restore a backup from before the upgrade',
  );
}
