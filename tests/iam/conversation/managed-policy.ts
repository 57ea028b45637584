import * as iam from '@aws-sdk/client-iam';
import {
  type Conversation,
  encoded,
  policyOf,
  readPhotos,
  recently,
  type Talk,
  tags,
} from './talk.ts';

const writePhotos = policyOf({ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' });

export const managedPolicyConversation: Conversation = async (talk) => {
  const PolicyArn = talk.arn('policy/shared/photos');
  const policy = {
    PolicyName: 'photos',
    PolicyId: /^ANPA[A-Z0-9]{17}$/,
    Arn: PolicyArn,
    Path: '/shared/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: recently,
    UpdateDate: recently,
  };
  const detail = { Description: 'Whoever looks at photos', Tags: tags('team=photos', 'zone=eu') };
  await talk.answers(
    new iam.CreatePolicyCommand({
      PolicyName: 'photos',
      Path: '/shared/',
      PolicyDocument: readPhotos,
      ...detail,
    }),
    // AWS gives the description back to those who ask for the policy alone.
    { Policy: { ...policy, Tags: detail.Tags } },
  );
  await talk.answers(new iam.GetPolicyCommand({ PolicyArn }), { Policy: { ...policy, ...detail } });
  await talk.refuses(
    new iam.CreatePolicyCommand({ PolicyName: 'PHOTOS', PolicyDocument: readPhotos }),
    iam.EntityAlreadyExistsException,
    'A policy called PHOTOS already exists. Duplicate names are not allowed.',
  );
  await talk.refuses(
    new iam.CreatePolicyCommand({ PolicyName: 'other', PolicyDocument: '{}' }),
    iam.MalformedPolicyDocumentException,
    /./,
  );
  await talk.call(
    new iam.CreatePolicyCommand({
      PolicyName: 'videos',
      Path: '/shared/',
      PolicyDocument: writePhotos,
    }),
  );
  const videos = { ...policy, PolicyName: 'videos', Arn: talk.arn('policy/shared/videos') };
  await talk.lists(
    iam.ListPoliciesCommand,
    {
      Scope: 'Local',
      OnlyAttached: false,
      PathPrefix: '/shared/',
    },
    { Policies: [policy, videos] },
  );
  await talk.refuses(
    new iam.ListPoliciesCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await versions(talk, PolicyArn);
  await tagPolicy(talk, PolicyArn);
  await talk.does(
    new iam.DeletePolicyCommand({ PolicyArn: videos.Arn }),
    new iam.DeletePolicyCommand({ PolicyArn }),
  );
  await talk.misses(
    `Policy ${PolicyArn} was not found.`,
    new iam.DeletePolicyCommand({ PolicyArn }),
    new iam.GetPolicyCommand({ PolicyArn }),
    new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: readPhotos }),
    new iam.ListPolicyVersionsCommand({ PolicyArn }),
    new iam.ListPolicyTagsCommand({ PolicyArn }),
    new iam.TagPolicyCommand({ PolicyArn, Tags: tags('a=b') }),
    new iam.UntagPolicyCommand({ PolicyArn, TagKeys: ['a'] }),
  );
};

async function versions(talk: Talk, PolicyArn: string): Promise<void> {
  const version = { VersionId: 'v2', IsDefaultVersion: false, CreateDate: recently };
  await talk.answers(
    new iam.CreatePolicyVersionCommand({
      PolicyArn,
      PolicyDocument: writePhotos,
      SetAsDefault: false,
    }),
    { PolicyVersion: version },
  );
  await talk.answers(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }), {
    PolicyVersion: { ...version, Document: encoded(writePhotos) },
  });
  await talk.does(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
  await talk.lists(
    iam.ListPolicyVersionsCommand,
    { PolicyArn },
    {
      Versions: [
        { ...version, IsDefaultVersion: true },
        { ...version, VersionId: 'v1' },
      ],
    },
  );
  await talk.refuses(
    new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }),
    iam.DeleteConflictException,
    'Cannot delete the default version of a policy.',
  );
  await talk.does(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  await talk.misses(
    `Policy ${PolicyArn} version v1 does not exist or is not attachable.`,
    new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }),
    new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }),
  );
}

async function tagPolicy(talk: Talk, PolicyArn: string): Promise<void> {
  await talk.does(
    new iam.TagPolicyCommand({ PolicyArn, Tags: tags('Zone=us', 'cost=1') }),
    new iam.UntagPolicyCommand({ PolicyArn, TagKeys: ['team', 'zone', 'COST'] }),
  );
  await talk.lists(iam.ListPolicyTagsCommand, { PolicyArn }, { Tags: tags('Zone=us', 'cost=1') });
}
