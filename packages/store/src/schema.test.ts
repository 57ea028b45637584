import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import type { Schema } from './schema.ts';
import { kinds, openTestStore } from './test-support.ts';

type Base<Value> = NonNullable<Value> extends number ? 'bigint' : 'text';
type Declared<Value> = null extends Value ? `${Base<Value>}?` : Base<Value>;
type Tables = {
  [Table in keyof Schema]: { [Name in keyof Schema[Table]]: Declared<Schema[Table][Name]> };
};

const named = { name: 'text', name_fold: 'text' } as const;
const identity = { ...named, path: 'text', created_at: 'bigint' } as const;
const stored = {
  file: 'text',
  size: 'bigint',
  etag: 'text',
  last_modified_at: 'bigint',
  checksums: 'text',
} as const;
const described = { headers: 'text', metadata: 'text', tags: 'text' } as const;

/** The compiler holds this against `Schema`, the test against what the migrations made. */
const workloadTag = {
  account_id: 'text',
  resource_id: 'text',
  key: 'text',
  value: 'text',
} as const;

const tables: Tables = {
  account: { account_id: 'text', ...named, created_at: 'bigint' },
  iam_user: {
    account_id: 'text',
    user_id: 'text',
    ...identity,
    password_last_used_at: 'bigint?',
    permissions_boundary: 'text?',
  },
  iam_group: { account_id: 'text', group_id: 'text', ...identity },
  iam_group_member: { account_id: 'text', group_id: 'text', user_id: 'text' },
  iam_role: {
    account_id: 'text',
    role_id: 'text',
    ...identity,
    trust_policy: 'text',
    description: 'text?',
    max_session_duration: 'bigint',
    permissions_boundary: 'text?',
    last_used_at: 'bigint?',
    last_used_region: 'text?',
  },
  iam_access_key: {
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
  iam_login_profile: {
    account_id: 'text',
    user_id: 'text',
    password_hash: 'text',
    password_reset_required: 'bigint',
    created_at: 'bigint',
    password_changed_at: 'bigint?',
  },
  iam_policy: {
    account_id: 'text',
    policy_id: 'text',
    ...identity,
    description: 'text?',
    default_version_id: 'text',
    next_version: 'bigint',
    updated_at: 'bigint',
  },
  iam_policy_version: {
    account_id: 'text',
    policy_id: 'text',
    version_id: 'text',
    document: 'text',
    created_at: 'bigint',
  },
  iam_inline_policy: { account_id: 'text', owner_id: 'text', ...named, document: 'text' },
  iam_attached_policy: {
    account_id: 'text',
    owner_id: 'text',
    policy_arn: 'text',
    attached_at: 'bigint',
  },
  iam_instance_profile: {
    account_id: 'text',
    instance_profile_id: 'text',
    name: 'text',
    name_fold: 'text',
    path: 'text',
    created_at: 'bigint',
    role_id: 'text?',
  },
  iam_service_linked_role_deletion: {
    account_id: 'text',
    deletion_task_id: 'text',
    role_name: 'text',
    status: 'text',
    reason: 'text?',
    created_at: 'bigint',
  },
  iam_password_history: {
    account_id: 'text',
    user_id: 'text',
    password_hash: 'text',
    replaced_at: 'bigint',
  },
  iam_password_policy: {
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
  iam_mfa_device: {
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
  iam_signing_certificate: {
    account_id: 'text',
    certificate_id: 'text',
    user_id: 'text',
    certificate_body: 'text',
    fingerprint: 'text',
    status: 'text',
    uploaded_at: 'bigint',
  },
  iam_ssh_public_key: {
    account_id: 'text',
    ssh_public_key_id: 'text',
    user_id: 'text',
    fingerprint: 'text',
    ssh_public_key_body: 'text',
    status: 'text',
    uploaded_at: 'bigint',
  },
  iam_server_certificate: {
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
  iam_service_specific_credential: {
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
  iam_saml_provider: {
    account_id: 'text',
    saml_provider_id: 'text',
    name: 'text',
    name_fold: 'text',
    metadata_document: 'text',
    assertion_encryption_mode: 'text',
    created_at: 'bigint',
    valid_until: 'bigint',
  },
  iam_saml_private_key: {
    account_id: 'text',
    saml_provider_id: 'text',
    key_id: 'text',
    private_key: 'text',
    created_at: 'bigint',
  },
  iam_oidc_provider: {
    account_id: 'text',
    oidc_provider_id: 'text',
    url: 'text',
    client_ids: 'text',
    thumbprints: 'text',
    created_at: 'bigint',
  },
  iam_account_alias: {
    account_id: 'text',
    alias: 'text',
    created_at: 'bigint',
  },
  iam_account_setting: {
    account_id: 'text',
    name: 'text',
    value: 'text',
    changed_at: 'bigint',
  },
  iam_credential_report: {
    account_id: 'text',
    content: 'text',
    generated_at: 'bigint',
  },
  iam_last_accessed: {
    account_id: 'text',
    entity_id: 'text',
    service: 'text',
    action: 'text',
    accessed_at: 'bigint',
    region: 'text',
  },
  iam_access_job: {
    account_id: 'text',
    job_id: 'text',
    kind: 'text',
    request: 'text',
    created_at: 'bigint',
  },
  iam_tag: {
    account_id: 'text',
    resource_id: 'text',
    key: 'text',
    key_fold: 'text',
    value: 'text',
  },
  ec2_instance: {
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
  ec2_instance_profile_association: {
    account_id: 'text',
    association_id: 'text',
    instance_id: 'text',
    instance_profile_id: 'text',
    instance_profile_arn: 'text',
    associated_at: 'bigint',
  },
  ec2_instance_key: {
    account_id: 'text',
    instance_id: 'text',
    access_key_id: 'text',
    secret_access_key: 'text',
    created_at: 'bigint',
  },
  ec2_tag: workloadTag,
  lambda_function: {
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
  lambda_permission: {
    account_id: 'text',
    function_name: 'text',
    statement_id: 'text',
    statement: 'text',
    revision_id: 'text',
    created_at: 'bigint',
  },
  lambda_tag: workloadTag,
  s3_bucket: {
    account_id: 'text',
    name: 'text',
    region: 'text',
    created_at: 'bigint',
    policy: 'text?',
  },
  s3_object: { account_id: 'text', bucket: 'text', key: 'text', ...stored, ...described },
  s3_upload: {
    account_id: 'text',
    bucket: 'text',
    key: 'text',
    upload_id: 'text',
    initiator: 'text',
    created_at: 'bigint',
    checksum_algorithm: 'text?',
    ...described,
  },
  s3_part: { account_id: 'text', upload_id: 'text', part_number: 'bigint', ...stored },
  audit_event: {
    account_id: 'text',
    event_id: 'text',
    event_time: 'bigint',
    event_source: 'text',
    event_name: 'text',
    access_key_id: 'text?',
    error_code: 'text?',
    record: 'text',
  },
  audit_block: {
    account_id: 'text',
    first_time: 'bigint',
    block_id: 'text',
    last_time: 'bigint',
    events: 'bigint',
    records: 'text',
  },
  feed_counter: { name: 'text', epoch: 'bigint', number: 'bigint' },
  feed: {
    number: 'bigint',
    position: 'bigint',
    account_id: 'text',
    kind: 'text',
    id: 'text',
    changed_at: 'bigint',
  },
  data_key: {
    data_key_id: 'text',
    purpose: 'text',
    wrapped_key: 'text',
    created_at: 'bigint',
    counted_age: 'bigint',
  },
};

for (const kind of kinds) {
  it(`the migrations make the tables that \`Schema\` describes (${kind})`, async (t) => {
    const { database } = await openTestStore(t, kind);
    const made = await database.introspection.getTables();
    const found = made.map(({ name, columns }) => [
      name,
      Object.fromEntries(
        columns.map((column) => [
          column.name,
          column.dataType.toLowerCase().replace('int8', 'bigint') + (column.isNullable ? '?' : ''),
        ]),
      ),
    ]);
    assert.deepEqual(Object.fromEntries(found), tables);
  });
}

it('PostgreSQL compares each text byte by byte, whatever the database was made for', async (t) => {
  const { database } = await openTestStore(t, 'postgres');
  const { rows } = await sql`
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and data_type = 'text' and collation_name is distinct from 'C'
  `.execute(database);
  assert.deepEqual(rows, []);
  const order = await sql<{ isByteWise: boolean }>`select 'B' < 'a' as "isByteWise"`.execute(
    database,
  );
  assert.deepEqual(order.rows, [{ isByteWise: false }], 'the database of this test is English');
});

it('every table of the model is keyed by account first', async (t) => {
  const { database } = await openTestStore(t, 'memory');
  for (const table of Object.keys(tables)) {
    if (['feed', 'feed_counter', 'data_key'].includes(table)) continue;
    const { rows } = await sql<{ name: string; pk: number }>`
      select name, pk from pragma_table_info(${table})`.execute(database);
    assert.equal(rows.find(({ pk }) => pk === 1)?.name, 'account_id', table);
  }
});

it('each question that is asked often is answered through an index', async (t) => {
  const { database } = await openTestStore(t, 'memory');
  const questions = {
    "select * from iam_access_key where access_key_id = 'A'": /access_key_id=\?/,
    "select * from iam_access_key where account_id = '1' and user_id = 'A'": /user_id=\?/,
    "select * from iam_user where account_id = '1' and name_fold = 'dave'": /name_fold=\?/,
    "select * from iam_user where account_id = '1' and name_fold > 'd' order by name_fold":
      /name_fold>\?/,
    "select * from iam_user where account_id = '1' and permissions_boundary = 'a'":
      /permissions_boundary=\?/,
    "select * from iam_role where account_id = '1' and permissions_boundary = 'a'":
      /permissions_boundary=\?/,
    "select * from iam_group_member where account_id = '1' and user_id = 'A'": /user_id=\?/,
    "select * from iam_group_member where account_id = '1' and group_id = 'A'": /group_id=\?/,
    "select * from iam_attached_policy where account_id = '1' and owner_id = 'A'": /owner_id=\?/,
    "select * from iam_attached_policy where account_id = '1' and policy_arn = 'a'":
      /policy_arn=\?/,
    "select * from s3_bucket where name = 'b'": /name=\?/,
    "select * from s3_object where bucket = 'b' and key > 'k' order by key": /bucket=\? AND key>\?/,
    "select * from s3_upload where bucket = 'b' order by key, upload_id": /bucket=\?/,
    "select * from s3_part where account_id = '1' and upload_id = 'u' order by part_number":
      /upload_id=\?/,
    "select * from s3_part where file = 'f'": /file=\?/,
    "select * from audit_event where account_id = '1' and event_time > 5 order by event_time":
      /event_time>\?/,
    "select * from audit_block where account_id = '1' and first_time > 5 order by first_time":
      /first_time>\?/,
    'select * from feed where number > 5 order by number, position': /number>\?/,
  };
  for (const [question, expected] of Object.entries(questions)) {
    const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(question)}`.execute(
      database,
    );
    const details = plan.rows.map(({ detail }) => detail).join('; ');
    assert.match(details, expected, question);
    assert.doesNotMatch(details, /SCAN|TEMP B-TREE/, question);
  }
});
