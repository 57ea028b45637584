/**
 * The tables, as Kysely knows them. Every table of the model starts with `account_id`; times are
 * milliseconds since 1970; a `*_fold` column is its neighbour folded to ASCII lower case, and
 * carries the uniqueness of names. Sealed columns hold what `Sealing.seal` gave.
 */
export interface Schema {
  account: AccountTable;
  iam_user: UserTable;
  iam_group: GroupTable;
  iam_group_member: GroupMemberTable;
  iam_role: RoleTable;
  iam_access_key: AccessKeyTable;
  iam_login_profile: LoginProfileTable;
  iam_policy: ManagedPolicyTable;
  iam_policy_version: ManagedPolicyVersionTable;
  iam_inline_policy: InlinePolicyTable;
  iam_attached_policy: AttachedPolicyTable;
  iam_tag: TagTable;
  s3_bucket: BucketTable;
  s3_object: ObjectTable;
  s3_upload: UploadTable;
  s3_part: PartTable;
  audit_event: AuditEventTable;
  audit_block: AuditBlockTable;
  feed_counter: FeedCounterTable;
  feed: FeedTable;
  data_key: DataKeyTable;
}

/** An AWS account: 12 digits. */
export interface AccountTable {
  account_id: string;
  name: string;
  name_fold: string;
  created_at: number;
}

export interface UserTable {
  account_id: string;
  /** `AIDA…`, never reused. */
  user_id: string;
  name: string;
  name_fold: string;
  /** `/` or `/division/team/`. */
  path: string;
  created_at: number;
  password_last_used_at: number | null;
}

export interface GroupTable {
  account_id: string;
  /** `AGPA…` */
  group_id: string;
  name: string;
  name_fold: string;
  path: string;
  created_at: number;
}

export interface GroupMemberTable {
  account_id: string;
  group_id: string;
  user_id: string;
}

export interface RoleTable {
  account_id: string;
  /** `AROA…` */
  role_id: string;
  name: string;
  name_fold: string;
  path: string;
  created_at: number;
  /** The trust policy, JSON as it was given. */
  trust_policy: string;
  description: string | null;
  /** Seconds, 3,600 to 43,200. */
  max_session_duration: number;
}

export interface AccessKeyTable {
  account_id: string;
  /** `AKIA…` */
  access_key_id: string;
  user_id: string;
  status: 'Active' | 'Inactive';
  /** Sealed; the context is the access key id. */
  secret_access_key: string;
  created_at: number;
  last_used_at: number | null;
  last_used_region: string | null;
  last_used_service: string | null;
}

export interface LoginProfileTable {
  account_id: string;
  user_id: string;
  /** An argon2id hash in PHC form. */
  password_hash: string;
  /** 0 or 1: booleans are not portable. */
  password_reset_required: number;
  created_at: number;
}

/** A customer managed policy. AWS managed policies are data of the program, not rows. */
export interface ManagedPolicyTable {
  account_id: string;
  /** `ANPA…` */
  policy_id: string;
  name: string;
  name_fold: string;
  path: string;
  description: string | null;
  /** `v1` */
  default_version_id: string;
  /** The number the next version gets: version ids are never reused. */
  next_version: number;
  created_at: number;
  updated_at: number;
}

export interface ManagedPolicyVersionTable {
  account_id: string;
  policy_id: string;
  version_id: string;
  /** JSON as it was given. */
  document: string;
  created_at: number;
}

/** Inline policies of users, groups and roles: the owner is the unique id. */
export interface InlinePolicyTable {
  account_id: string;
  /** `AIDA…`, `AGPA…` or `AROA…` */
  owner_id: string;
  name: string;
  name_fold: string;
  document: string;
}

/** A managed policy on a user, a group or a role. */
export interface AttachedPolicyTable {
  account_id: string;
  owner_id: string;
  /** `arn:aws:iam::aws:policy/…` or a customer managed policy's ARN. */
  policy_arn: string;
  attached_at: number;
}

export interface TagTable {
  account_id: string;
  /** The unique id of what is tagged: `AIDA…`, `ANPA…`, `AROA…`. */
  resource_id: string;
  key: string;
  key_fold: string;
  value: string;
}

/** Bucket names are unique over all accounts: the name is the address. */
export interface BucketTable {
  account_id: string;
  name: string;
  region: string;
  created_at: number;
  /** JSON as it was given, null when there is none. */
  policy: string | null;
}

export interface ObjectTable {
  account_id: string;
  bucket: string;
  /** Literal, compared byte by byte. */
  key: string;
  /** Name of the object file. */
  file: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  last_modified_at: number;
  /** JSON: content-type and the other stored headers, by their lower-case names. */
  headers: string;
  /** JSON: user metadata, names without `x-amz-meta-`. */
  metadata: string;
  /** JSON: `{"sha256": "…base64…"}`, checksums by algorithm in lower case; `type` beside them. */
  checksums: string;
  /** JSON: object tags, key to value. */
  tags: string;
}

/** A multipart upload that is neither completed nor aborted. */
export interface UploadTable {
  account_id: string;
  bucket: string;
  key: string;
  upload_id: string;
  /** Unique id or ARN of who began it. */
  initiator: string;
  created_at: number;
  headers: string;
  metadata: string;
  checksum_algorithm: string | null;
  tags: string;
}

export interface PartTable {
  account_id: string;
  upload_id: string;
  part_number: number;
  file: string;
  size: number;
  etag: string;
  last_modified_at: number;
  checksums: string;
}

/** One CloudTrail record. */
/** The record of a change, written in its transaction. */
export interface AuditEventTable {
  account_id: string;
  event_id: string;
  event_time: number;
  event_source: string;
  event_name: string;
  /** Null for an anonymous caller. */
  access_key_id: string | null;
  /** Null when the call succeeded. */
  error_code: string | null;
  /** JSON of the whole record. */
  record: string;
}

/** Records of reads and refusals, many to a row: they come too often for a row each. */
export interface AuditBlockTable {
  account_id: string;
  /** The earliest of its events. */
  first_time: number;
  block_id: string;
  /** The latest. */
  last_time: number;
  /** How many records it holds. */
  events: number;
  /** A JSON array of records, compressed with zstd, in base64. */
  records: string;
}

/**
 * `feed`: the last number given out. `holder`, on PostgreSQL alone: how often the database was taken
 * by a node, the epoch 1 until it said goodbye.
 */
export interface FeedCounterTable {
  name: 'feed' | 'holder';
  epoch: number;
  number: number;
}

/** What changed, in commit order, without gaps. Never a secret. */
export interface FeedTable {
  number: number;
  /** Order within the transaction. */
  position: number;
  account_id: string;
  kind: string;
  id: string;
  changed_at: number;
}

/** Data keys, wrapped by the master key. `purpose` tells sealed columns from session tokens. */
export interface DataKeyTable {
  data_key_id: string;
  purpose: string;
  wrapped_key: string;
  created_at: number;
}
