import assert from 'node:assert/strict';
import { test } from 'node:test';
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
