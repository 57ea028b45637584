import type { GetAccountSummaryResponse } from '@aws-sdk/client-iam';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { inlinePolicySizeQuotas } from './inline-policy.ts';
import { managedPolicySizeQuota } from './policy-document.ts';

/** The entities that `GetAccountSummary` counts. */
type CountedTable =
  | 'iam_user'
  | 'iam_group'
  | 'iam_role'
  | 'iam_instance_profile'
  | 'iam_policy'
  | 'iam_policy_version'
  | 'iam_saml_provider'
  | 'iam_oidc_provider';

/** Counts and quotas. What is not served yet counts zero; its quotas are AWS's defaults. */
export const getAccountSummary = operation<object, GetAccountSummaryResponse>({
  authorization: { action: 'iam:GetAccountSummary' },
  access: 'read',
  async run(context) {
    const { quotas } = context.settings;
    return {
      SummaryMap: {
        Users: await count(context, 'iam_user'),
        UsersQuota: quotas.usersPerAccount,
        Groups: await count(context, 'iam_group'),
        GroupsQuota: quotas.groupsPerAccount,
        GroupsPerUserQuota: quotas.groupsPerUser,
        Roles: await count(context, 'iam_role'),
        RolesQuota: 1000,
        Policies: await count(context, 'iam_policy'),
        PoliciesQuota: quotas.policiesPerAccount,
        PolicySizeQuota: managedPolicySizeQuota,
        PolicyVersionsInUse: await count(context, 'iam_policy_version'),
        PolicyVersionsInUseQuota: 10_000,
        VersionsPerPolicyQuota: quotas.versionsPerPolicy,
        UserPolicySizeQuota: inlinePolicySizeQuotas.user,
        GroupPolicySizeQuota: inlinePolicySizeQuotas.group,
        RolePolicySizeQuota: inlinePolicySizeQuotas.role,
        AssumeRolePolicySizeQuota: 2048,
        AttachedPoliciesPerUserQuota: quotas.attachedPoliciesPerUser,
        AttachedPoliciesPerGroupQuota: quotas.attachedPoliciesPerGroup,
        AttachedPoliciesPerRoleQuota: 10,
        AccessKeysPerUserQuota: quotas.accessKeysPerUser,
        SigningCertificatesPerUserQuota: 2,
        InstanceProfiles: await count(context, 'iam_instance_profile'),
        InstanceProfilesQuota: quotas.instanceProfilesPerAccount,
        MFADevices: 0,
        MFADevicesInUse: 0,
        Providers:
          (await count(context, 'iam_saml_provider')) + (await count(context, 'iam_oidc_provider')),
        ServerCertificates: 0,
        ServerCertificatesQuota: 20,
        AccountMFAEnabled: 0,
        AccountAccessKeysPresent: 0,
        AccountPasswordPresent: 0,
        AccountSigningCertificatesPresent: 0,
        GlobalEndpointTokenVersion: 2,
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
