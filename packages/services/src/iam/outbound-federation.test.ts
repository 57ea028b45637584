import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  disableOutboundWebIdentityFederation,
  enableOutboundWebIdentityFederation,
  getOutboundWebIdentityFederationInfo,
} from './outbound-federation.ts';
import { assertRefused, firstAccount, openTestIam, secondAccount } from './testing.ts';

const enabled = [
  'FeatureEnabled',
  409,
  'Outbound identity federation is already enabled for your account.',
] as const;
const disabled = [
  'FeatureDisabled',
  404,
  'Outbound identity federation is disabled for your account.',
] as const;

test('an account has an issuer of its own while the feature is enabled, the same again', async (t) => {
  const iam = await openTestIam(t);
  await assertRefused(iam.call(getOutboundWebIdentityFederationInfo, {}), ...disabled);
  await assertRefused(iam.call(disableOutboundWebIdentityFederation, {}), ...disabled);
  assert.deepEqual(iam.changes, []);

  const { IssuerIdentifier: issuer } = await iam.call(enableOutboundWebIdentityFederation, {});
  assert.match(issuer ?? '', /^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/);
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'account', id: firstAccount }]);
  await assertRefused(iam.call(enableOutboundWebIdentityFederation, {}), ...enabled);
  assert.deepEqual(await iam.call(getOutboundWebIdentityFederationInfo, {}), {
    IssuerIdentifier: issuer,
    JwtVendingEnabled: true,
  });

  await iam.call(disableOutboundWebIdentityFederation, {});
  await assertRefused(iam.call(getOutboundWebIdentityFederationInfo, {}), ...disabled);
  await assertRefused(iam.call(disableOutboundWebIdentityFederation, {}), ...disabled);
  const again = await iam.call(enableOutboundWebIdentityFederation, {});
  assert.equal(again.IssuerIdentifier, issuer);
});

test('one account’s switch is not another’s', async (t) => {
  const iam = await openTestIam(t);
  const other = iam.inAccount(secondAccount);
  const { IssuerIdentifier: issuer } = await iam.call(enableOutboundWebIdentityFederation, {});
  await assertRefused(other.call(getOutboundWebIdentityFederationInfo, {}), ...disabled);
  const theirs = await other.call(enableOutboundWebIdentityFederation, {});
  assert.notEqual(theirs.IssuerIdentifier, issuer);
  await other.call(disableOutboundWebIdentityFederation, {});
  const { IssuerIdentifier: after } = await iam.call(getOutboundWebIdentityFederationInfo, {});
  assert.equal(after, issuer);
});
