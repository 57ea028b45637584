import type { CredentialTables } from './schema/credential.ts';
import type { IdentityTables } from './schema/identity.ts';
import type { ProviderTables } from './schema/provider.ts';
import type { RecordTables } from './schema/record.ts';
import type { ReportTables } from './schema/report.ts';
import type { BucketTables } from './schema/s3.ts';
import type { WorkloadTables } from './schema/workload.ts';

/**
 * The tables, as Kysely knows them. Every table of the model starts with `account_id`; times are
 * milliseconds since 1970; a `*_fold` column is its neighbour folded to ASCII lower case, and
 * carries the uniqueness of names. Sealed columns hold what `Sealing.seal` gave.
 */
export interface Schema
  extends IdentityTables,
    CredentialTables,
    ProviderTables,
    ReportTables,
    BucketTables,
    WorkloadTables,
    RecordTables {}
