import { type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely';

type Column = 'text' | 'text?' | 'bigint' | 'bigint?';

/** `?` is nullable. Only what SQLite and PostgreSQL both have: no triggers, sequences, booleans. */
interface Table {
  readonly columns: Readonly<Record<string, Column>>;
  readonly primaryKey: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  readonly indexes?: readonly (readonly string[])[];
}

const identity: Readonly<Record<string, Column>> = {
  name: 'text',
  name_fold: 'text',
  path: 'text',
  created_at: 'bigint',
};

const named = [['account_id', 'name_fold']];

const accountTables: Readonly<Record<string, Table>> = {
  account: {
    columns: { account_id: 'text', name: 'text', name_fold: 'text', created_at: 'bigint' },
    primaryKey: ['account_id'],
    unique: [['name_fold']],
  },
  iam_user: {
    columns: {
      account_id: 'text',
      user_id: 'text',
      ...identity,
      password_last_used_at: 'bigint?',
    },
    primaryKey: ['account_id', 'user_id'],
    unique: named,
  },
  iam_group: {
    columns: { account_id: 'text', group_id: 'text', ...identity },
    primaryKey: ['account_id', 'group_id'],
    unique: named,
  },
  iam_group_member: {
    columns: { account_id: 'text', group_id: 'text', user_id: 'text' },
    primaryKey: ['account_id', 'group_id', 'user_id'],
    indexes: [['account_id', 'user_id', 'group_id']],
  },
  iam_role: {
    columns: {
      account_id: 'text',
      role_id: 'text',
      ...identity,
      trust_policy: 'text',
      description: 'text?',
      max_session_duration: 'bigint',
    },
    primaryKey: ['account_id', 'role_id'],
    unique: named,
  },
  iam_access_key: {
    columns: {
      account_id: 'text',
      access_key_id: 'text',
      user_id: 'text',
      status: 'text',
      secret_access_key: 'text',
      created_at: 'bigint',
      last_used_at: 'bigint?',
      last_used_region: 'text?',
      last_used_service: 'text?',
    },
    primaryKey: ['account_id', 'access_key_id'],
    // Authentication knows the id alone.
    unique: [['access_key_id']],
    indexes: [['account_id', 'user_id']],
  },
  iam_login_profile: {
    columns: {
      account_id: 'text',
      user_id: 'text',
      password_hash: 'text',
      password_reset_required: 'bigint',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'user_id'],
  },
};

const policyTables: Readonly<Record<string, Table>> = {
  iam_policy: {
    columns: {
      account_id: 'text',
      policy_id: 'text',
      ...identity,
      description: 'text?',
      default_version_id: 'text',
      next_version: 'bigint',
      updated_at: 'bigint',
    },
    primaryKey: ['account_id', 'policy_id'],
    unique: named,
  },
  iam_policy_version: {
    columns: {
      account_id: 'text',
      policy_id: 'text',
      version_id: 'text',
      document: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['account_id', 'policy_id', 'version_id'],
  },
  iam_inline_policy: {
    columns: {
      account_id: 'text',
      owner_id: 'text',
      name: 'text',
      name_fold: 'text',
      document: 'text',
    },
    primaryKey: ['account_id', 'owner_id', 'name_fold'],
  },
  iam_attached_policy: {
    columns: { account_id: 'text', owner_id: 'text', policy_arn: 'text', attached_at: 'bigint' },
    primaryKey: ['account_id', 'owner_id', 'policy_arn'],
    indexes: [['account_id', 'policy_arn', 'owner_id']],
  },
  iam_tag: {
    columns: {
      account_id: 'text',
      resource_id: 'text',
      key: 'text',
      key_fold: 'text',
      value: 'text',
    },
    primaryKey: ['account_id', 'resource_id', 'key_fold'],
  },
};

const bucketTables: Readonly<Record<string, Table>> = {
  s3_bucket: {
    columns: {
      account_id: 'text',
      name: 'text',
      region: 'text',
      created_at: 'bigint',
      policy: 'text?',
    },
    primaryKey: ['account_id', 'name'],
    // The name is the address, whoever owns the bucket.
    unique: [['name']],
  },
  s3_object: {
    columns: {
      account_id: 'text',
      bucket: 'text',
      key: 'text',
      file: 'text',
      size: 'bigint',
      etag: 'text',
      last_modified_at: 'bigint',
      headers: 'text',
      metadata: 'text',
      checksums: 'text',
      tags: 'text',
    },
    primaryKey: ['account_id', 'bucket', 'key'],
    // Listing knows the bucket alone, and goes through its keys byte by byte.
    unique: [['bucket', 'key']],
    // The sweep asks who refers to a file.
    indexes: [['file']],
  },
  s3_upload: {
    columns: {
      account_id: 'text',
      bucket: 'text',
      key: 'text',
      upload_id: 'text',
      initiator: 'text',
      created_at: 'bigint',
      headers: 'text',
      metadata: 'text',
      checksum_algorithm: 'text?',
      tags: 'text',
    },
    primaryKey: ['account_id', 'upload_id'],
    unique: [['bucket', 'key', 'upload_id']],
  },
  s3_part: {
    columns: {
      account_id: 'text',
      upload_id: 'text',
      part_number: 'bigint',
      file: 'text',
      size: 'bigint',
      etag: 'text',
      last_modified_at: 'bigint',
      checksums: 'text',
    },
    primaryKey: ['account_id', 'upload_id', 'part_number'],
    indexes: [['file']],
  },
};

const recordTables: Readonly<Record<string, Table>> = {
  audit_event: {
    columns: {
      account_id: 'text',
      event_id: 'text',
      event_time: 'bigint',
      event_source: 'text',
      event_name: 'text',
      access_key_id: 'text?',
      error_code: 'text?',
      record: 'text',
    },
    primaryKey: ['account_id', 'event_id'],
    indexes: [['account_id', 'event_time', 'event_id']],
  },
  feed_counter: {
    columns: { name: 'text', epoch: 'bigint', number: 'bigint' },
    primaryKey: ['name'],
  },
  feed: {
    columns: {
      number: 'bigint',
      position: 'bigint',
      account_id: 'text',
      kind: 'text',
      id: 'text',
      changed_at: 'bigint',
    },
    primaryKey: ['number', 'position'],
  },
  data_key: {
    columns: {
      data_key_id: 'text',
      purpose: 'text',
      wrapped_key: 'text',
      created_at: 'bigint',
    },
    primaryKey: ['data_key_id'],
  },
};

/** Migrations never change once released, so this knows nothing of today's `Schema`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const tables = { ...accountTables, ...policyTables, ...bucketTables, ...recordTables };
  for (const [name, table] of Object.entries(tables)) await createTable(database, name, table);
  await (database as Kysely<{ feed_counter: { name: string; epoch: number; number: number } }>)
    .insertInto('feed_counter')
    .values({ name: 'feed', epoch: 1, number: 0 })
    .execute();
}

/** Makes a table with its keys and indexes. */
export async function createTable(
  database: Kysely<unknown>,
  name: string,
  table: Table,
): Promise<void> {
  // SQLite compares byte by byte unless told otherwise; PostgreSQL as its database was made.
  const onPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
  const text = onPostgres ? sql`text collate "C"` : 'text';
  let builder: CreateTableBuilder<string, string> = database.schema.createTable(name);
  for (const [column, type] of Object.entries(table.columns)) {
    const nullable = type.endsWith('?');
    builder = builder.addColumn(column, type.startsWith('text') ? text : 'bigint', (definition) =>
      nullable ? definition : definition.notNull(),
    );
  }
  await builder.addPrimaryKeyConstraint(`${name}_primary_key`, [...table.primaryKey]).execute();
  const indexes = [
    ...(table.unique ?? []).map((columns) => ({ columns, unique: true })),
    ...(table.indexes ?? []).map((columns) => ({ columns, unique: false })),
  ];
  for (const { columns, unique } of indexes) {
    const index = database.schema
      .createIndex(`${name}_by_${columns.join('_')}`)
      .on(name)
      .columns([...columns]);
    await (unique ? index.unique() : index).execute();
  }
}
