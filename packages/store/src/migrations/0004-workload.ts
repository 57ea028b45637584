import type { Kysely } from 'kysely';
import { createTable } from './0001-foundation.ts';

type Table = Parameters<typeof createTable>[2];

const tag: Table = {
  columns: { account_id: 'text', resource_id: 'text', key: 'text', value: 'text' },
  primaryKey: ['account_id', 'resource_id', 'key'],
};

const instanceTables: Readonly<Record<string, Table>> = {
  ec2_instance: {
    columns: {
      account_id: 'text',
      instance_id: 'text',
      reservation_id: 'text',
      launch_index: 'bigint',
      image_id: 'text',
      instance_type: 'text',
      state: 'text',
      launched_at: 'bigint',
      state_changed_at: 'bigint',
      client_token: 'text?',
      request_digest: 'text?',
    },
    primaryKey: ['account_id', 'instance_id'],
    indexes: [
      ['account_id', 'client_token'],
      ['account_id', 'state'],
    ],
  },
  ec2_instance_profile_association: {
    columns: {
      account_id: 'text',
      association_id: 'text',
      instance_id: 'text',
      instance_profile_id: 'text',
      instance_profile_arn: 'text',
      associated_at: 'bigint',
    },
    primaryKey: ['account_id', 'association_id'],
    unique: [['account_id', 'instance_id']],
    indexes: [['account_id', 'instance_profile_id']],
  },
  ec2_instance_key: {
    columns: {
      account_id: 'text',
      instance_id: 'text',
      access_key_id: 'text',
      secret_access_key: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'instance_id'],
    unique: [['access_key_id']],
  },
  ec2_tag: tag,
};

const functionTables: Readonly<Record<string, Table>> = {
  lambda_function: {
    columns: {
      account_id: 'text',
      name: 'text',
      runtime: 'text',
      handler: 'text',
      role_id: 'text',
      role_arn: 'text',
      description: 'text',
      timeout: 'bigint',
      memory_size: 'bigint',
      architecture: 'text',
      environment: 'text?',
      code_file: 'text',
      code_size: 'bigint',
      code_sha256: 'text',
      revision_id: 'text',
      created_at: 'bigint',
      modified_at: 'bigint',
    },
    primaryKey: ['account_id', 'name'],
    indexes: [['code_file']],
  },
  lambda_permission: {
    columns: {
      account_id: 'text',
      function_name: 'text',
      statement_id: 'text',
      statement: 'text',
      revision_id: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'function_name', 'statement_id'],
  },
  lambda_tag: tag,
};

/** Instances and functions. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const [name, table] of Object.entries({ ...instanceTables, ...functionTables })) {
    await createTable(database, name, table);
  }
}
