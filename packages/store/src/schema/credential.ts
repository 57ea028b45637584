/** What principals prove themselves with. */
export interface CredentialTables {
  iam_access_key: AccessKeyTable;
  iam_login_profile: LoginProfileTable;
  iam_password_history: PasswordHistoryTable;
  iam_password_policy: PasswordPolicyTable;
  iam_mfa_device: MfaDeviceTable;
  iam_signing_certificate: SigningCertificateTable;
  iam_ssh_public_key: SshPublicKeyTable;
  iam_server_certificate: ServerCertificateTable;
  iam_service_specific_credential: ServiceSpecificCredentialTable;
}

interface AccessKeyTable {
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

interface LoginProfileTable {
  account_id: string;
  user_id: string;
  /** An argon2id hash in PHC form. */
  password_hash: string;
  /** 0 or 1: booleans are not portable. */
  password_reset_required: number;
  created_at: number;
  /** Null: it is still the first one. */
  password_changed_at: number | null;
}

/** Passwords that a user had before, for as many as the account's policy wants remembered. */
interface PasswordHistoryTable {
  account_id: string;
  user_id: string;
  password_hash: string;
  replaced_at: number;
}

/** The account's password policy; flags are 0 or 1. */
interface PasswordPolicyTable {
  account_id: string;
  minimum_password_length: number;
  require_symbols: number;
  require_numbers: number;
  require_uppercase_characters: number;
  require_lowercase_characters: number;
  allow_users_to_change_password: number;
  /** Days. */
  max_password_age: number | null;
  /** How many earlier passwords may not come again. */
  password_reuse_prevention: number | null;
  hard_expiry: number | null;
}

interface MfaDeviceTable {
  account_id: string;
  /** `arn:aws:iam::123456789012:mfa/NAME` */
  serial_number: string;
  name: string;
  name_fold: string;
  path: string;
  kind: 'virtual' | 'passkey';
  /** Sealed seed of a virtual device; the context is the serial number. */
  seed: string | null;
  created_at: number;
  /** Whose it is, `AIDA…`, or the account id for the root user's; null: nobody's yet. */
  user_id: string | null;
  enabled_at: number | null;
  /** By how many time steps its clock is ahead of ours; negative: behind. */
  clock_drift: number;
  /** The last time step, by its own clock, whose code was taken: a code is good once. */
  last_used_step: number | null;
}

interface SigningCertificateTable {
  account_id: string;
  certificate_id: string;
  user_id: string;
  /** PEM as it was given. */
  certificate_body: string;
  /** SHA-256 of the certificate, hex. */
  fingerprint: string;
  status: 'Active' | 'Inactive';
  uploaded_at: number;
}

interface SshPublicKeyTable {
  account_id: string;
  /** `APKA…` */
  ssh_public_key_id: string;
  user_id: string;
  /** MD5 as `aa:bb:…`, as AWS tells it. */
  fingerprint: string;
  ssh_public_key_body: string;
  status: 'Active' | 'Inactive';
  uploaded_at: number;
}

interface ServerCertificateTable {
  account_id: string;
  /** `ASCA…` */
  server_certificate_id: string;
  name: string;
  name_fold: string;
  path: string;
  created_at: number;
  certificate_body: string;
  certificate_chain: string | null;
  /** Sealed; the context is the certificate's id. */
  private_key: string;
  expires_at: number;
}

interface ServiceSpecificCredentialTable {
  account_id: string;
  /** `ACCA…` */
  service_specific_credential_id: string;
  user_id: string;
  service_name: string;
  service_user_name: string | null;
  service_credential_alias: string | null;
  /** Sealed; the context is the credential's id. */
  secret: string;
  status: 'Active' | 'Inactive' | 'Expired';
  created_at: number;
  expires_at: number | null;
}
