import {
  type Answer,
  type AnswerCases,
  arn,
  arnsIn,
  boundaryOf,
  dave,
  tagsOf,
} from './answer-case.ts';

export const userAnswers: AnswerCases = {
  GetUser: {
    input: () => ({ UserName: 'ZONEKEEPER' }),
    expect: {
      arn: 'arn:aws:iam::ACCOUNT:user/z/zonekeeper',
      ...boundaryOf('/z/Zoo'),
      ...tagsOf('zonekeeper'),
    },
    read: ({ User: user }) => {
      const { Arn, PermissionsBoundary, Tags } = user as Answer;
      return { arn: Arn, PermissionsBoundary, Tags };
    },
  },
  ListUsers: {
    input: () => ({}),
    expect: arn('user', '/a/analyst', '/d/dave', '/l/leaver', '/z/zonekeeper'),
    lists: ['Users'],
    read: arnsIn('Users'),
  },
  ListUserTags: { input: () => dave, expect: tagsOf('dave'), lists: ['Tags'] },
};
