/** What is told about an account. */
export interface ReportTables {
  iam_credential_report: CredentialReportTable;
  iam_last_accessed: LastAccessedTable;
  iam_access_job: AccessJobTable;
}

interface CredentialReportTable {
  account_id: string;
  /** CSV. */
  content: string;
  generated_at: number;
}

/** When a principal last called a service, and an action of it: a hot fact, beside the feed. */
interface LastAccessedTable {
  account_id: string;
  /** `AIDA…` or `AROA…` */
  entity_id: string;
  /** The service's namespace, `s3`. */
  service: string;
  /** `PutObject`; empty: any. */
  action: string;
  accessed_at: number;
  region: string;
}

/** A job of GenerateServiceLastAccessedDetails or GenerateOrganizationsAccessReport. */
interface AccessJobTable {
  account_id: string;
  /** A UUID. */
  job_id: string;
  /** The operation that made it. */
  kind: string;
  /** JSON: what was asked. */
  request: string;
  created_at: number;
}
