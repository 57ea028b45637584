import { davesPassword } from '../testing-world.ts';
import { type ChangeCases, dave, leaver, ofDave, ofLeaver } from './change-case.ts';

export const loginProfileChanges: ChangeCases = {
  ChangePassword: {
    input: () => ({ OldPassword: davesPassword, NewPassword: 'another-Horse-2' }),
    rows: { iam_login_profile: '-1 +1' },
    asDave: true,
    ...ofDave,
  },
  CreateLoginProfile: {
    input: () => ({ ...leaver, Password: davesPassword }),
    rows: { iam_login_profile: '-0 +1' },
    ...ofLeaver,
  },
  DeleteLoginProfile: {
    input: () => dave,
    rows: { iam_login_profile: '-1 +0' },
    ...ofDave,
  },
  UpdateLoginProfile: {
    input: () => ({ ...dave, PasswordResetRequired: false }),
    rows: { iam_login_profile: '-1 +1' },
    ...ofDave,
  },
};
