import * as iam from '@aws-sdk/client-iam';
import {
  type Conversation,
  encoded,
  policyOf,
  readPhotos,
  recently,
  type Talk,
  tags,
  trustOf,
} from './talk.ts';

const RoleName = 'PhotoAppRole';
const Path = '/apps/';

export const roleConversation: Conversation = async (talk) => {
  const role = {
    Path,
    RoleName,
    RoleId: /^AROA[A-Z0-9]{17}$/,
    Arn: talk.arn('role/apps/PhotoAppRole'),
    CreateDate: recently,
    AssumeRolePolicyDocument: encoded(trustOf('ec2.amazonaws.com')),
  };
  const settings = { Description: 'Reads photos', MaxSessionDuration: 7200 };
  const Tags = tags('team=photos', 'zone=eu');
  const AssumeRolePolicyDocument = trustOf('ec2.amazonaws.com');
  const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
  const PermissionsBoundary = {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: boundary,
  };
  await talk.answers(
    new iam.CreateRoleCommand({
      RoleName,
      Path,
      AssumeRolePolicyDocument,
      ...settings,
      PermissionsBoundary: boundary,
      Tags,
    }),
    { Role: { ...role, PermissionsBoundary, Tags } },
  );
  await talk.answers(new iam.GetRoleCommand({ RoleName: 'photoapprole' }), {
    Role: { ...role, ...settings, PermissionsBoundary, Tags, RoleLastUsed: {} },
  });
  await talk.refuses(
    new iam.CreateRoleCommand({ RoleName: 'PHOTOAPPROLE', AssumeRolePolicyDocument }),
    iam.EntityAlreadyExistsException,
    'Role with name PHOTOAPPROLE already exists.',
  );
  const other = { RoleName: 'VideoAppRole', Path, AssumeRolePolicyDocument };
  await talk.call(new iam.CreateRoleCommand(other));
  const video = {
    ...role,
    RoleName: 'VideoAppRole',
    Arn: talk.arn('role/apps/VideoAppRole'),
    MaxSessionDuration: 3600,
  };
  await talk.lists(
    iam.ListRolesCommand,
    { PathPrefix: Path },
    { Roles: [{ ...role, ...settings }, video] },
  );
  await talk.refuses(
    new iam.ListRolesCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await changeRole(talk, role);
  await policiesOfRole(talk);
  await profilesOfRole(talk);
  await talk.does(
    new iam.DeleteRoleCommand({ RoleName }),
    new iam.DeleteRoleCommand({ RoleName: 'VideoAppRole' }),
  );
  await missRole(talk);
};

async function changeRole(talk: Talk, role: object): Promise<void> {
  await talk.does(
    new iam.UpdateRoleCommand({ RoleName, Description: 'Reads', MaxSessionDuration: 43_200 }),
    new iam.UpdateAssumeRolePolicyCommand({
      RoleName,
      PolicyDocument: trustOf('lambda.amazonaws.com'),
    }),
    new iam.TagRoleCommand({ RoleName, Tags: tags('cost=1', 'Zone=us') }),
    new iam.UntagRoleCommand({ RoleName, TagKeys: ['TEAM'] }),
    new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }),
  );
  const changed = {
    ...role,
    AssumeRolePolicyDocument: encoded(trustOf('lambda.amazonaws.com')),
  };
  await talk.answers(new iam.GetRoleCommand({ RoleName }), {
    Role: {
      ...changed,
      Description: 'Reads',
      MaxSessionDuration: 43_200,
      Tags: tags('cost=1', 'Zone=us'),
      RoleLastUsed: {},
    },
  });
  await talk.lists(iam.ListRoleTagsCommand, { RoleName }, { Tags: tags('cost=1', 'Zone=us') });
  await talk.answers(new iam.UpdateRoleDescriptionCommand({ RoleName, Description: 'Looks' }), {
    Role: { ...changed, Description: 'Looks' },
  });
  await talk.refuses(
    new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: '{}' }),
    iam.MalformedPolicyDocumentException,
    /./,
  );
}

async function policiesOfRole(talk: Talk): Promise<void> {
  const documents = {
    list: policyOf({ Effect: 'Deny', Action: 's3:*', Resource: '*' }),
    read: readPhotos,
  };
  for (const [PolicyName, PolicyDocument] of Object.entries(documents)) {
    await talk.does(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await talk.answers(new iam.GetRolePolicyCommand({ RoleName, PolicyName }), {
      RoleName,
      PolicyName,
      PolicyDocument: encoded(PolicyDocument),
    });
  }
  await talk.lists(iam.ListRolePoliciesCommand, { RoleName }, { PolicyNames: ['list', 'read'] });
  await talk.refuses(
    new iam.DeleteRoleCommand({ RoleName }),
    iam.DeleteConflictException,
    'Cannot delete entity, must delete policies first.',
  );
  for (const PolicyName of Object.keys(documents)) {
    await talk.does(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
  await talk.misses(
    'The role policy with name read cannot be found.',
    new iam.GetRolePolicyCommand({ RoleName, PolicyName: 'read' }),
    new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'read' }),
  );
  const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;
  const AttachedPolicies = ['PowerUserAccess', 'ReadOnlyAccess'].map((PolicyName) => ({
    PolicyName,
    PolicyArn: aws(PolicyName),
  }));
  for (const { PolicyArn } of AttachedPolicies) {
    await talk.does(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
  }
  await talk.lists(
    iam.ListAttachedRolePoliciesCommand,
    { RoleName, PathPrefix: '/' },
    { AttachedPolicies },
  );
  for (const { PolicyArn } of AttachedPolicies) {
    await talk.does(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await talk.misses(
      `Policy ${PolicyArn} was not found.`,
      new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }),
    );
  }
}

async function profilesOfRole(talk: Talk): Promise<void> {
  const names = ['photo-one', 'photo-two'];
  for (const InstanceProfileName of names) {
    await talk.call(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
    await talk.does(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  }
  const InstanceProfiles = names.map((InstanceProfileName) => ({
    Path: '/',
    InstanceProfileName,
    InstanceProfileId: /^AIPA/,
    Arn: talk.arn(`instance-profile/${InstanceProfileName}`),
    CreateDate: recently,
    Roles: [
      {
        Path,
        RoleName,
        RoleId: /^AROA/,
        Arn: talk.arn('role/apps/PhotoAppRole'),
        CreateDate: recently,
        AssumeRolePolicyDocument: encoded(trustOf('lambda.amazonaws.com')),
      },
    ],
  }));
  await talk.lists(iam.ListInstanceProfilesForRoleCommand, { RoleName }, { InstanceProfiles });
  await talk.refuses(
    new iam.DeleteRoleCommand({ RoleName }),
    iam.DeleteConflictException,
    'Cannot delete entity, must remove roles from instance profile first.',
  );
  for (const InstanceProfileName of names) {
    await talk.does(
      new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }),
      new iam.DeleteInstanceProfileCommand({ InstanceProfileName }),
    );
  }
}

async function missRole(talk: Talk): Promise<void> {
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  await talk.misses(
    'The role with name PhotoAppRole cannot be found.',
    new iam.GetRoleCommand({ RoleName }),
    new iam.UpdateRoleCommand({ RoleName }),
    new iam.UpdateRoleDescriptionCommand({ RoleName, Description: '' }),
    new iam.DeleteRoleCommand({ RoleName }),
    new iam.TagRoleCommand({ RoleName, Tags: tags('a=b') }),
    new iam.UntagRoleCommand({ RoleName, TagKeys: ['a'] }),
    new iam.ListRoleTagsCommand({ RoleName }),
    new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'x', PolicyDocument: readPhotos }),
    new iam.ListRolePoliciesCommand({ RoleName }),
    new iam.ListAttachedRolePoliciesCommand({ RoleName }),
    new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }),
    new iam.ListInstanceProfilesForRoleCommand({ RoleName }),
    new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }),
  );
}
