/** What works without a person: instances and functions, and what they carry. */
export interface WorkloadTables {
  ec2_instance: InstanceTable;
  ec2_instance_profile_association: InstanceProfileAssociationTable;
  ec2_instance_key: InstanceKeyTable;
  ec2_tag: WorkloadTagTable;
  lambda_function: FunctionTable;
  lambda_permission: FunctionPermissionTable;
  lambda_tag: WorkloadTagTable;
}

interface InstanceTable {
  account_id: string;
  /** `i-0123456789abcdef0` */
  instance_id: string;
  /** `r-0123456789abcdef0`: the call that made it. */
  reservation_id: string;
  /** Its place in that call, from 0. */
  launch_index: number;
  image_id: string;
  instance_type: string;
  state: 'running' | 'stopped' | 'terminated';
  launched_at: number;
  state_changed_at: number;
  /** As the caller gave it, for idempotency; null: none. */
  client_token: string | null;
  /** SHA-256 of what was asked with the client token. */
  request_digest: string | null;
}

/** An instance has one at most. */
interface InstanceProfileAssociationTable {
  account_id: string;
  /** `iip-assoc-0123456789abcdef0` */
  association_id: string;
  instance_id: string;
  /** `AIPA…`: a profile made again under the same name is another one. */
  instance_profile_id: string;
  /** As it was when they were associated: the profile may be gone. */
  instance_profile_arn: string;
  associated_at: number;
}

/** What the agent of an instance on another host signs with; one for each instance. */
interface InstanceKeyTable {
  account_id: string;
  instance_id: string;
  /** `CIKA…` */
  access_key_id: string;
  /** Sealed; the context is the access key id. */
  secret_access_key: string;
  created_at: number;
}

interface WorkloadTagTable {
  account_id: string;
  /** An instance id, or the name of a function. */
  resource_id: string;
  key: string;
  value: string;
}

interface FunctionTable {
  account_id: string;
  name: string;
  runtime: string;
  handler: string;
  /** `AROA…`: a role made again under the same name is another one. */
  role_id: string;
  /** As it was given. */
  role_arn: string;
  description: string;
  /** Seconds. */
  timeout: number;
  /** Megabytes. */
  memory_size: number;
  /** `x86_64` or `arm64` */
  architecture: string;
  /** Sealed JSON of names and values; the context is `account/name`. Null: none. */
  environment: string | null;
  /** Name of the object file that holds the zip. */
  code_file: string;
  /** Bytes. */
  code_size: number;
  /** Base64. */
  code_sha256: string;
  revision_id: string;
  created_at: number;
  modified_at: number;
}

/** One statement of a function's policy. */
interface FunctionPermissionTable {
  account_id: string;
  function_name: string;
  statement_id: string;
  /** JSON of the statement, users and roles in it by their unique ids. */
  statement: string;
  revision_id: string;
  created_at: number;
}
