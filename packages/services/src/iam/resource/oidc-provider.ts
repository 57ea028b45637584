import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { parseProviderArn } from '../arn.ts';
import { parseOidcUrl } from '../oidc-url.ts';
import { findOidcProvider } from '../provider.ts';
import { accountScope, type From, plain, required, tagged } from './resource.ts';

/** An OpenID Connect provider by its ARN. Another account's provider is that account's. */
export function oidcProviderResource<Input>(arnOf: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'oidc-provider',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = required(arnOf(input));
      const { accountId } = parseProviderArn('oidc-provider', arn);
      if (accountId !== scope.accountId) return { arn, accountId };
      const provider = await findOidcProvider(scope, arn);
      if (provider === undefined) return plain(scope, arn);
      return await tagged(scope, arn, provider.oidc_provider_id);
    },
  };
}

/** An OpenID Connect provider about to be made. */
export function newOidcProviderResource<Input>(url: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'oidc-provider',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = parseOidcUrl(required(url(input)));
      return plain(scope, iamArn(scope.accountId, 'oidc-provider', '/', name));
    },
  };
}
