import type { ManagedPolicyDetail, PolicyVersion } from '@aws-sdk/client-iam';
import type { OperationContext } from '../../operation.ts';
import {
  type AwsManagedPolicy,
  type AwsManagedPolicyVersion,
  findAwsManagedPolicy,
} from '../aws-managed-policies.ts';
import { type CustomerPolicyRow, customerPolicyArn } from '../entity.ts';
import { encodePolicyDocument } from '../policy-document.ts';
import { type PolicyUsage, policyUsage, usageOf } from '../policy-usage.ts';
import { grouped } from './owned.ts';

type Usage = ReadonlyMap<string, PolicyUsage>;

/** The account's policies with these ids and AWS's with these ARNs, each in order of their names. */
export async function managedPolicyDetails(
  context: OperationContext,
  ids: readonly string[],
  awsArns: readonly string[],
): Promise<ManagedPolicyDetail[]> {
  const rows = await policyRows(context, ids);
  const versions = await versionsOf(context, ids);
  const usage = await policyUsage(context, [...rows.map(customerPolicyArn), ...awsArns]);
  const own = rows.map((row) => describeCustomerPolicy(row, versions, usage));
  const ofAws = awsArns.flatMap((arn) => {
    const policy = findAwsManagedPolicy(arn);
    return policy ? [describeAwsPolicy(policy, usage)] : [];
  });
  return [...own, ...ofAws];
}

async function policyRows(
  { database, accountId }: OperationContext,
  ids: readonly string[],
): Promise<CustomerPolicyRow[]> {
  if (ids.length === 0) return [];
  return await database
    .selectFrom('iam_policy')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('policy_id', 'in', ids)
    .orderBy('name_fold')
    .execute();
}

/** By the policies' ids, newest first. */
async function versionsOf(
  { database, accountId }: OperationContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PolicyVersion[]>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('iam_policy_version')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('policy_id', 'in', ids)
    .execute();
  const number = (versionId: string) => Number(versionId.slice(1));
  return grouped(
    rows.toSorted((one, other) => number(other.version_id) - number(one.version_id)),
    (row) => row.policy_id,
    (row) => ({
      Document: encodePolicyDocument(row.document),
      VersionId: row.version_id,
      CreateDate: new Date(row.created_at),
    }),
  );
}

function describeCustomerPolicy(
  row: CustomerPolicyRow,
  versions: ReadonlyMap<string, PolicyVersion[]>,
  usage: Usage,
): ManagedPolicyDetail {
  const arn = customerPolicyArn(row);
  return {
    PolicyName: row.name,
    PolicyId: row.policy_id,
    ...described(arn, usage),
    Path: row.path,
    DefaultVersionId: row.default_version_id,
    ...(row.description !== null && { Description: row.description }),
    CreateDate: new Date(row.created_at),
    UpdateDate: new Date(row.updated_at),
    PolicyVersionList: (versions.get(row.policy_id) ?? []).map((version) => ({
      ...version,
      IsDefaultVersion: version.VersionId === row.default_version_id,
    })),
  };
}

function describeAwsPolicy(policy: AwsManagedPolicy, usage: Usage): ManagedPolicyDetail {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    ...described(policy.arn, usage),
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    CreateDate: new Date(policy.createDate),
    UpdateDate: new Date(policy.updateDate),
    PolicyVersionList: shownVersions(policy).map((version) => ({
      Document: encodePolicyDocument(version.document),
      VersionId: version.versionId,
      IsDefaultVersion: version.isDefault,
      CreateDate: new Date(version.createDate),
    })),
  };
}

/** Characters of documents of one policy of AWS: ReadOnlyAccess alone has eight million. */
const versionsSize = 500_000;

/** The newest versions of a policy of AWS, as many as one answer may hold. */
export function shownVersions(policy: AwsManagedPolicy): readonly AwsManagedPolicyVersion[] {
  let total = 0;
  const tooMany = policy.versions.findIndex((version) => {
    total += version.document.length;
    return total > versionsSize;
  });
  return tooMany === -1 ? policy.versions : policy.versions.slice(0, Math.max(tooMany, 1));
}

function described(arn: string, usage: Usage) {
  const { attachments, boundaries } = usageOf(usage, arn);
  return {
    Arn: arn,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
  };
}
