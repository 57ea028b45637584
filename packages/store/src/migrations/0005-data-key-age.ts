import type { Kysely } from 'kysely';

/** For how long the program has run since a data key was made, in milliseconds. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable('data_key')
    .addColumn('counted_age', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
}
