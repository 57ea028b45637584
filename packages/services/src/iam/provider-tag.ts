import type {
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse,
  ListSAMLProviderTagsRequest,
  ListSAMLProviderTagsResponse,
  TagOpenIDConnectProviderRequest,
  TagSAMLProviderRequest,
  UntagOpenIDConnectProviderRequest,
  UntagSAMLProviderRequest,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { type EmptyOutput, emptyOutput } from './output.ts';
import {
  oidcProviderArn,
  requireOidcProvider,
  requireSamlProvider,
  samlProviderArn,
} from './provider.ts';
import { oidcProviderResource } from './resource/oidc-provider.ts';
import { samlProviderResource } from './resource/saml-provider.ts';
import { pageOfTags } from './tag.ts';
import { removeTags, requireTagKeys, requireTags, writeTags } from './tag-set.ts';

export const tagSamlProvider = operation<TagSAMLProviderRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagSAMLProvider',
    resource: samlProviderResource((input) => input.SAMLProviderArn),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const provider = await requireSamlProvider(context, input.SAMLProviderArn);
    await writeTags(context, provider.saml_provider_id, requireTags(input.Tags));
    const id = samlProviderArn(provider);
    context.changed({ accountId: context.accountId, kind: 'samlProvider', id });
    return emptyOutput;
  },
});

export const untagSamlProvider = operation<UntagSAMLProviderRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagSAMLProvider',
    resource: samlProviderResource((input) => input.SAMLProviderArn),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const provider = await requireSamlProvider(context, input.SAMLProviderArn);
    await removeTags(context, provider.saml_provider_id, requireTagKeys(input.TagKeys));
    const id = samlProviderArn(provider);
    context.changed({ accountId: context.accountId, kind: 'samlProvider', id });
    return emptyOutput;
  },
});

export const listSamlProviderTags = operation<
  ListSAMLProviderTagsRequest,
  ListSAMLProviderTagsResponse
>({
  authorization: {
    action: 'iam:ListSAMLProviderTags',
    resource: samlProviderResource((input) => input.SAMLProviderArn),
  },
  access: 'read',
  async run(context, input) {
    const { saml_provider_id: id } = await requireSamlProvider(context, input.SAMLProviderArn);
    return await pageOfTags(context, 'ListSAMLProviderTags', input, id);
  },
});

export const tagOidcProvider = operation<TagOpenIDConnectProviderRequest, EmptyOutput>({
  authorization: {
    action: 'iam:TagOpenIDConnectProvider',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const provider = await requireOidcProvider(context, input.OpenIDConnectProviderArn);
    await writeTags(context, provider.oidc_provider_id, requireTags(input.Tags));
    const id = oidcProviderArn(provider);
    context.changed({ accountId: context.accountId, kind: 'oidcProvider', id });
    return emptyOutput;
  },
});

export const untagOidcProvider = operation<UntagOpenIDConnectProviderRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UntagOpenIDConnectProvider',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const provider = await requireOidcProvider(context, input.OpenIDConnectProviderArn);
    await removeTags(context, provider.oidc_provider_id, requireTagKeys(input.TagKeys));
    const id = oidcProviderArn(provider);
    context.changed({ accountId: context.accountId, kind: 'oidcProvider', id });
    return emptyOutput;
  },
});

export const listOidcProviderTags = operation<
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse
>({
  authorization: {
    action: 'iam:ListOpenIDConnectProviderTags',
    resource: oidcProviderResource((input) => input.OpenIDConnectProviderArn),
  },
  access: 'read',
  async run(context, input) {
    const provider = await requireOidcProvider(context, input.OpenIDConnectProviderArn);
    const id = provider.oidc_provider_id;
    return await pageOfTags(context, 'ListOpenIDConnectProviderTags', input, id);
  },
});

export const providerTagOperations: OperationTable = {
  ListOpenIDConnectProviderTags: listOidcProviderTags,
  ListSAMLProviderTags: listSamlProviderTags,
  TagOpenIDConnectProvider: tagOidcProvider,
  TagSAMLProvider: tagSamlProvider,
  UntagOpenIDConnectProvider: untagOidcProvider,
  UntagSAMLProvider: untagSamlProvider,
};
