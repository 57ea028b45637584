import assert from 'node:assert/strict';
import * as iam from '@aws-sdk/client-iam';
import { newPrivateKey, samlMetadata } from '../../saml-metadata.ts';
import { type Conversation, recently, type Talk, tags } from './talk.ts';

export const providerConversation: Conversation = async (talk) => {
  await samlProviders(talk);
  await oidcProviders(talk);
};

async function samlProviders(talk: Talk): Promise<void> {
  const SAMLProviderArn = talk.arn('saml-provider/Idp');
  const SAMLMetadataDocument = samlMetadata('https://idp.example.com');
  const Tags = tags('team=photos', 'zone=eu');
  const create = { Name: 'Idp', SAMLMetadataDocument };
  await talk.answers(
    new iam.CreateSAMLProviderCommand({
      ...create,
      AddPrivateKey: newPrivateKey(),
      AssertionEncryptionMode: 'Required',
      Tags,
    }),
    { SAMLProviderArn, Tags },
  );
  await talk.refuses(
    new iam.CreateSAMLProviderCommand(create),
    iam.EntityAlreadyExistsException,
    'Provider with name Idp already exists.',
  );
  await talk.refuses(
    new iam.CreateSAMLProviderCommand({ ...create, SAMLMetadataDocument: 'a'.repeat(1000) }),
    iam.InvalidInputException,
    'Could not parse metadata',
  );
  const { PrivateKeyList: keys = [], ValidUntil } = await talk.call(
    new iam.GetSAMLProviderCommand({ SAMLProviderArn }),
  );
  assert.equal(ValidUntil?.getUTCFullYear(), new Date().getUTCFullYear() + 100);
  const provider = {
    SAMLProviderUUID: /^SAMLSP[A-Z0-9]{16}$/,
    SAMLMetadataDocument,
    CreateDate: recently,
    ValidUntil,
    Tags,
    AssertionEncryptionMode: 'Required',
    PrivateKeyList: [{ KeyId: /^SAMLPK[A-Z0-9]{16}$/, Timestamp: recently }],
  };
  await talk.answers(new iam.GetSAMLProviderCommand({ SAMLProviderArn }), provider);
  await talk.answers(new iam.ListSAMLProvidersCommand({}), {
    SAMLProviderList: [{ Arn: SAMLProviderArn, ValidUntil, CreateDate: recently }],
  });
  const second = { SAMLMetadataDocument: samlMetadata('https://second.example.com') };
  const update = { SAMLProviderArn, ...second, AddPrivateKey: newPrivateKey() };
  await talk.answers(new iam.UpdateSAMLProviderCommand(update), { SAMLProviderArn });
  await talk.refuses(
    new iam.UpdateSAMLProviderCommand(update),
    iam.LimitExceededException,
    'Private key limit of 2 is reached.',
  );
  for (const { KeyId: RemovePrivateKey } of keys) {
    const remove = { RemovePrivateKey, AssertionEncryptionMode: 'Allowed' as const };
    await talk.answers(new iam.UpdateSAMLProviderCommand({ SAMLProviderArn, ...remove }), {
      SAMLProviderArn,
    });
  }
  await talk.does(
    new iam.TagSAMLProviderCommand({ SAMLProviderArn, Tags: tags('cost=1', 'Zone=us') }),
    new iam.UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['TEAM'] }),
  );
  const Listed = iam.ListSAMLProviderTagsCommand;
  await talk.lists(Listed, { SAMLProviderArn }, { Tags: tags('cost=1', 'Zone=us') });
  await talk.does(new iam.DeleteSAMLProviderCommand({ SAMLProviderArn }));
  await talk.misses(
    `Manifest not found for arn ${SAMLProviderArn}`,
    new iam.DeleteSAMLProviderCommand({ SAMLProviderArn }),
    new iam.GetSAMLProviderCommand({ SAMLProviderArn }),
    new iam.UpdateSAMLProviderCommand({ SAMLProviderArn, ...second }),
    new iam.TagSAMLProviderCommand({ SAMLProviderArn, Tags }),
    new iam.UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['a'] }),
    new iam.ListSAMLProviderTagsCommand({ SAMLProviderArn }),
  );
}

async function oidcProviders(talk: Talk): Promise<void> {
  const Url = 'https://idp.example.com/photos';
  const OpenIDConnectProviderArn = talk.arn('oidc-provider/idp.example.com/photos');
  const named = { OpenIDConnectProviderArn };
  const Tags = tags('team=photos', 'zone=eu');
  const ThumbprintList = ['0123456789abcdef0123456789abcdef01234567'];
  const create = { Url, ClientIDList: ['photos'], ThumbprintList, Tags };
  await talk.answers(new iam.CreateOpenIDConnectProviderCommand(create), { ...named, Tags });
  await talk.refuses(
    new iam.CreateOpenIDConnectProviderCommand({ Url }),
    iam.EntityAlreadyExistsException,
    `Provider with url ${Url} already exists.`,
  );
  await talk.refuses(
    new iam.CreateOpenIDConnectProviderCommand({ Url: 'http://idp.example.com' }),
    iam.InvalidInputException,
    'Invalid Open ID Connect Provider URL. The URL must begin with https://.',
  );
  await talk.answers(new iam.ListOpenIDConnectProvidersCommand({}), {
    OpenIDConnectProviderList: [{ Arn: OpenIDConnectProviderArn }],
  });
  const later = ['f'.repeat(40), 'e'.repeat(40)];
  await talk.does(
    new iam.AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: 'video' }),
    new iam.RemoveClientIDFromOpenIDConnectProviderCommand({ ...named, ClientID: 'photos' }),
    new iam.UpdateOpenIDConnectProviderThumbprintCommand({ ...named, ThumbprintList: later }),
  );
  await talk.answers(new iam.GetOpenIDConnectProviderCommand(named), {
    Url: 'idp.example.com/photos',
    ClientIDList: ['video'],
    ThumbprintList: later,
    CreateDate: recently,
    Tags,
  });
  await talk.does(
    new iam.TagOpenIDConnectProviderCommand({ ...named, Tags: tags('cost=1', 'Zone=us') }),
    new iam.UntagOpenIDConnectProviderCommand({ ...named, TagKeys: ['TEAM'] }),
  );
  const Listed = iam.ListOpenIDConnectProviderTagsCommand;
  await talk.lists(Listed, named, { Tags: tags('cost=1', 'Zone=us') });
  await talk.does(new iam.DeleteOpenIDConnectProviderCommand(named));
  await talk.misses(
    `OpenId connect Provider ${OpenIDConnectProviderArn} cannot be found.`,
    new iam.DeleteOpenIDConnectProviderCommand(named),
  );
  await talk.misses(
    `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    new iam.GetOpenIDConnectProviderCommand(named),
    new iam.AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: 'a' }),
    new iam.RemoveClientIDFromOpenIDConnectProviderCommand({ ...named, ClientID: 'a' }),
    new iam.UpdateOpenIDConnectProviderThumbprintCommand({ ...named, ThumbprintList }),
    new iam.TagOpenIDConnectProviderCommand({ ...named, Tags }),
    new iam.UntagOpenIDConnectProviderCommand({ ...named, TagKeys: ['a'] }),
    new iam.ListOpenIDConnectProviderTagsCommand(named),
  );
}
