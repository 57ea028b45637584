import { type AnswerCases, dave, strings } from './answer-case.ts';

export const accessKeyAnswers: AnswerCases = {
  GetAccessKeyLastUsed: {
    input: ({ accessKeyIds }) => ({ AccessKeyId: accessKeyIds[1] }),
    expect: { UserName: 'dave', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } },
  },
  ListAccessKeys: {
    input: () => dave,
    expect: { users: ['dave', 'dave'] },
    lists: ['AccessKeyMetadata'],
    read: (answer) => ({ users: strings(answer.AccessKeyMetadata, 'UserName') }),
  },
};
