import type { OperationContext } from '../operation.ts';
import type { Quotas } from '../settings.ts';
import { quotaExceeded } from './error.ts';

/** By the table whose rows are counted: the setting, and AWS's name of the quota. */
const quotas = {
  iam_group: ['groupsPerAccount', 'GroupsPerAccount'],
  iam_instance_profile: ['instanceProfilesPerAccount', 'InstanceProfilesPerAccount'],
  iam_oidc_provider: ['openIdConnectProvidersPerAccount', 'OpenIdConnectProvidersPerAccount'],
  iam_policy: ['policiesPerAccount', 'PoliciesPerAccount'],
  iam_role: ['rolesPerAccount', 'RolesPerAccount'],
  iam_saml_provider: ['samlProvidersPerAccount', 'SAMLProvidersPerAccount'],
  iam_server_certificate: ['serverCertificatesPerAccount', 'ServerCertificatesPerAccount'],
  iam_user: ['usersPerAccount', 'UsersPerAccount'],
} as const satisfies Readonly<Record<string, readonly [keyof Quotas, string]>>;

/** Throws `LimitExceeded` when the account has as many of a kind as it may: before one is made. */
export async function refuseOverQuota(
  context: OperationContext,
  table: keyof typeof quotas,
): Promise<void> {
  const { count } = await context.database
    .selectFrom(table as 'iam_user')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', context.accountId)
    .executeTakeFirstOrThrow();
  const [setting, quota] = quotas[table];
  const most = context.settings.quotas[setting];
  if (Number(count) >= most) throw quotaExceeded(quota, most);
}
