import { foldAscii } from '@carnet/policy';
import type { OperationContext } from '../operation.ts';
import { parsePolicyArn } from './arn.ts';
import { findAwsManagedPolicy } from './aws-managed-policies.ts';
import { customerPolicyArn } from './entity.ts';

/** An inline or managed policy on a user, a group or a role. */
export interface HeldPolicy {
  /** The unique id of whom it is on. */
  readonly ownerId: string;
  readonly name: string;
  /** Of a managed policy. */
  readonly arn: string | undefined;
  /** The text, of a managed policy the default version's. */
  readonly document: string;
}

/** The policies on all of these: managed ones by ARN, then the inline ones of each by their names. */
export async function readHeldPolicies(
  context: OperationContext,
  ownerIds: readonly string[],
): Promise<HeldPolicy[]> {
  if (ownerIds.length === 0) return [];
  const { database, accountId } = context;
  const attached = await database
    .selectFrom('iam_attached_policy')
    .select(['owner_id', 'policy_arn'])
    .where('account_id', '=', accountId)
    .where('owner_id', 'in', ownerIds)
    .orderBy('policy_arn')
    .execute();
  const inline = await database
    .selectFrom('iam_inline_policy')
    .select(['owner_id', 'name', 'document'])
    .where('account_id', '=', accountId)
    .where('owner_id', 'in', ownerIds)
    .orderBy('name_fold')
    .execute();
  const documents = await readDefaultVersions(
    context,
    attached.map((row) => row.policy_arn),
  );
  return [
    ...attached.map((row) => ({
      ownerId: row.owner_id,
      name: parsePolicyArn(row.policy_arn).name,
      arn: row.policy_arn,
      document: documents.get(row.policy_arn) ?? missing(row.policy_arn),
    })),
    ...inline
      .map((row) => ({
        ownerId: row.owner_id,
        name: row.name,
        arn: undefined,
        document: row.document,
      }))
      .sort((one, other) => ownerIds.indexOf(one.ownerId) - ownerIds.indexOf(other.ownerId)),
  ];
}

/** The default versions' texts of managed policies, by ARN; those that do not exist have none. */
export async function readDefaultVersions(
  { database, accountId }: OperationContext,
  arns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const documents = new Map<string, string>();
  const own = new Set<string>();
  for (const arn of arns) {
    const ofAws = findAwsManagedPolicy(arn)?.versions.find((version) => version.isDefault);
    if (ofAws) documents.set(arn, ofAws.document);
    else own.add(arn);
  }
  if (own.size === 0) return documents;
  const rows = await database
    .selectFrom('iam_policy')
    .innerJoin('iam_policy_version', (join) =>
      join
        .onRef('iam_policy_version.account_id', '=', 'iam_policy.account_id')
        .onRef('iam_policy_version.policy_id', '=', 'iam_policy.policy_id')
        .onRef('iam_policy_version.version_id', '=', 'iam_policy.default_version_id'),
    )
    .selectAll('iam_policy')
    .select('iam_policy_version.document')
    .where('iam_policy.account_id', '=', accountId)
    .where(
      'iam_policy.name_fold',
      'in',
      Array.from(own, (arn) => foldAscii(parsePolicyArn(arn).name)),
    )
    .execute();
  for (const row of rows) {
    const arn = customerPolicyArn(row);
    if (own.has(arn)) documents.set(arn, row.document);
  }
  return documents;
}

/** An attachment without its policy cannot be: deletion asks for detachment first. */
function missing(arn: string): never {
  throw new Error(`the attached policy ${arn} is missing`);
}
