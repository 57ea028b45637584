import type {
  GenerateCredentialReportResponse,
  GetCredentialReportResponse,
} from '@aws-sdk/client-iam';
import type { Database, Schema } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { credentialReportCsv } from './credential-report-csv.ts';

/** Milliseconds for which a report is the current one (IAM User Guide, "credential reports"). */
const lifetime = 4 * 3_600_000;

/** The accounts whose report is being made, by the database: one process holds it. */
const underWay = new WeakMap<Database, Set<string>>();

/** What a call of GenerateCredentialReport came to; `content` is of a new report. */
interface Generation {
  readonly state: 'STARTED' | 'INPROGRESS' | 'COMPLETE';
  readonly content?: string;
}

/**
 * Prepares the whole report, page by page. It is there when the call is answered with STARTED, as
 * AWS's is some seconds later; whoever calls meanwhile reads INPROGRESS.
 */
export const generateCredentialReport = operation<
  object,
  GenerateCredentialReportResponse,
  Generation
>({
  authorization: { action: 'iam:GenerateCredentialReport' },
  access: 'write',
  async prepare(context) {
    if (isCurrent(context, await findReport(context))) return { state: 'COMPLETE' };
    const accounts = accountsUnderWay(context);
    if (accounts.has(context.accountId)) return { state: 'INPROGRESS' };
    accounts.add(context.accountId);
    try {
      return { state: 'STARTED', content: await credentialReportCsv(context) };
    } finally {
      accounts.delete(context.accountId);
    }
  },
  async run(context, _input, { state, content }) {
    if (content === undefined) return { State: state };
    const { accountId } = context;
    await context.database
      .insertInto('iam_credential_report')
      .values({ account_id: accountId, content, generated_at: context.now })
      .onConflict((conflict) =>
        conflict.column('account_id').doUpdateSet({ content, generated_at: context.now }),
      )
      .execute();
    context.changed({ accountId, kind: 'account', id: accountId });
    return {
      State: state,
      Description: 'No report exists. Starting a new report generation task',
    };
  },
});

/** AWS gives its refusals no text. */
export const getCredentialReport = operation<object, GetCredentialReportResponse>({
  authorization: { action: 'iam:GetCredentialReport' },
  access: 'read',
  async run(context) {
    const report = await findReport(context);
    if (report !== undefined && isCurrent(context, report)) {
      return {
        Content: new TextEncoder().encode(report.content),
        ReportFormat: 'text/csv',
        GeneratedTime: new Date(report.generated_at),
      };
    }
    if (accountsUnderWay(context).has(context.accountId)) {
      throw new ApiError('ReportInProgress', 404, '');
    }
    if (report === undefined) throw new ApiError('ReportNotPresent', 410, '');
    throw new ApiError('ReportExpired', 410, '');
  },
});

export const credentialReportOperations: OperationTable = {
  GenerateCredentialReport: generateCredentialReport,
  GetCredentialReport: getCredentialReport,
};

type ReportRow = Schema['iam_credential_report'];

async function findReport(context: OperationContext): Promise<ReportRow | undefined> {
  return await context.database
    .selectFrom('iam_credential_report')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .executeTakeFirst();
}

function isCurrent({ now }: OperationContext, report: ReportRow | undefined): boolean {
  return report !== undefined && now < report.generated_at + lifetime;
}

function accountsUnderWay({ database }: OperationContext): Set<string> {
  const known = underWay.get(database);
  if (known) return known;
  const accounts = new Set<string>();
  underWay.set(database, accounts);
  return accounts;
}
