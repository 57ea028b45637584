import type { Kysely } from 'kysely';
import { createTable } from './0001-foundation.ts';

/** Records of reads and refusals, many to a row. */
export function up(database: Kysely<unknown>): Promise<void> {
  return createTable(database, 'audit_block', {
    columns: {
      account_id: 'text',
      first_time: 'bigint',
      block_id: 'text',
      last_time: 'bigint',
      events: 'bigint',
      records: 'text',
    },
    primaryKey: ['account_id', 'first_time', 'block_id'],
  });
}
