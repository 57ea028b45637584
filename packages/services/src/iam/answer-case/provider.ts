import {
  oidcProviderArnOf,
  samlProviderArnOf,
  worldThumbprint,
} from '../testing-world/provider.ts';
import type { TestWorld } from '../testing-world.ts';
import { type AnswerCases, strings, tagsOf } from './answer-case.ts';

const photosIdp = ({ first }: TestWorld) => ({
  SAMLProviderArn: samlProviderArnOf(first, 'PhotosIdp'),
});
const photosUrl = ({ first }: TestWorld) => ({
  OpenIDConnectProviderArn: oidcProviderArnOf(first, 'idp.example.com/photos'),
});
const noOrganization = {
  input: () => ({}),
  expect: {},
  refused: 'OrganizationNotFoundException',
} as const;

export const providerAnswers: AnswerCases = {
  GetDelegationRequest: {
    input: () => ({ DelegationRequestId: 'e4bdcdae-4f66-11ed-eleg-ation00000000' }),
    expect: {},
    refused: 'NoSuchEntity',
  },
  GetOpenIDConnectProvider: {
    input: photosUrl,
    expect: {
      Url: 'idp.example.com/photos',
      ClientIDList: ['ACCOUNT-photos', 'photos'],
      ThumbprintList: [worldThumbprint],
      ...tagsOf('idp.example.com/photos'),
    },
    read: ({ CreateDate: _created, ...rest }) => rest,
  },
  GetOrganizationsAccessReport: {
    input: () => ({ JobId: 'examplea-1234-b567-cde8-90fg123abcd4' }),
    expect: {},
    refused: 'NoSuchEntity',
  },
  GetOutboundWebIdentityFederationInfo: {
    input: () => ({}),
    expect: { JwtVendingEnabled: true, isIssuer: true },
    read: ({ IssuerIdentifier: issuer, ...rest }) => ({
      ...rest,
      isIssuer: /^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/.test(String(issuer)),
    }),
  },
  GetSAMLProvider: {
    input: photosIdp,
    expect: { entityId: 'https://PhotosIdp.example.com/ACCOUNT', keys: 1, ...tagsOf('PhotosIdp') },
    read: ({ SAMLMetadataDocument: document, PrivateKeyList: keys, Tags }) => ({
      entityId: /entityID="(?<entityId>[^"]*)"/.exec(String(document))?.groups?.entityId,
      keys: strings(keys, 'KeyId').length,
      Tags,
    }),
  },
  ListDelegationRequests: {
    input: () => ({}),
    expect: { DelegationRequests: [], isTruncated: false },
  },
  ListOpenIDConnectProviderTags: {
    input: photosUrl,
    expect: tagsOf('idp.example.com/photos'),
    lists: ['Tags'],
  },
  ListOpenIDConnectProviders: {
    input: () => ({}),
    expect: {
      arns: ['another.example.com', 'idp.example.com/photos', 'zoo.example.com'].map(
        (url) => `arn:aws:iam::ACCOUNT:oidc-provider/${url}`,
      ),
    },
    read: ({ OpenIDConnectProviderList: list }) => ({ arns: strings(list, 'Arn') }),
  },
  ListOrganizationsFeatures: noOrganization,
  ListSAMLProviderTags: { input: photosIdp, expect: tagsOf('PhotosIdp'), lists: ['Tags'] },
  ListSAMLProviders: {
    input: () => ({}),
    expect: {
      arns: ['AnotherIdp', 'PhotosIdp', 'ZooIdp'].map(
        (name) => `arn:aws:iam::ACCOUNT:saml-provider/${name}`,
      ),
    },
    read: ({ SAMLProviderList: list }) => ({ arns: strings(list, 'Arn') }),
  },
};
