import { type Answer, type AnswerCases, arn, arnsIn, dave, tagsOf } from './answer-case.ts';

export const userAnswers: AnswerCases = {
  GetUser: {
    input: () => dave,
    expect: { arn: 'arn:aws:iam::ACCOUNT:user/d/dave', ...tagsOf('dave') },
    read: ({ User: user }) => ({ arn: (user as Answer).Arn, Tags: (user as Answer).Tags }),
  },
  ListUsers: {
    input: () => ({}),
    expect: arn('user', '/a/analyst', '/d/dave', '/l/leaver', '/z/zonekeeper'),
    lists: ['Users'],
    read: arnsIn('Users'),
  },
  ListUserTags: { input: () => dave, expect: tagsOf('dave'), lists: ['Tags'] },
};
