import * as iam from '@aws-sdk/client-iam';
import { type Conversation, recently, type Talk, tags } from './talk.ts';

const thumbprint = (digit: string) => digit.repeat(40);

export const oidcProviderConversation: Conversation = async (talk) => {
  const OpenIDConnectProviderArn = talk.arn('oidc-provider/idp.example.com/photos');
  const Tags = tags('team=photos', 'zone=eu');
  const Url = 'https://idp.example.com/photos';
  const provider = { ClientIDList: ['one', 'two'], ThumbprintList: [thumbprint('a')] };
  await talk.answers(new iam.CreateOpenIDConnectProviderCommand({ Url, ...provider, Tags }), {
    OpenIDConnectProviderArn,
    Tags,
  });
  await talk.answers(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }), {
    Url: 'idp.example.com/photos',
    ...provider,
    CreateDate: recently,
    Tags,
  });
  await talk.refuses(
    new iam.CreateOpenIDConnectProviderCommand({ Url, ...provider }),
    iam.EntityAlreadyExistsException,
    `Provider with url ${Url} already exists.`,
  );
  await talk.answers(new iam.ListOpenIDConnectProvidersCommand(), {
    OpenIDConnectProviderList: [{ Arn: OpenIDConnectProviderArn }],
  });
  await change(talk, OpenIDConnectProviderArn);
  const ofProvider = { OpenIDConnectProviderArn };
  await talk.does(new iam.DeleteOpenIDConnectProviderCommand(ofProvider));
  await talk.misses(
    `OpenId connect Provider ${OpenIDConnectProviderArn} cannot be found.`,
    new iam.DeleteOpenIDConnectProviderCommand(ofProvider),
  );
  await talk.misses(
    `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    new iam.GetOpenIDConnectProviderCommand(ofProvider),
    new iam.AddClientIDToOpenIDConnectProviderCommand({ ...ofProvider, ClientID: 'x' }),
    new iam.RemoveClientIDFromOpenIDConnectProviderCommand({ ...ofProvider, ClientID: 'x' }),
    new iam.UpdateOpenIDConnectProviderThumbprintCommand({
      ...ofProvider,
      ThumbprintList: [thumbprint('b')],
    }),
    new iam.ListOpenIDConnectProviderTagsCommand(ofProvider),
    new iam.TagOpenIDConnectProviderCommand({ ...ofProvider, Tags }),
    new iam.UntagOpenIDConnectProviderCommand({ ...ofProvider, TagKeys: ['a'] }),
  );
};

async function change(talk: Talk, OpenIDConnectProviderArn: string): Promise<void> {
  const ofProvider = { OpenIDConnectProviderArn };
  await talk.does(
    new iam.AddClientIDToOpenIDConnectProviderCommand({ ...ofProvider, ClientID: 'three' }),
    new iam.RemoveClientIDFromOpenIDConnectProviderCommand({ ...ofProvider, ClientID: 'one' }),
    new iam.UpdateOpenIDConnectProviderThumbprintCommand({
      ...ofProvider,
      ThumbprintList: [thumbprint('b'), thumbprint('c')],
    }),
    new iam.TagOpenIDConnectProviderCommand({ ...ofProvider, Tags: tags('cost=1', 'zone=us') }),
    new iam.UntagOpenIDConnectProviderCommand({ ...ofProvider, TagKeys: ['team'] }),
  );
  const Tags = tags('cost=1', 'zone=us');
  await talk.answers(new iam.GetOpenIDConnectProviderCommand(ofProvider), {
    Url: 'idp.example.com/photos',
    ClientIDList: ['two', 'three'],
    ThumbprintList: [thumbprint('b'), thumbprint('c')],
    CreateDate: recently,
    Tags,
  });
  await talk.lists(iam.ListOpenIDConnectProviderTagsCommand, ofProvider, { Tags });
}
