import {
  type Answer,
  type AnswerCases,
  arn,
  arnsIn,
  photos,
  resourceOf,
  strings,
  tagsOf,
} from './answer-case.ts';

export const managedPolicyAnswers: AnswerCases = {
  GetPolicy: {
    input: photos,
    expect: { arn: 'arn:aws:iam::ACCOUNT:policy/d/Photos', count: 6, ...tagsOf('Photos') },
    read: ({ Policy: policy }) => {
      const { Arn, AttachmentCount: count, Tags } = policy as Record<string, unknown>;
      return { arn: Arn, count, Tags };
    },
  },
  GetPolicyVersion: {
    input: (world) => ({ ...photos(world), VersionId: 'v2' }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-Photos-v2' },
    read: ({ PolicyVersion: version }) => ({ document: resourceOf((version as Answer).Document) }),
  },
  ListEntitiesForPolicy: {
    input: photos,
    expect: {
      groups: ['Developers', 'Zookeepers'],
      roles: ['DRole', 'ZRole'],
      users: ['dave', 'zonekeeper'],
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
