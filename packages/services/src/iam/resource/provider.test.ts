import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resource, ResourceReference } from '../../operation.ts';
import { createOidcProvider } from '../oidc-provider.ts';
import { createSamlProvider } from '../saml-provider.ts';
import {
  adminCaller,
  assertRefused,
  firstAccount,
  noResourcePolicies,
  openTestIam,
  secondAccount,
  type TestIam,
  testSettings,
} from '../testing.ts';
import { samlMetadata } from '../testing-saml.ts';
import { accessReportResource } from './access-report.ts';
import { delegationRequestResource } from './delegation-request.ts';
import { newOidcProviderResource, oidcProviderResource } from './oidc-provider.ts';
import { newSamlProviderResource, samlProviderResource } from './saml-provider.ts';

type Text = string | undefined;

async function resolve(
  { accountId, store }: TestIam,
  reference: ResourceReference<Text>,
  input: Text,
): Promise<Resource> {
  const caller = adminCaller(accountId);
  const resourcePolicies = noResourcePolicies;
  return await reference.resolve(
    { caller, database: store.database, resourcePolicies, settings: testSettings },
    input,
  );
}

const saml = samlProviderResource((arn: Text) => arn);
const oidc = oidcProviderResource((arn: Text) => arn);
const tags = new Map([['team', 'photos']]);
const Tags = [{ Key: 'team', Value: 'photos' }];

test('a provider is its ARN with its tags; one that is not there, the ARN alone', async (t) => {
  const iam = await openTestIam(t);
  const other = iam.inAccount(secondAccount);
  const SAMLMetadataDocument = samlMetadata('urn:idp');
  for (const each of [other, iam]) {
    await each.call(createSamlProvider, { Name: 'Idp', SAMLMetadataDocument, Tags });
    await each.call(createOidcProvider, { Url: 'https://idp.example.com/a', Tags });
  }
  for (const [reference, name] of [
    [saml, 'saml-provider/Idp'],
    [oidc, 'oidc-provider/idp.example.com/a'],
  ] as const) {
    const arn = `arn:aws:iam::111111111111:${name}`;
    const accountId = firstAccount;
    assert.deepEqual(await resolve(iam, reference, arn), { arn, accountId, tags });
    const absent = `${arn}-absent`;
    assert.deepEqual(await resolve(iam, reference, absent), { arn: absent, accountId });
    const otherCase = arn.replace('dp', 'DP');
    assert.deepEqual(await resolve(iam, reference, otherCase), { arn: otherCase, accountId });
    // Another account's: nothing of it is looked at.
    assert.deepEqual(await resolve(other, reference, arn), { arn, accountId });
  }
});

test('what is no provider’s ARN is refused', async (t) => {
  const iam = await openTestIam(t);
  for (const [reference, type] of [
    [saml, 'saml-provider'],
    [oidc, 'oidc-provider'],
  ] as const) {
    for (const arn of [
      '',
      'Idp',
      `arn:aws:iam::111111111111:${type}/`,
      `arn:aws:iam::aws:${type}/Idp`,
      `arn:aws:iam:us-east-1:111111111111:${type}/Idp`,
      'arn:aws:iam::111111111111:role/Idp',
      `arn:aws:iam::111111111111:${type}/Idp\n`,
    ]) {
      const message = `ARN ${arn} is not valid.`;
      await assertRefused(resolve(iam, reference, arn), 'InvalidInput', 400, message);
    }
  }
});

test('what is about to be made, and what never exists, has the ARN that it would have', async (t) => {
  const iam = await openTestIam(t);
  const arnOf = async (reference: ResourceReference<Text>, input: Text) =>
    (await resolve(iam, reference, input)).arn;
  assert.equal(
    await arnOf(
      newSamlProviderResource((name: Text) => name),
      'Idp',
    ),
    'arn:aws:iam::111111111111:saml-provider/Idp',
  );
  assert.equal(
    await arnOf(
      newOidcProviderResource((url: Text) => url),
      'https://idp.example.com/a',
    ),
    'arn:aws:iam::111111111111:oidc-provider/idp.example.com/a',
  );
  assert.equal(
    await arnOf(
      accessReportResource((path: Text) => path),
      'o-a1b2c3d4e5/r-f6g7/123456789012',
    ),
    'arn:aws:iam::111111111111:access-report/o-a1b2c3d4e5/r-f6g7/123456789012',
  );
  assert.equal(
    await arnOf(
      delegationRequestResource((id: Text) => id),
      'e4bdcdae-4f66-11ed',
    ),
    'arn:aws:iam::111111111111:delegation-request/e4bdcdae-4f66-11ed',
  );
});
