import type { AnswerCases } from './answer-case.ts';

export const accountAnswers: AnswerCases = {
  GetAccountSummary: {
    input: () => ({}),
    expect: { counts: [4, 4, 5, 4, 7] },
    read: ({ SummaryMap: map }) => {
      const { Users, Groups, Roles, Policies, PolicyVersionsInUse } = map as Record<string, number>;
      return { counts: [Users, Groups, Roles, Policies, PolicyVersionsInUse] };
    },
  },
};
