import * as iam from '@aws-sdk/client-iam';
import { samlMetadata, samlPrivateKey } from '../saml-sample.ts';
import { type Conversation, inTheFuture, recently, type Talk, tags } from './talk.ts';

const metadata = samlMetadata('https://idp.example.com');

export const samlProviderConversation: Conversation = async (talk) => {
  const SAMLProviderArn = talk.arn('saml-provider/PhotosIdp');
  const Tags = tags('team=photos', 'zone=eu');
  const provider = { SAMLMetadataDocument: metadata, AssertionEncryptionMode: 'Allowed' } as const;
  await talk.answers(
    new iam.CreateSAMLProviderCommand({
      Name: 'PhotosIdp',
      ...provider,
      AddPrivateKey: samlPrivateKey(),
      Tags,
    }),
    { SAMLProviderArn, Tags },
  );
  await talk.answers(new iam.GetSAMLProviderCommand({ SAMLProviderArn }), {
    ...provider,
    SAMLProviderUUID: /^[0-9a-zA-Z-]{8,}$/,
    CreateDate: recently,
    ValidUntil: inTheFuture,
    PrivateKeyList: [{ KeyId: /^[A-Z0-9]{22,64}$/, Timestamp: recently }],
    Tags,
  });
  await talk.refuses(
    new iam.CreateSAMLProviderCommand({ Name: 'photosidp', ...provider }),
    iam.EntityAlreadyExistsException,
    'Provider with name photosidp already exists.',
  );
  await talk.answers(new iam.ListSAMLProvidersCommand(), {
    SAMLProviderList: [{ Arn: SAMLProviderArn, ValidUntil: inTheFuture, CreateDate: recently }],
  });
  await change(talk, SAMLProviderArn);
  await talk.does(new iam.DeleteSAMLProviderCommand({ SAMLProviderArn }));
  await talk.misses(
    `Manifest not found for arn ${SAMLProviderArn}`,
    new iam.DeleteSAMLProviderCommand({ SAMLProviderArn }),
    new iam.GetSAMLProviderCommand({ SAMLProviderArn }),
    new iam.UpdateSAMLProviderCommand({ SAMLProviderArn, ...provider }),
    new iam.ListSAMLProviderTagsCommand({ SAMLProviderArn }),
    new iam.TagSAMLProviderCommand({ SAMLProviderArn, Tags }),
    new iam.UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['a'] }),
  );
};

async function change(talk: Talk, SAMLProviderArn: string): Promise<void> {
  const Tags = tags('cost=1', 'zone=us');
  await talk.does(
    new iam.TagSAMLProviderCommand({ SAMLProviderArn, Tags }),
    new iam.UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['team'] }),
  );
  await talk.lists(iam.ListSAMLProviderTagsCommand, { SAMLProviderArn }, { Tags });
  const changed = samlMetadata('https://other.example.com');
  await talk.answers(
    new iam.UpdateSAMLProviderCommand({
      SAMLProviderArn,
      SAMLMetadataDocument: changed,
      AssertionEncryptionMode: 'Required',
      AddPrivateKey: samlPrivateKey(),
    }),
    { SAMLProviderArn },
  );
  const { PrivateKeyList: keys = [] } = await talk.answers(
    new iam.GetSAMLProviderCommand({ SAMLProviderArn }),
    {
      SAMLMetadataDocument: changed,
      AssertionEncryptionMode: 'Required',
      SAMLProviderUUID: /./,
      CreateDate: recently,
      ValidUntil: inTheFuture,
      PrivateKeyList: [
        { KeyId: /./, Timestamp: recently },
        { KeyId: /./, Timestamp: recently },
      ],
      Tags,
    },
  );
  const [first] = keys;
  const RemovePrivateKey = first?.KeyId;
  await talk.answers(new iam.UpdateSAMLProviderCommand({ SAMLProviderArn, RemovePrivateKey }), {
    SAMLProviderArn,
  });
  await talk.refuses(
    new iam.UpdateSAMLProviderCommand({ SAMLProviderArn, RemovePrivateKey }),
    iam.InvalidInputException,
    'Failed to remove private key because the Key ID does not match a private key.',
  );
}
