import {
  type Answer,
  type AnswerCases,
  arn,
  arnsIn,
  photos,
  resourceOf,
  strings,
  tagsOf,
  zoo,
} from './answer-case.ts';

export const managedPolicyAnswers: AnswerCases = {
  GetPolicy: {
    input: zoo,
    expect: { arn: 'arn:aws:iam::ACCOUNT:policy/z/Zoo', counts: [3, 4], ...tagsOf('Zoo') },
    read: ({ Policy: policy }) => {
      const { Arn, AttachmentCount, PermissionsBoundaryUsageCount, Tags } = policy as Answer;
      return { arn: Arn, counts: [AttachmentCount, PermissionsBoundaryUsageCount], Tags };
    },
  },
  GetPolicyVersion: {
    input: (world) => ({ ...photos(world), VersionId: 'v2' }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-Photos-v2' },
    read: ({ PolicyVersion: version }) => ({ document: resourceOf((version as Answer).Document) }),
  },
  ListEntitiesForPolicy: {
    input: zoo,
    expect: {
      groups: ['Zookeepers'],
      roles: ['ARole', 'DRole', 'ZRole'],
      users: ['leaver', 'zonekeeper'],
    },
    lists: ['PolicyGroups', 'PolicyRoles', 'PolicyUsers'],
    read: (answer) => ({
      groups: strings(answer.PolicyGroups, 'GroupName'),
      roles: strings(answer.PolicyRoles, 'RoleName'),
      users: strings(answer.PolicyUsers, 'UserName'),
    }),
  },
  ListPolicies: {
    input: () => ({ Scope: 'Local' }),
    expect: arn('policy', '/a/Another', '/d/Photos', '/u/unused', '/z/Zoo'),
    lists: ['Policies'],
    read: arnsIn('Policies'),
  },
  ListPolicyTags: { input: photos, expect: tagsOf('Photos'), lists: ['Tags'] },
  ListPolicyVersions: {
    input: photos,
    expect: { ids: ['v2', 'v1'] },
    lists: ['Versions'],
    read: (answer) => ({ ids: strings(answer.Versions, 'VersionId') }),
  },
};
