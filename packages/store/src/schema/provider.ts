/** Identity providers, and switches of an account. */
export interface ProviderTables {
  iam_saml_provider: SamlProviderTable;
  iam_saml_private_key: SamlPrivateKeyTable;
  iam_oidc_provider: OidcProviderTable;
  iam_account_alias: AccountAliasTable;
  iam_account_setting: AccountSettingTable;
}

interface SamlProviderTable {
  account_id: string;
  /** `SAMLSP…`; tags hang on it. */
  saml_provider_id: string;
  name: string;
  name_fold: string;
  metadata_document: string;
  assertion_encryption_mode: 'Required' | 'Allowed';
  created_at: number;
  valid_until: number;
}

/** What decrypts assertions: at most two, so that one can replace the other. */
interface SamlPrivateKeyTable {
  account_id: string;
  saml_provider_id: string;
  /** `SAMLPK…` */
  key_id: string;
  /** Sealed; the context is the key's id. */
  private_key: string;
  created_at: number;
}

interface OidcProviderTable {
  account_id: string;
  /** A UUID; tags hang on it. */
  oidc_provider_id: string;
  /** Without `https://`, as it stands in the ARN. */
  url: string;
  /** JSON: an array of client ids in the order in which they came. */
  client_ids: string;
  /** JSON: an array of SHA-1 thumbprints, in lower case. */
  thumbprints: string;
  created_at: number;
}

/** Unique over all accounts, as it is a name in an address. */
interface AccountAliasTable {
  account_id: string;
  alias: string;
  created_at: number;
}

/** One choice of an account; absent: the default. */
interface AccountSettingTable {
  account_id: string;
  /** `GlobalEndpointTokenVersion`, `OutboundWebIdentityFederation` */
  name: string;
  value: string;
  changed_at: number;
}
