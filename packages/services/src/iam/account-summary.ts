import type { GetAccountSummaryResponse } from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { readAccountSetting } from './account-setting.ts';
import { inlinePolicySizeQuotas } from './inline-policy.ts';
import { managedPolicySizeQuota } from './policy-document.ts';

/** The entities that `GetAccountSummary` counts. */
type CountedTable =
  | 'iam_user'
  | 'iam_group'
  | 'iam_role'
  | 'iam_policy'
  | 'iam_policy_version'
  | 'iam_instance_profile'
  | 'iam_saml_provider'
  | 'iam_oidc_provider'
  | 'iam_server_certificate';

/** Counts and quotas. The root user has no password, no access keys and no certificates here. */
export const getAccountSummary = operation<object, GetAccountSummaryResponse>({
  authorization: { action: 'iam:GetAccountSummary' },
  access: 'read',
  async run(context) {
    const { quotas } = context.settings;
    const devices = await countMfaDevices(context);
    return {
      SummaryMap: {
        Users: await count(context, 'iam_user'),
        UsersQuota: quotas.usersPerAccount,
        Groups: await count(context, 'iam_group'),
        GroupsQuota: quotas.groupsPerAccount,
        GroupsPerUserQuota: quotas.groupsPerUser,
        Roles: await count(context, 'iam_role'),
        RolesQuota: quotas.rolesPerAccount,
        Policies: await count(context, 'iam_policy'),
        PoliciesQuota: quotas.policiesPerAccount,
        PolicySizeQuota: managedPolicySizeQuota,
        PolicyVersionsInUse: await count(context, 'iam_policy_version'),
        PolicyVersionsInUseQuota: 10_000,
        VersionsPerPolicyQuota: quotas.versionsPerPolicy,
        UserPolicySizeQuota: inlinePolicySizeQuotas.user,
        GroupPolicySizeQuota: inlinePolicySizeQuotas.group,
        RolePolicySizeQuota: inlinePolicySizeQuotas.role,
        AssumeRolePolicySizeQuota: quotas.assumeRolePolicySize,
        AttachedPoliciesPerUserQuota: quotas.attachedPoliciesPerUser,
        AttachedPoliciesPerGroupQuota: quotas.attachedPoliciesPerGroup,
        AttachedPoliciesPerRoleQuota: quotas.attachedPoliciesPerRole,
        AccessKeysPerUserQuota: quotas.accessKeysPerUser,
        SigningCertificatesPerUserQuota: quotas.signingCertificatesPerUser,
        InstanceProfiles: await count(context, 'iam_instance_profile'),
        InstanceProfilesQuota: quotas.instanceProfilesPerAccount,
        MFADevices: devices.all,
        MFADevicesInUse: devices.inUse,
        Providers:
          (await count(context, 'iam_saml_provider')) + (await count(context, 'iam_oidc_provider')),
        ServerCertificates: await count(context, 'iam_server_certificate'),
        ServerCertificatesQuota: quotas.serverCertificatesPerAccount,
        AccountMFAEnabled: devices.ofRoot > 0 ? 1 : 0,
        AccountAccessKeysPresent: 0,
        AccountPasswordPresent: 0,
        AccountSigningCertificatesPresent: 0,
        GlobalEndpointTokenVersion: await tokenVersion(context),
      },
    };
  },
});

export const accountSummaryOperations: OperationTable = {
  GetAccountSummary: getAccountSummary,
};

async function count(context: OperationContext, table: CountedTable): Promise<number> {
  const row = await context.database
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', context.accountId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

async function countMfaDevices(
  context: OperationContext,
): Promise<{ readonly all: number; readonly inUse: number; readonly ofRoot: number }> {
  const { all, inUse, ofRoot } = await context.database
    .selectFrom('iam_mfa_device')
    .select(({ fn, eb }) => [
      fn.countAll<number>().as('all'),
      fn.count<number>('user_id').as('inUse'),
      fn
        .count<number>(eb.case().when('user_id', '=', context.accountId).then(1).end())
        .as('ofRoot'),
    ])
    .where('account_id', '=', context.accountId)
    .executeTakeFirstOrThrow();
  return { all: Number(all), inUse: Number(inUse), ofRoot: Number(ofRoot) };
}

/** 1 unless it was set, as in AWS. */
async function tokenVersion(context: OperationContext): Promise<1 | 2> {
  const chosen = await readAccountSetting(context, 'GlobalEndpointTokenVersion');
  return chosen === 'v2Token' ? 2 : 1;
}
