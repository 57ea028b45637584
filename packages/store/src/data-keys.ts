import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import {
  type DataKey,
  generateDataKey,
  type SealingPurpose,
  sealingPurposes,
  unwrapDataKey,
  wrapDataKey,
} from './sealing.ts';
import { StoreRefusal } from './store-refusal.ts';

/** True once something may have been sealed: a lost master key must then not be replaced. */
export async function hasDataKeys(database: Kysely<Schema>): Promise<boolean> {
  const row = await database.selectFrom('data_key').select('data_key_id').executeTakeFirst();
  return row !== undefined;
}

/**
 * The data keys, oldest first. Refuses (`StoreRefusal`, `masterKey`) when one does not open under
 * the master key.
 */
export async function readDataKeys(
  database: Kysely<Schema>,
  masterKey: Uint8Array,
): Promise<readonly DataKey[]> {
  const rows = await database
    .selectFrom('data_key')
    .selectAll()
    .orderBy('created_at')
    .orderBy('data_key_id')
    .execute();
  return rows.map((row) => {
    const purpose = sealingPurposes.find((known) => known === row.purpose);
    const dataKey =
      purpose === undefined
        ? undefined
        : unwrapDataKey(masterKey, { id: row.data_key_id, purpose, wrapped: row.wrapped_key });
    if (dataKey !== undefined) return dataKey;
    throw new StoreRefusal(
      'masterKey',
      `the master key does not open data key \`${row.data_key_id}\`: it is not the key that ` +
        'this database was made with; give the right one',
    );
  });
}

/** Makes and stores a data key; `createdAt` in milliseconds, later than that of every older one. */
export async function createDataKey(
  database: Kysely<Schema>,
  masterKey: Uint8Array,
  purpose: SealingPurpose,
  createdAt: number,
): Promise<DataKey> {
  const dataKey = generateDataKey(purpose);
  const newest = await database
    .selectFrom('data_key')
    .select((query) => query.fn.max('created_at').as('at'))
    .executeTakeFirst();
  await database
    .insertInto('data_key')
    .values({
      data_key_id: dataKey.id,
      purpose,
      wrapped_key: wrapDataKey(masterKey, dataKey),
      // The order tells which key seals, so it must not follow a clock that was set back.
      created_at: Math.max(createdAt, Number(newest?.at ?? 0) + 1),
      counted_age: 0,
    })
    .execute();
  return dataKey;
}
