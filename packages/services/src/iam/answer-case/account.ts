import type { AnswerCases } from './answer-case.ts';

export const accountAnswers: AnswerCases = {
  GetAccountPasswordPolicy: {
    input: () => ({}),
    expect: { length: 10, age: 90 },
    read: ({ PasswordPolicy: policy }) => {
      const { MinimumPasswordLength, MaxPasswordAge } = policy as Record<string, number>;
      return { length: MinimumPasswordLength, age: MaxPasswordAge };
    },
  },
  GetAccountSummary: {
    input: () => ({}),
    expect: { counts: [4, 4, 5, 4, 7], mfa: [5, 4, 0], tokenVersion: 2 },
    read: ({ SummaryMap: map }) => {
      const counted = map as Record<string, number>;
      const { Users, Groups, Roles, Policies, PolicyVersionsInUse } = counted;
      const { MFADevices, MFADevicesInUse, AccountMFAEnabled } = counted;
      return {
        counts: [Users, Groups, Roles, Policies, PolicyVersionsInUse],
        mfa: [MFADevices, MFADevicesInUse, AccountMFAEnabled],
        tokenVersion: counted.GlobalEndpointTokenVersion,
      };
    },
  },
  ListAccountAliases: {
    input: () => ({}),
    expect: { AccountAliases: ['alias-ACCOUNT'] },
    lists: ['AccountAliases'],
  },
};
