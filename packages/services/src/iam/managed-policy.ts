import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  Policy,
} from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { newUniqueId } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { listAwsManagedPolicies } from './aws-managed-policies.ts';
import {
  type CustomerPolicyRow,
  customerPolicyArn,
  type ManagedPolicy,
  readTags,
  requireManagedPolicy,
} from './entity.ts';
import { accessDenied, deleteConflict, entityAlreadyExists } from './error.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { endOfPrefix, pageOfRows } from './pagination.ts';
import { checkManagedPolicyDocument } from './policy-document.ts';
import { type PolicyUsage, policyUsage, usageOf } from './policy-usage.ts';
import { refuseOverQuota } from './quota.ts';
import { newPolicyResource, policyResource } from './resource/policy.ts';
import { hasTags, removeAllTags, writeFirstTags } from './tag-set.ts';

export const createPolicy = operation<CreatePolicyRequest, CreatePolicyResponse>({
  authorization: {
    action: 'iam:CreatePolicy',
    resource: newPolicyResource(
      (input) => input.PolicyName,
      (input) => input.Path,
    ),
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'iam:TagPolicy',
        when: (input) => hasTags(input.Tags),
        resource: newPolicyResource(
          (input) => input.PolicyName,
          (input) => input.Path,
        ),
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const { PolicyName: name = '', PolicyDocument: document = '' } = input;
    checkManagedPolicyDocument(document);
    await refuseTakenName(context, name);
    await refuseOverQuota(context, 'iam_policy');
    const row: CustomerPolicyRow = {
      account_id: context.accountId,
      policy_id: newUniqueId('ANPA'),
      name,
      name_fold: foldAscii(name),
      path: input.Path ?? '/',
      description: input.Description ?? null,
      default_version_id: 'v1',
      next_version: 2,
      created_at: context.now,
      updated_at: context.now,
    };
    await context.database.insertInto('iam_policy').values(row).execute();
    await context.database
      .insertInto('iam_policy_version')
      .values({
        account_id: context.accountId,
        policy_id: row.policy_id,
        version_id: row.default_version_id,
        document,
        created_at: context.now,
      })
      .execute();
    const tags = await writeFirstTags(context, row.policy_id, input.Tags);
    const arn = customerPolicyArn(row);
    context.changed({ accountId: context.accountId, kind: 'managedPolicy', id: arn });
    const policy = describePolicy({ kind: 'customer', arn, row }, new Map());
    return { Policy: { ...policy, ...tags } };
  },
});

export const getPolicy = operation<GetPolicyRequest, GetPolicyResponse>({
  authorization: { action: 'iam:GetPolicy', resource: policyResource((input) => input.PolicyArn) },
  access: 'read',
  async run(context, input) {
    const policy = await requireManagedPolicy(context, input.PolicyArn);
    const described = describePolicy(policy, await policyUsage(context, [policy.arn]));
    if (policy.kind === 'aws') return { Policy: { ...described, Tags: [] } };
    const { description, policy_id: policyId } = policy.row;
    const tags = Array.from(await readTags(context, policyId), ([Key, Value]) => ({ Key, Value }));
    return {
      Policy: {
        ...described,
        ...(description !== null && { Description: description }),
        Tags: tags,
      },
    };
  },
});

/**
 * The account's policies, then AWS's, each by name; AWS promises no order. `OnlyAttached` and
 * `PolicyUsageFilter` keep what somebody has attached, or as a permissions boundary.
 */
export const listPolicies = operation<ListPoliciesRequest, ListPoliciesResponse>({
  authorization: { action: 'iam:ListPolicies' },
  access: 'read',
  async run(context, input) {
    const filtered = input.OnlyAttached === true || input.PolicyUsageFilter !== undefined;
    const usage = filtered ? await policyUsage(context) : undefined;
    const { rows, ...position } = await pageOfRows<ManagedPolicy>(
      context,
      'ListPolicies',
      input,
      sortKey,
      async (after, limit) => {
        const wanted = await policiesAfter(context, input, after, usage ? undefined : limit);
        const kept = usage
          ? wanted.filter(({ arn }) => isWantedUse(input, usageOf(usage, arn)))
          : wanted;
        return kept.slice(0, limit);
      },
    );
    const shown =
      usage ??
      (await policyUsage(
        context,
        rows.map(({ arn }) => arn),
      ));
    return { Policies: rows.map((policy) => describePolicy(policy, shown)), ...position };
  },
});

/** Refused while anybody has it, as a boundary too, or it has versions besides the default one. */
export const deletePolicy = operation<DeletePolicyRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeletePolicy',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'write',
  async run(context, input) {
    const { arn, row } = await requireCustomerPolicy(context, 'DeletePolicy', input.PolicyArn);
    const { accountId, database } = context;
    const usage = await policyUsage(context, [arn]);
    if (usage.has(arn)) throw deleteConflict('Cannot delete a policy attached to entities.');
    const versions = await database
      .selectFrom('iam_policy_version')
      .select('version_id')
      .where('account_id', '=', accountId)
      .where('policy_id', '=', row.policy_id)
      .limit(2)
      .execute();
    if (versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    await database
      .deleteFrom('iam_policy_version')
      .where('account_id', '=', accountId)
      .where('policy_id', '=', row.policy_id)
      .execute();
    await removeAllTags(context, row.policy_id);
    await database
      .deleteFrom('iam_policy')
      .where('account_id', '=', accountId)
      .where('policy_id', '=', row.policy_id)
      .execute();
    context.changed({ accountId, kind: 'managedPolicy', id: arn });
    return emptyOutput;
  },
});

export const managedPolicyOperations: OperationTable = {
  CreatePolicy: createPolicy,
  DeletePolicy: deletePolicy,
  GetPolicy: getPolicy,
  ListPolicies: listPolicies,
};

/** The policy, if the account may change it: AWS's own are for nobody to change. */
export async function requireCustomerPolicy(
  context: OperationContext,
  operationName: string,
  arn: string | undefined,
  unknown?: string,
): Promise<Extract<ManagedPolicy, { kind: 'customer' }>> {
  const policy = await requireManagedPolicy(context, arn, unknown);
  if (policy.kind === 'customer') return policy;
  const who = context.caller.kind === 'anonymous' ? 'anonymous' : context.caller.arn;
  throw accessDenied(
    `User: ${who} is not authorized to perform: iam:${operationName} on resource: policy ${arn}`,
  );
}

function isWantedUse(filter: ListPoliciesRequest, usage: PolicyUsage): boolean {
  const { OnlyAttached: onlyAttached, PolicyUsageFilter: kind } = filter;
  const isAttached = usage.attachments > 0;
  if (onlyAttached === true && !isAttached) return false;
  if (kind === 'PermissionsPolicy') return isAttached;
  return kind !== 'PermissionsBoundary' || usage.boundaries > 0;
}

/** `0` and the folded name of a policy of the account, `1` and the name of one of AWS's. */
function sortKey(policy: ManagedPolicy): string {
  return policy.kind === 'customer' ? `0${policy.row.name_fold}` : `1${policy.policy.policyName}`;
}

async function policiesAfter(
  context: OperationContext,
  filter: ListPoliciesRequest,
  after: string,
  limit: number | undefined,
): Promise<ManagedPolicy[]> {
  const { Scope: scope = 'All', PathPrefix: prefix = '/' } = filter;
  const found: ManagedPolicy[] = [];
  if (scope !== 'AWS' && after < '1') {
    let query = context.database
      .selectFrom('iam_policy')
      .selectAll()
      .where('account_id', '=', context.accountId)
      .where('name_fold', '>', after.slice(1))
      .where('path', '>=', prefix)
      .where('path', '<', endOfPrefix(prefix))
      .orderBy('name_fold');
    if (limit !== undefined) query = query.limit(limit);
    for (const row of await query.execute()) {
      found.push({ kind: 'customer', arn: customerPolicyArn(row), row });
    }
  }
  if (scope !== 'Local') {
    for (const policy of awsPoliciesByName()) {
      const entry: ManagedPolicy = { kind: 'aws', arn: policy.arn, policy };
      if (policy.path.startsWith(prefix) && sortKey(entry) > after) found.push(entry);
    }
  }
  return found;
}

/** Names are unique among AWS's policies, whatever their path. */
function awsPoliciesByName(): ReturnType<typeof listAwsManagedPolicies> {
  return listAwsManagedPolicies().toSorted((one, other) =>
    one.policyName < other.policyName ? -1 : 1,
  );
}

function describePolicy(policy: ManagedPolicy, usage: ReadonlyMap<string, PolicyUsage>): Policy {
  const { attachments, boundaries } = usageOf(usage, policy.arn);
  const shared = {
    Arn: policy.arn,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
  };
  if (policy.kind === 'aws') {
    const { policyName, policyId, path, defaultVersionId, createDate, updateDate } = policy.policy;
    return {
      PolicyName: policyName,
      PolicyId: policyId,
      ...shared,
      Path: path,
      DefaultVersionId: defaultVersionId,
      CreateDate: new Date(createDate),
      UpdateDate: new Date(updateDate),
    };
  }
  const { row } = policy;
  return {
    PolicyName: row.name,
    PolicyId: row.policy_id,
    ...shared,
    Path: row.path,
    DefaultVersionId: row.default_version_id,
    CreateDate: new Date(row.created_at),
    UpdateDate: new Date(row.updated_at),
  };
}

async function refuseTakenName(context: OperationContext, name: string): Promise<void> {
  const other = await context.database
    .selectFrom('iam_policy')
    .select('policy_id')
    .where('account_id', '=', context.accountId)
    .where('name_fold', '=', foldAscii(name))
    .executeTakeFirst();
  if (other === undefined) return;
  throw entityAlreadyExists(
    `A policy called ${name} already exists. Duplicate names are not allowed.`,
  );
}
