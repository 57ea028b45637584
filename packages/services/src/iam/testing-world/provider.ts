import { createOidcProvider } from '../oidc-provider.ts';
import { enableOutboundWebIdentityFederation } from '../outbound-federation.ts';
import { findOidcProvider } from '../provider.ts';
import { createSamlProvider, getSamlProvider } from '../saml-provider.ts';
import type { TestIam } from '../testing.ts';
import { samlMetadata, samlPrivateKeys } from '../testing-saml.ts';

/** Identity providers between neighbours, and the account's own issuer. */
export const samlProviderNames = ['AnotherIdp', 'PhotosIdp', 'ZooIdp'] as const;
export const oidcProviderUrls = [
  'another.example.com',
  'idp.example.com/photos',
  'zoo.example.com',
] as const;
export const worldThumbprint = '0123456789abcdef0123456789abcdef01234567';

export function samlProviderArnOf(iam: TestIam, name: (typeof samlProviderNames)[number]): string {
  return `arn:aws:iam::${iam.accountId}:saml-provider/${name}`;
}

export function oidcProviderArnOf(iam: TestIam, url: (typeof oidcProviderUrls)[number]): string {
  return `arn:aws:iam::${iam.accountId}:oidc-provider/${url}`;
}

/** An entity id that tells whose the provider is. */
export function entityIdOf(iam: TestIam, name: string): string {
  return `https://${name}.example.com/${iam.accountId}`;
}

export async function populateProviders(
  iam: TestIam,
  ids: Map<string, string>,
  tagsOf: (owner: string) => { Key: string; Value: string }[],
): Promise<void> {
  for (const name of samlProviderNames) {
    await iam.call(createSamlProvider, {
      Name: name,
      SAMLMetadataDocument: samlMetadata(entityIdOf(iam, name)),
      AddPrivateKey: samlPrivateKeys[0],
      Tags: tagsOf(name),
    });
    const arn = samlProviderArnOf(iam, name);
    const { SAMLProviderUUID: id = '', PrivateKeyList: keys = [] } = await iam.call(
      getSamlProvider,
      { SAMLProviderArn: arn },
    );
    ids.set(`saml ${name}`, id);
    ids.set(`saml key ${name}`, keys[0]?.KeyId ?? '');
    ids.set(`saml arn ${name}`, arn);
  }
  for (const url of oidcProviderUrls) {
    await iam.call(createOidcProvider, {
      Url: `https://${url}`,
      ClientIDList: [`${iam.accountId}-photos`, 'photos'],
      ThumbprintList: [worldThumbprint],
      Tags: tagsOf(url),
    });
    const arn = oidcProviderArnOf(iam, url);
    const scope = { accountId: iam.accountId, database: iam.store.database };
    const row = await findOidcProvider(scope, arn);
    ids.set(`oidc ${url}`, row?.oidc_provider_id ?? '');
    ids.set(`oidc arn ${url}`, arn);
  }
  await iam.call(enableOutboundWebIdentityFederation, {});
  ids.set('account', iam.accountId);
}
