/** Accounts, principals, and the policies and tags on them. */
export interface IdentityTables {
  account: AccountTable;
  iam_user: UserTable;
  iam_group: GroupTable;
  iam_group_member: GroupMemberTable;
  iam_role: RoleTable;
  iam_instance_profile: InstanceProfileTable;
  iam_service_linked_role_deletion: ServiceLinkedRoleDeletionTable;
  iam_policy: ManagedPolicyTable;
  iam_policy_version: ManagedPolicyVersionTable;
  iam_inline_policy: InlinePolicyTable;
  iam_attached_policy: AttachedPolicyTable;
  iam_tag: TagTable;
}

/** An AWS account: 12 digits. */
interface AccountTable {
  account_id: string;
  name: string;
  name_fold: string;
  created_at: number;
}

interface UserTable {
  account_id: string;
  /** `AIDA…`, never reused. */
  user_id: string;
  name: string;
  name_fold: string;
  /** `/` or `/division/team/`. */
  path: string;
  created_at: number;
  password_last_used_at: number | null;
  /** The ARN of the managed policy that bounds it. */
  permissions_boundary: string | null;
}

interface GroupTable {
  account_id: string;
  /** `AGPA…` */
  group_id: string;
  name: string;
  name_fold: string;
  path: string;
  created_at: number;
}

interface GroupMemberTable {
  account_id: string;
  group_id: string;
  user_id: string;
}

interface RoleTable {
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
  permissions_boundary: string | null;
  /** When and where a session of it last called. */
  last_used_at: number | null;
  last_used_region: string | null;
}

interface InstanceProfileTable {
  account_id: string;
  /** `AIPA…` */
  instance_profile_id: string;
  name: string;
  name_fold: string;
  path: string;
  created_at: number;
  /** `AROA…` of the one role in it. */
  role_id: string | null;
}

/** What DeleteServiceLinkedRole began: the answer outlives the role. */
interface ServiceLinkedRoleDeletionTable {
  account_id: string;
  /** `task/aws-service-role/SERVICE/ROLE/UUID` */
  deletion_task_id: string;
  role_name: string;
  status: 'SUCCEEDED' | 'IN_PROGRESS' | 'FAILED' | 'NOT_STARTED';
  reason: string | null;
  created_at: number;
}

/** A customer managed policy. AWS managed policies are data of the program, not rows. */
interface ManagedPolicyTable {
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

interface ManagedPolicyVersionTable {
  account_id: string;
  policy_id: string;
  version_id: string;
  /** JSON as it was given. */
  document: string;
  created_at: number;
}

/** Inline policies of users, groups and roles: the owner is the unique id. */
interface InlinePolicyTable {
  account_id: string;
  /** `AIDA…`, `AGPA…` or `AROA…` */
  owner_id: string;
  name: string;
  name_fold: string;
  document: string;
}

/** A managed policy on a user, a group or a role. */
interface AttachedPolicyTable {
  account_id: string;
  owner_id: string;
  /** `arn:aws:iam::aws:policy/…` or a customer managed policy's ARN. */
  policy_arn: string;
  attached_at: number;
}

interface TagTable {
  account_id: string;
  /** The unique id of what is tagged: `AIDA…`, `ANPA…`, `AROA…`. */
  resource_id: string;
  key: string;
  key_fold: string;
  value: string;
}
