import { foldAscii } from '@carnet/policy';
import type { Schema } from '@carnet/store';
import { iamArn } from '../arn.ts';
import { parseProviderArn } from './arn.ts';
import type { AccountScope } from './entity.ts';
import { noSuchEntity } from './error.ts';

/** Finding the identity providers of an account. Their ARNs are compared exactly. */
type SamlProviderRow = Schema['iam_saml_provider'];
export type OidcProviderRow = Schema['iam_oidc_provider'];

/** All of a SAML provider but its document, which may have millions of characters. */
export type SamlProvider = Omit<SamlProviderRow, 'metadata_document'>;

export async function findSamlProvider(
  scope: AccountScope,
  arn: string,
): Promise<SamlProvider | undefined> {
  const { name } = parseProviderArn('saml-provider', arn);
  const provider = await findSamlProviderByName(scope, name);
  return provider && samlProviderArn(provider) === arn ? provider : undefined;
}

/** Names are not told apart by case. */
export async function findSamlProviderByName(
  scope: AccountScope,
  name: string,
): Promise<SamlProvider | undefined> {
  return await scope.database
    .selectFrom('iam_saml_provider')
    .select([
      'account_id',
      'saml_provider_id',
      'name',
      'name_fold',
      'assertion_encryption_mode',
      'created_at',
      'valid_until',
    ])
    .where('account_id', '=', scope.accountId)
    .where('name_fold', '=', foldAscii(name))
    .executeTakeFirst();
}

export async function requireSamlProvider(
  scope: AccountScope,
  arn: string | undefined,
): Promise<SamlProvider> {
  const provider = arn === undefined ? undefined : await findSamlProvider(scope, arn);
  if (provider === undefined) throw manifestNotFound(arn);
  return provider;
}

export function manifestNotFound(arn: string | undefined): Error {
  return noSuchEntity(`Manifest not found for arn ${arn}`);
}

export async function findOidcProvider(
  scope: AccountScope,
  arn: string,
): Promise<OidcProviderRow | undefined> {
  const { accountId, name } = parseProviderArn('oidc-provider', arn);
  return accountId === scope.accountId ? await findOidcProviderByUrl(scope, name) : undefined;
}

/** `url` without `https://`; an issuer is compared exactly, so it is a provider's identity as it is. */
export async function findOidcProviderByUrl(
  scope: AccountScope,
  url: string,
): Promise<OidcProviderRow | undefined> {
  return await scope.database
    .selectFrom('iam_oidc_provider')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('url', '=', url)
    .executeTakeFirst();
}

export async function requireOidcProvider(
  scope: AccountScope,
  arn: string | undefined,
): Promise<OidcProviderRow> {
  const provider = arn === undefined ? undefined : await findOidcProvider(scope, arn);
  if (provider === undefined) {
    throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  }
  return provider;
}

export function samlProviderArn(row: Pick<SamlProvider, 'account_id' | 'name'>): string {
  return iamArn(row.account_id, 'saml-provider', '/', row.name);
}

export function oidcProviderArn(row: OidcProviderRow): string {
  return iamArn(row.account_id, 'oidc-provider', '/', row.url);
}
