import * as iam from '@aws-sdk/client-iam';
import { type Conversation, encoded, recently, type Talk, tags, trustOf } from './talk.ts';

const InstanceProfileName = 'photo-app';

export const instanceProfileConversation: Conversation = async (talk) => {
  const Path = '/apps/';
  const profile = {
    Path,
    InstanceProfileName,
    InstanceProfileId: /^AIPA[A-Z0-9]{17}$/,
    Arn: talk.arn('instance-profile/apps/photo-app'),
    CreateDate: recently,
    Roles: [],
  };
  const Tags = tags('team=photos', 'zone=eu');
  await talk.answers(new iam.CreateInstanceProfileCommand({ InstanceProfileName, Path, Tags }), {
    InstanceProfile: { ...profile, Tags },
  });
  await talk.answers(new iam.GetInstanceProfileCommand({ InstanceProfileName: 'PHOTO-APP' }), {
    InstanceProfile: { ...profile, Tags },
  });
  await talk.refuses(
    new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'Photo-App' }),
    iam.EntityAlreadyExistsException,
    'Instance Profile Photo-App already exists.',
  );
  const other = { InstanceProfileName: 'video-app' };
  await talk.call(new iam.CreateInstanceProfileCommand({ ...other, Path }));
  const video = { ...profile, ...other, Arn: talk.arn('instance-profile/apps/video-app') };
  await talk.lists(
    iam.ListInstanceProfilesCommand,
    { PathPrefix: Path },
    { InstanceProfiles: [profile, video] },
  );
  await talk.refuses(
    new iam.ListInstanceProfilesCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await tagInstanceProfile(talk);
  await roleOfInstanceProfile(talk, profile);
  await talk.does(
    new iam.DeleteInstanceProfileCommand({ InstanceProfileName }),
    new iam.DeleteInstanceProfileCommand(other),
  );
  const role = { InstanceProfileName, RoleName: 'ProfileRole' };
  await talk.misses(
    'Instance Profile photo-app cannot be found.',
    new iam.DeleteInstanceProfileCommand({ InstanceProfileName }),
    new iam.GetInstanceProfileCommand({ InstanceProfileName }),
    new iam.TagInstanceProfileCommand({ InstanceProfileName, Tags }),
    new iam.UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['a'] }),
    new iam.ListInstanceProfileTagsCommand({ InstanceProfileName }),
    new iam.AddRoleToInstanceProfileCommand(role),
    new iam.RemoveRoleFromInstanceProfileCommand(role),
  );
};

async function tagInstanceProfile(talk: Talk): Promise<void> {
  await talk.does(
    new iam.TagInstanceProfileCommand({ InstanceProfileName, Tags: tags('Zone=us', 'cost=1') }),
    new iam.UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['team', 'zone', 'COST'] }),
  );
  await talk.lists(
    iam.ListInstanceProfileTagsCommand,
    { InstanceProfileName },
    { Tags: tags('Zone=us', 'cost=1') },
  );
}

async function roleOfInstanceProfile(talk: Talk, profile: object): Promise<void> {
  const role = { InstanceProfileName, RoleName: 'ProfileRole' };
  await talk.call(
    new iam.CreateRoleCommand({
      RoleName: 'ProfileRole',
      AssumeRolePolicyDocument: trustOf('ec2.amazonaws.com'),
    }),
  );
  await talk.does(new iam.AddRoleToInstanceProfileCommand(role));
  await talk.answers(new iam.GetInstanceProfileCommand({ InstanceProfileName }), {
    InstanceProfile: {
      ...profile,
      Tags: tags('Zone=us', 'cost=1'),
      Roles: [
        {
          Path: '/',
          RoleName: 'ProfileRole',
          RoleId: /^AROA[A-Z0-9]{17}$/,
          Arn: talk.arn('role/ProfileRole'),
          CreateDate: recently,
          AssumeRolePolicyDocument: encoded(trustOf('ec2.amazonaws.com')),
        },
      ],
    },
  });
  await talk.refuses(
    new iam.AddRoleToInstanceProfileCommand(role),
    iam.LimitExceededException,
    'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
  );
  await talk.refuses(
    new iam.DeleteInstanceProfileCommand({ InstanceProfileName }),
    iam.DeleteConflictException,
    'Cannot delete entity, must remove roles from instance profile first.',
  );
  await talk.does(
    new iam.RemoveRoleFromInstanceProfileCommand(role),
    new iam.DeleteRoleCommand({ RoleName: 'ProfileRole' }),
  );
}
