import type { AccountScope } from './entity.ts';

/** How many users, groups and roles of an account have a managed policy. */
export interface PolicyUsage {
  /** `AttachmentCount`. */
  readonly attachments: number;
  /** `PermissionsBoundaryUsageCount`. */
  readonly boundaries: number;
}

const unused: PolicyUsage = { attachments: 0, boundaries: 0 };

/** The use of each of these policies by its ARN; of every used one without `arns`. */
export async function policyUsage(
  scope: AccountScope,
  arns?: readonly string[],
): Promise<ReadonlyMap<string, PolicyUsage>> {
  if (arns?.length === 0) return new Map();
  const usage = new Map<string, PolicyUsage>();
  for (const { arn, count } of await attachmentCounts(scope, arns)) {
    usage.set(arn, { ...usageOf(usage, arn), attachments: Number(count) });
  }
  for (const table of ['iam_user', 'iam_role'] as const) {
    for (const { arn, count } of await boundaryCounts(scope, table, arns)) {
      const { attachments, boundaries } = usageOf(usage, arn);
      usage.set(arn, { attachments, boundaries: boundaries + Number(count) });
    }
  }
  return usage;
}

export function usageOf(usage: ReadonlyMap<string, PolicyUsage>, arn: string): PolicyUsage {
  return usage.get(arn) ?? unused;
}

interface Count {
  readonly arn: string;
  /** PostgreSQL counts in text. */
  readonly count: number | string;
}

async function attachmentCounts(
  { accountId, database }: AccountScope,
  arns: readonly string[] | undefined,
): Promise<readonly Count[]> {
  let query = database
    .selectFrom('iam_attached_policy')
    .select((eb) => ['policy_arn as arn', eb.fn.countAll<number>().as('count')])
    .where('account_id', '=', accountId)
    .groupBy('policy_arn');
  if (arns !== undefined) query = query.where('policy_arn', 'in', arns);
  return await query.execute();
}

async function boundaryCounts(
  { accountId, database }: AccountScope,
  table: 'iam_user' | 'iam_role',
  arns: readonly string[] | undefined,
): Promise<readonly Count[]> {
  let query = database
    .selectFrom(table as 'iam_user')
    .select((eb) => ['permissions_boundary as arn', eb.fn.countAll<number>().as('count')])
    .where('account_id', '=', accountId)
    .where('permissions_boundary', 'is not', null)
    .groupBy('permissions_boundary')
    .$narrowType<{ arn: string }>();
  if (arns !== undefined) query = query.where('permissions_boundary', 'in', arns);
  return await query.execute();
}
