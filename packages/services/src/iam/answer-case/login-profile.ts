import { type AnswerCases, dave } from './answer-case.ts';

export const loginProfileAnswers: AnswerCases = {
  GetLoginProfile: {
    input: () => dave,
    expect: { user: 'dave', reset: true },
    read: ({ LoginProfile: profile }) => {
      const { UserName: user, PasswordResetRequired: reset } = profile as Record<string, unknown>;
      return { user, reset };
    },
  },
};
