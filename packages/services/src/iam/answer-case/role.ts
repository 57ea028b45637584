import {
  type Answer,
  type AnswerCases,
  arn,
  arnsIn,
  boundaryOf,
  dRole,
  tagsOf,
} from './answer-case.ts';

export const roleAnswers: AnswerCases = {
  GetRole: {
    input: () => dRole,
    expect: {
      arn: 'arn:aws:iam::ACCOUNT:role/d/DRole',
      ...boundaryOf('/z/Zoo'),
      ...tagsOf('DRole'),
    },
    read: ({ Role: role }) => {
      const { Arn, PermissionsBoundary, Tags } = role as Answer;
      return { arn: Arn, PermissionsBoundary, Tags };
    },
  },
  ListRoles: {
    input: () => ({}),
    expect: arn(
      'role',
      '/a/ARole',
      '/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      '/d/DRole',
      '/l/IdleRole',
      '/z/ZRole',
    ),
    lists: ['Roles'],
    read: arnsIn('Roles'),
  },
  ListRoleTags: { input: () => dRole, expect: tagsOf('DRole'), lists: ['Tags'] },
};
