import type { ChangeCases } from './change-case.ts';

const ofAccount = { of: 'account', change: ['account', 'account'] } as const;

export const passwordAndAccountChanges: ChangeCases = {
  CreateAccountAlias: {
    input: () => ({ AccountAlias: 'new-alias' }),
    rows: { iam_account_alias: '-1 +1' },
    ...ofAccount,
  },
  DeleteAccountAlias: {
    input: ({ first }) => ({ AccountAlias: `alias-${first.accountId}` }),
    rows: { iam_account_alias: '-1 +0' },
    ...ofAccount,
  },
  DeleteAccountPasswordPolicy: {
    input: () => ({}),
    rows: { iam_password_policy: '-1 +0' },
    ...ofAccount,
  },
  SetSecurityTokenServicePreferences: {
    input: () => ({ GlobalEndpointTokenVersion: 'v1Token' }),
    rows: { iam_account_setting: '-1 +1' },
    ...ofAccount,
  },
  UpdateAccountPasswordPolicy: {
    input: () => ({ MinimumPasswordLength: 14 }),
    rows: { iam_password_policy: '-1 +1' },
    ...ofAccount,
  },
};
