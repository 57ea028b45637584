import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  PolicyVersion,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam';
import type { Schema } from '@carnet/store';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { type CustomerPolicyRow, requireManagedPolicy } from './entity.ts';
import { deleteConflict, limitExceeded, noSuchEntity } from './error.ts';
import { requireCustomerPolicy } from './managed-policy.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import { pageOfList } from './pagination.ts';
import { checkManagedPolicyDocument, encodePolicyDocument } from './policy-document.ts';
import { policyResource } from './resource/policy.ts';

type VersionRow = Schema['iam_policy_version'];

/** Version ids count up and are never used again, deleted ones neither. */
export const createPolicyVersion = operation<
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse
>({
  authorization: {
    action: 'iam:CreatePolicyVersion',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'write',
  async run(context, input) {
    const { accountId, database } = context;
    const { arn, row } = await requireCustomerPolicy(
      context,
      'CreatePolicyVersion',
      input.PolicyArn,
    );
    const document = input.PolicyDocument ?? '';
    checkManagedPolicyDocument(document);
    await refuseVersionOverQuota(context, row);
    const version: VersionRow = {
      account_id: accountId,
      policy_id: row.policy_id,
      version_id: `v${row.next_version}`,
      document,
      created_at: context.now,
    };
    const isDefault = input.SetAsDefault === true;
    await database.insertInto('iam_policy_version').values(version).execute();
    await database
      .updateTable('iam_policy')
      .set({
        next_version: row.next_version + 1,
        updated_at: context.now,
        default_version_id: isDefault ? version.version_id : row.default_version_id,
      })
      .where('account_id', '=', accountId)
      .where('policy_id', '=', row.policy_id)
      .execute();
    context.changed({ accountId, kind: 'managedPolicy', id: arn });
    return { PolicyVersion: describeVersion(version, isDefault) };
  },
});

/** With its document, URL-encoded. */
export const getPolicyVersion = operation<GetPolicyVersionRequest, GetPolicyVersionResponse>({
  authorization: {
    action: 'iam:GetPolicyVersion',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'read',
  async run(context, input) {
    const policy = await requireManagedPolicy(context, input.PolicyArn, unknownText(input));
    if (policy.kind === 'aws') {
      const version = policy.policy.versions.find((one) => one.versionId === input.VersionId);
      if (version === undefined) throw noSuchEntity(unknownText(input));
      return {
        PolicyVersion: {
          Document: encodePolicyDocument(version.document),
          VersionId: version.versionId,
          IsDefaultVersion: version.isDefault,
          CreateDate: new Date(version.createDate),
        },
      };
    }
    const { row } = policy;
    const version = await requireVersion(context, row, input);
    const isDefault = version.version_id === row.default_version_id;
    return {
      PolicyVersion: {
        Document: encodePolicyDocument(version.document),
        ...describeVersion(version, isDefault),
      },
    };
  },
});

/** Newest first, without the documents. */
export const listPolicyVersions = operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse>({
  authorization: {
    action: 'iam:ListPolicyVersions',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'read',
  async run(context, input) {
    const policy = await requireManagedPolicy(context, input.PolicyArn);
    const versions =
      policy.kind === 'aws'
        ? policy.policy.versions.map(({ versionId, isDefault, createDate }) => ({
            VersionId: versionId,
            IsDefaultVersion: isDefault,
            CreateDate: new Date(createDate),
          }))
        : (await versionsOf(context, policy.row)).map((version) =>
            describeVersion(version, version.version_id === policy.row.default_version_id),
          );
    versions.sort((one, other) => versionNumber(other.VersionId) - versionNumber(one.VersionId));
    const { rows, ...position } = pageOfList(context, 'ListPolicyVersions', input, versions);
    return { Versions: [...rows], ...position };
  },
});

export const setDefaultPolicyVersion = operation<SetDefaultPolicyVersionRequest, EmptyOutput>({
  authorization: {
    action: 'iam:SetDefaultPolicyVersion',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'write',
  async run(context, input) {
    const { accountId, database } = context;
    const { arn, row } = await requireCustomerPolicy(
      context,
      'SetDefaultPolicyVersion',
      input.PolicyArn,
      unknownText(input),
    );
    const version = await requireVersion(context, row, input);
    await database
      .updateTable('iam_policy')
      .set({ default_version_id: version.version_id })
      .where('account_id', '=', accountId)
      .where('policy_id', '=', row.policy_id)
      .execute();
    context.changed({ accountId, kind: 'managedPolicy', id: arn });
    return emptyOutput;
  },
});

export const deletePolicyVersion = operation<DeletePolicyVersionRequest, EmptyOutput>({
  authorization: {
    action: 'iam:DeletePolicyVersion',
    resource: policyResource((input) => input.PolicyArn),
  },
  access: 'write',
  async run(context, input) {
    const { accountId, database } = context;
    const { arn, row } = await requireCustomerPolicy(
      context,
      'DeletePolicyVersion',
      input.PolicyArn,
      unknownText(input),
    );
    const version = await requireVersion(context, row, input);
    if (version.version_id === row.default_version_id) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    await database
      .deleteFrom('iam_policy_version')
      .where('account_id', '=', accountId)
      .where('policy_id', '=', row.policy_id)
      .where('version_id', '=', version.version_id)
      .execute();
    context.changed({ accountId, kind: 'managedPolicy', id: arn });
    return emptyOutput;
  },
});

export const policyVersionOperations: OperationTable = {
  CreatePolicyVersion: createPolicyVersion,
  DeletePolicyVersion: deletePolicyVersion,
  GetPolicyVersion: getPolicyVersion,
  ListPolicyVersions: listPolicyVersions,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
};

async function versionsOf(
  context: OperationContext,
  row: CustomerPolicyRow,
): Promise<Omit<VersionRow, 'document'>[]> {
  return await context.database
    .selectFrom('iam_policy_version')
    .select(['account_id', 'policy_id', 'version_id', 'created_at'])
    .where('account_id', '=', context.accountId)
    .where('policy_id', '=', row.policy_id)
    .execute();
}

async function requireVersion(
  context: OperationContext,
  row: CustomerPolicyRow,
  input: { readonly PolicyArn: string | undefined; readonly VersionId: string | undefined },
): Promise<VersionRow> {
  const version = await context.database
    .selectFrom('iam_policy_version')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('policy_id', '=', row.policy_id)
    .where('version_id', '=', input.VersionId ?? '')
    .executeTakeFirst();
  if (version === undefined) throw noSuchEntity(unknownText(input));
  return version;
}

/** Of a version that is not there, and of a policy that is not there. */
function unknownText(input: {
  readonly PolicyArn: string | undefined;
  readonly VersionId: string | undefined;
}): string {
  const { PolicyArn: arn, VersionId: versionId } = input;
  return `Policy ${arn} version ${versionId} does not exist or is not attachable.`;
}

async function refuseVersionOverQuota(
  context: OperationContext,
  row: CustomerPolicyRow,
): Promise<void> {
  const most = context.settings.quotas.versionsPerPolicy;
  if ((await versionsOf(context, row)).length < most) return;
  throw limitExceeded(
    `A managed policy can have up to ${most} versions. Before you create a new version, you must delete an existing version.`,
  );
}

function describeVersion(version: Omit<VersionRow, 'document'>, isDefault: boolean): PolicyVersion {
  return {
    VersionId: version.version_id,
    IsDefaultVersion: isDefault,
    CreateDate: new Date(version.created_at),
  };
}

/** `v12` is 12. */
function versionNumber(versionId: string | undefined): number {
  return Number(versionId?.slice(1) ?? 0);
}
