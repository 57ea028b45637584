import { type ChangeCases, photos } from './change-case.ts';

export const reportChanges: ChangeCases = {
  /** There is a current one: a new one is made in the operation's own tests. */
  GenerateCredentialReport: { input: () => ({}), rows: {} },
  /** A job of long ago goes. */
  GenerateServiceLastAccessedDetails: {
    input: (world) => ({ Arn: photos(world).PolicyArn }),
    rows: { iam_access_job: '-1 +1' },
    of: 'account',
    change: ['account', 'account'],
  },
};
