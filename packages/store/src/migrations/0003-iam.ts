import { type Kysely, PostgresAdapter, sql } from 'kysely';
import { createTable } from './0001-foundation.ts';

type Table = Parameters<typeof createTable>[2];

const named = [['account_id', 'name_fold']];

const credentialTables: Readonly<Record<string, Table>> = {
  iam_password_history: {
    columns: {
      account_id: 'text',
      user_id: 'text',
      password_hash: 'text',
      replaced_at: 'bigint',
    },
    primaryKey: ['account_id', 'user_id', 'password_hash'],
  },
  iam_password_policy: {
    columns: {
      account_id: 'text',
      minimum_password_length: 'bigint',
      require_symbols: 'bigint',
      require_numbers: 'bigint',
      require_uppercase_characters: 'bigint',
      require_lowercase_characters: 'bigint',
      allow_users_to_change_password: 'bigint',
      max_password_age: 'bigint?',
      password_reuse_prevention: 'bigint?',
      hard_expiry: 'bigint?',
    },
    primaryKey: ['account_id'],
  },
  iam_mfa_device: {
    columns: {
      account_id: 'text',
      serial_number: 'text',
      name: 'text',
      name_fold: 'text',
      path: 'text',
      kind: 'text',
      seed: 'text?',
      created_at: 'bigint',
      user_id: 'text?',
      enabled_at: 'bigint?',
      clock_drift: 'bigint',
      last_used_step: 'bigint?',
    },
    primaryKey: ['account_id', 'serial_number'],
    unique: [['account_id', 'path', 'name_fold']],
    indexes: [['account_id', 'user_id']],
  },
  iam_signing_certificate: {
    columns: {
      account_id: 'text',
      certificate_id: 'text',
      user_id: 'text',
      certificate_body: 'text',
      fingerprint: 'text',
      status: 'text',
      uploaded_at: 'bigint',
    },
    primaryKey: ['account_id', 'certificate_id'],
    unique: [['account_id', 'fingerprint']],
    indexes: [['account_id', 'user_id']],
  },
  iam_ssh_public_key: {
    columns: {
      account_id: 'text',
      ssh_public_key_id: 'text',
      user_id: 'text',
      fingerprint: 'text',
      ssh_public_key_body: 'text',
      status: 'text',
      uploaded_at: 'bigint',
    },
    primaryKey: ['account_id', 'ssh_public_key_id'],
    indexes: [['account_id', 'user_id']],
  },
  iam_server_certificate: {
    columns: {
      account_id: 'text',
      server_certificate_id: 'text',
      name: 'text',
      name_fold: 'text',
      path: 'text',
      created_at: 'bigint',
      certificate_body: 'text',
      certificate_chain: 'text?',
      private_key: 'text',
      expires_at: 'bigint',
    },
    primaryKey: ['account_id', 'server_certificate_id'],
    unique: named,
  },
  iam_service_specific_credential: {
    columns: {
      account_id: 'text',
      service_specific_credential_id: 'text',
      user_id: 'text',
      service_name: 'text',
      service_user_name: 'text?',
      service_credential_alias: 'text?',
      secret: 'text',
      status: 'text',
      created_at: 'bigint',
      expires_at: 'bigint?',
    },
    primaryKey: ['account_id', 'service_specific_credential_id'],
    indexes: [['account_id', 'user_id']],
  },
};

const otherTables: Readonly<Record<string, Table>> = {
  iam_instance_profile: {
    columns: {
      account_id: 'text',
      instance_profile_id: 'text',
      name: 'text',
      name_fold: 'text',
      path: 'text',
      created_at: 'bigint',
      role_id: 'text?',
    },
    primaryKey: ['account_id', 'instance_profile_id'],
    unique: named,
    indexes: [['account_id', 'role_id']],
  },
  iam_service_linked_role_deletion: {
    columns: {
      account_id: 'text',
      deletion_task_id: 'text',
      role_name: 'text',
      status: 'text',
      reason: 'text?',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'deletion_task_id'],
  },
  iam_saml_provider: {
    columns: {
      account_id: 'text',
      saml_provider_id: 'text',
      name: 'text',
      name_fold: 'text',
      metadata_document: 'text',
      assertion_encryption_mode: 'text',
      created_at: 'bigint',
      valid_until: 'bigint',
    },
    primaryKey: ['account_id', 'saml_provider_id'],
    unique: named,
  },
  iam_saml_private_key: {
    columns: {
      account_id: 'text',
      saml_provider_id: 'text',
      key_id: 'text',
      private_key: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'saml_provider_id', 'key_id'],
  },
  iam_oidc_provider: {
    columns: {
      account_id: 'text',
      oidc_provider_id: 'text',
      url: 'text',
      client_ids: 'text',
      thumbprints: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'oidc_provider_id'],
    unique: [['account_id', 'url']],
  },
  iam_account_alias: {
    columns: {
      account_id: 'text',
      alias: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['account_id'],
    unique: [['alias']],
  },
  iam_account_setting: {
    columns: {
      account_id: 'text',
      name: 'text',
      value: 'text',
      changed_at: 'bigint',
    },
    primaryKey: ['account_id', 'name'],
  },
  iam_credential_report: {
    columns: {
      account_id: 'text',
      content: 'text',
      generated_at: 'bigint',
    },
    primaryKey: ['account_id'],
  },
  iam_last_accessed: {
    columns: {
      account_id: 'text',
      entity_id: 'text',
      service: 'text',
      action: 'text',
      accessed_at: 'bigint',
      region: 'text',
    },
    primaryKey: ['account_id', 'entity_id', 'service', 'action'],
  },
  iam_access_job: {
    columns: {
      account_id: 'text',
      job_id: 'text',
      kind: 'text',
      request: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'job_id'],
  },
};

/** What the rest of IAM keeps: permissions boundaries, credentials of every kind, providers, reports. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const [name, table] of Object.entries({ ...credentialTables, ...otherTables })) {
    await createTable(database, name, table);
  }
  await addColumns(database, 'iam_user', [['permissions_boundary', 'text']]);
  await addColumns(database, 'iam_role', [
    ['permissions_boundary', 'text'],
    ['last_used_at', 'bigint'],
    ['last_used_region', 'text'],
  ]);
  for (const table of ['iam_user', 'iam_role']) {
    await database.schema
      .createIndex(`${table}_by_account_id_permissions_boundary`)
      .on(table)
      .columns(['account_id', 'permissions_boundary'])
      .execute();
  }
  await addColumns(database, 'iam_login_profile', [['password_changed_at', 'bigint']]);
}

async function addColumns(
  database: Kysely<unknown>,
  table: string,
  columns: readonly (readonly [name: string, type: 'text' | 'bigint'])[],
): Promise<void> {
  const onPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
  const text = onPostgres ? sql`text collate "C"` : 'text';
  for (const [name, type] of columns) {
    await database.schema
      .alterTable(table)
      .addColumn(name, type === 'text' ? text : type)
      .execute();
  }
}
