import { disableOutboundWebIdentityFederation } from '../outbound-federation.ts';
import { samlMetadata, samlPrivateKeys } from '../testing-saml.ts';
import {
  entityIdOf,
  oidcProviderArnOf,
  samlProviderArnOf,
  worldThumbprint,
} from '../testing-world/provider.ts';
import type { TestWorld } from '../testing-world.ts';
import type { ChangeCases } from './change-case.ts';

const photosIdp = ({ first }: TestWorld) => ({
  SAMLProviderArn: samlProviderArnOf(first, 'PhotosIdp'),
});
const photosUrl = ({ first }: TestWorld) => ({
  OpenIDConnectProviderArn: oidcProviderArnOf(first, 'idp.example.com/photos'),
});
const ofPhotosIdp = {
  of: 'saml PhotosIdp',
  change: ['samlProvider', 'saml arn PhotosIdp'],
} as const;
const ofPhotosUrl = {
  of: 'oidc idp.example.com/photos',
  change: ['oidcProvider', 'oidc arn idp.example.com/photos'],
} as const;
const newTags = { Tags: [{ Key: 'of', Value: 'new' }] };

const samlProviderChanges: ChangeCases = {
  CreateSAMLProvider: {
    input: ({ first }) => ({
      Name: 'new',
      SAMLMetadataDocument: samlMetadata(entityIdOf(first, 'new')),
      AddPrivateKey: samlPrivateKeys[1],
      ...newTags,
    }),
    rows: { iam_saml_provider: '-0 +1', iam_saml_private_key: '-0 +1', iam_tag: '-0 +1' },
    change: ['samlProvider', 'new'],
  },
  DeleteSAMLProvider: {
    input: photosIdp,
    rows: { iam_saml_provider: '-1 +0', iam_saml_private_key: '-1 +0', iam_tag: '-2 +0' },
    ...ofPhotosIdp,
  },
  TagSAMLProvider: {
    input: (world) => ({ ...photosIdp(world), Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofPhotosIdp,
  },
  UntagSAMLProvider: {
    input: (world) => ({ ...photosIdp(world), TagKeys: ['of'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofPhotosIdp,
  },
  UpdateSAMLProvider: {
    input: (world) => ({
      ...photosIdp(world),
      SAMLMetadataDocument: samlMetadata(entityIdOf(world.first, 'new')),
      RemovePrivateKey: world.ids.get('saml key PhotosIdp'),
    }),
    rows: { iam_saml_private_key: '-1 +0', iam_saml_provider: '-1 +1' },
    ...ofPhotosIdp,
  },
};

const oidcProviderChanges: ChangeCases = {
  AddClientIDToOpenIDConnectProvider: {
    input: (world) => ({ ...photosUrl(world), ClientID: 'new' }),
    rows: { iam_oidc_provider: '-1 +1' },
    ...ofPhotosUrl,
  },
  CreateOpenIDConnectProvider: {
    input: () => ({
      Url: 'https://new',
      ClientIDList: ['new'],
      ThumbprintList: [worldThumbprint],
      ...newTags,
    }),
    rows: { iam_oidc_provider: '-0 +1', iam_tag: '-0 +1' },
    change: ['oidcProvider', 'new'],
  },
  DeleteOpenIDConnectProvider: {
    input: photosUrl,
    rows: { iam_oidc_provider: '-1 +0', iam_tag: '-2 +0' },
    ...ofPhotosUrl,
  },
  RemoveClientIDFromOpenIDConnectProvider: {
    input: (world) => ({ ...photosUrl(world), ClientID: 'photos' }),
    rows: { iam_oidc_provider: '-1 +1' },
    ...ofPhotosUrl,
  },
  TagOpenIDConnectProvider: {
    input: (world) => ({ ...photosUrl(world), Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofPhotosUrl,
  },
  UntagOpenIDConnectProvider: {
    input: (world) => ({ ...photosUrl(world), TagKeys: ['of'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofPhotosUrl,
  },
  UpdateOpenIDConnectProviderThumbprint: {
    input: (world) => ({ ...photosUrl(world), ThumbprintList: ['f'.repeat(40)] }),
    rows: { iam_oidc_provider: '-1 +1' },
    ...ofPhotosUrl,
  },
};

const ofAccount = { of: 'account', change: ['account', 'account'] } as const;
const noOrganization = { input: () => ({}), rows: {}, refused: 'OrganizationNotFoundException' };
const noDelegationRequest = {
  input: () => ({ DelegationRequestId: 'e4bdcdae-4f66-11ed-eleg-ation00000000' }),
  rows: {},
  refused: 'NoSuchEntity',
};

/** Switches of an account, and what an account without organization and partners is refused. */
const accountSwitchChanges: ChangeCases = {
  AcceptDelegationRequest: noDelegationRequest,
  AssociateDelegationRequest: noDelegationRequest,
  DisableOrganizationsRootCredentialsManagement: noOrganization,
  DisableOrganizationsRootSessions: noOrganization,
  DisableOutboundWebIdentityFederation: {
    input: () => ({}),
    rows: { iam_account_setting: '-1 +1' },
    ...ofAccount,
  },
  EnableOrganizationsRootCredentialsManagement: noOrganization,
  EnableOrganizationsRootSessions: noOrganization,
  EnableOutboundWebIdentityFederation: {
    before: async ({ first }) => void (await first.call(disableOutboundWebIdentityFederation, {})),
    input: () => ({}),
    rows: { iam_account_setting: '-1 +1' },
    ...ofAccount,
  },
  GenerateOrganizationsAccessReport: {
    ...noOrganization,
    input: () => ({ EntityPath: 'o-a1b2c3d4e5/r-f6g7' }),
  },
  RejectDelegationRequest: noDelegationRequest,
  UpdateDelegationRequest: noDelegationRequest,
};

export const providerChanges: ChangeCases = {
  ...samlProviderChanges,
  ...oidcProviderChanges,
  ...accountSwitchChanges,
};
