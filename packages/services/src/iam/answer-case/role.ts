import { type Answer, type AnswerCases, arn, arnsIn, dRole, tagsOf } from './answer-case.ts';

export const roleAnswers: AnswerCases = {
  GetRole: {
    input: () => dRole,
    expect: { arn: 'arn:aws:iam::ACCOUNT:role/d/DRole', ...tagsOf('DRole') },
    read: ({ Role: role }) => ({ arn: (role as Answer).Arn, Tags: (role as Answer).Tags }),
  },
  ListRoles: {
    input: () => ({}),
    expect: arn('role', '/a/ARole', '/d/DRole', '/z/ZRole'),
    lists: ['Roles'],
    read: arnsIn('Roles'),
  },
  ListRoleTags: { input: () => dRole, expect: tagsOf('DRole'), lists: ['Tags'] },
};
