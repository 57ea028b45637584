import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setSecurityTokenServicePreferences } from './account-setting.ts';
import { getAccountSummary } from './account-summary.ts';
import { createGroup } from './group.ts';
import { createInstanceProfile } from './instance-profile.ts';
import { createPolicy } from './managed-policy.ts';
import { createOidcProvider } from './oidc-provider.ts';
import { createPolicyVersion } from './policy-version.ts';
import { createSamlProvider } from './saml-provider.ts';
import { addRole, allow, openTestIam, secondAccount } from './testing.ts';
import { samlMetadata } from './testing-saml.ts';
import { createUser } from './user.ts';

test('the summary counts the account’s own entities beside the quotas', async (t) => {
  const iam = await openTestIam(t, { usersPerAccount: 7 });
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createUser, { UserName: 'editor' });
  await iam.call(createGroup, { GroupName: 'Developers' });
  await addRole(iam, { name: 'App' });
  await iam.call(createInstanceProfile, { InstanceProfileName: 'Web' });
  const { Policy: policy } = await iam.call(createPolicy, {
    PolicyName: 'Photos',
    PolicyDocument: allow('s3:GetObject'),
  });
  await iam.call(createPolicyVersion, {
    PolicyArn: policy?.Arn,
    PolicyDocument: allow('s3:PutObject'),
  });
  await iam.call(createOidcProvider, { Url: 'https://idp.example.com' });
  await iam.call(createSamlProvider, {
    Name: 'Idp',
    SAMLMetadataDocument: samlMetadata('urn:idp'),
  });
  const { SummaryMap: summary } = await iam.call(getAccountSummary, {});
  assert.equal(summary?.Users, 2);
  assert.equal(summary?.UsersQuota, 7);
  assert.equal(summary?.Groups, 1);
  assert.equal(summary?.Roles, 1);
  assert.equal(summary?.InstanceProfiles, 1);
  assert.equal(summary?.Policies, 1);
  assert.equal(summary?.Providers, 2);
  assert.equal(summary?.PolicyVersionsInUse, 2);
  assert.equal(summary?.AccessKeysPerUserQuota, 2);
  assert.equal(summary?.UserPolicySizeQuota, 2048);
  const other = await iam.inAccount(secondAccount).call(getAccountSummary, {});
  assert.equal(other.SummaryMap?.Users, 0);
  assert.equal(other.SummaryMap?.PolicyVersionsInUse, 0);
  assert.equal(other.SummaryMap?.Providers, 0);
});

test('the version of session tokens is the chosen one, 1 until then', async (t) => {
  const iam = await openTestIam(t);
  const version = async () =>
    (await iam.call(getAccountSummary, {})).SummaryMap?.GlobalEndpointTokenVersion;
  assert.equal(await version(), 1);
  await iam.call(setSecurityTokenServicePreferences, { GlobalEndpointTokenVersion: 'v2Token' });
  assert.equal(await version(), 2);
  await iam.call(setSecurityTokenServicePreferences, { GlobalEndpointTokenVersion: 'v1Token' });
  assert.equal(await version(), 1);
});

test('everything that an account may have is counted once', async (t) => {
  const iam = await openTestIam(t, { rolesPerAccount: 77, assumeRolePolicySize: 4096 });
  const account = { account_id: iam.accountId, created_at: 0 };
  const named = { name: 'one', name_fold: 'one', path: '/' };
  const device = { ...account, ...named, kind: 'virtual', seed: null, enabled_at: 0 } as const;
  const clock = { clock_drift: 0, last_used_step: null };
  await iam.store.transaction(async ({ database }) => {
    await database
      .insertInto('iam_instance_profile')
      .values({ ...account, ...named, instance_profile_id: 'AIPA1', role_id: null })
      .execute();
    await database
      .insertInto('iam_saml_provider')
      .values({
        ...{ ...account, name: 'one', name_fold: 'one', saml_provider_id: 's' },
        ...{ metadata_document: '', assertion_encryption_mode: 'Allowed', valid_until: 0 },
      })
      .execute();
    await database
      .insertInto('iam_oidc_provider')
      .values({ ...account, oidc_provider_id: 'o', url: 'u', client_ids: '[]', thumbprints: '[]' })
      .execute();
    await database
      .insertInto('iam_server_certificate')
      .values({
        ...{ ...account, ...named, server_certificate_id: 'ASCA1', expires_at: 0 },
        ...{ certificate_body: '', certificate_chain: null, private_key: '' },
      })
      .execute();
    await database
      .insertInto('iam_mfa_device')
      .values([
        { ...device, ...clock, serial_number: 'a', user_id: null },
        { ...device, ...clock, name_fold: 'b', serial_number: 'b', user_id: 'AIDA1' },
        { ...device, ...clock, name_fold: 'c', serial_number: 'c', user_id: iam.accountId },
      ])
      .execute();
  });
  const { SummaryMap: summary = {} } = await iam.call(getAccountSummary, {});
  const { InstanceProfiles, Providers, ServerCertificates } = summary;
  assert.deepEqual(
    { InstanceProfiles, Providers, ServerCertificates },
    {
      InstanceProfiles: 1,
      Providers: 2,
      ServerCertificates: 1,
    },
  );
  const { MFADevices, MFADevicesInUse, AccountMFAEnabled } = summary;
  assert.deepEqual([MFADevices, MFADevicesInUse, AccountMFAEnabled], [3, 2, 1]);
  assert.deepEqual([summary.RolesQuota, summary.AssumeRolePolicySizeQuota], [77, 4096]);
  const other = await iam.inAccount(secondAccount).call(getAccountSummary, {});
  assert.equal(other.SummaryMap?.MFADevices, 0);
  assert.equal(other.SummaryMap?.AccountMFAEnabled, 0);
});
