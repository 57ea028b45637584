import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { parseProviderArn } from '../arn.ts';
import { findSamlProvider } from '../provider.ts';
import { accountScope, type From, plain, required, tagged } from './resource.ts';

/** A SAML provider by its ARN. Another account's provider is that account's. */
export function samlProviderResource<Input>(arnOf: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'saml-provider',
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = required(arnOf(input));
      const { accountId } = parseProviderArn('saml-provider', arn);
      if (accountId !== scope.accountId) return { arn, accountId };
      const provider = await findSamlProvider(scope, arn);
      if (provider === undefined) return plain(scope, arn);
      return await tagged(scope, arn, provider.saml_provider_id);
    },
  };
}

/** A SAML provider about to be made. */
export function newSamlProviderResource<Input>(name: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'saml-provider',
    async resolve(context, input) {
      const scope = accountScope(context);
      return plain(scope, iamArn(scope.accountId, 'saml-provider', '/', required(name(input))));
    },
  };
}
