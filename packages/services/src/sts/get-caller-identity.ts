import type {
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import { userIdOf } from '../authentication/caller.ts';
import { operation } from '../operation.ts';

/** Needs no permission, and no policy can deny it. */
export const getCallerIdentity = operation<
  GetCallerIdentityCommandInput,
  Omit<GetCallerIdentityCommandOutput, '$metadata'>
>({
  authorization: { action: 'none' },
  access: 'read',
  async run({ caller, accountId }) {
    return caller.kind === 'anonymous'
      ? {}
      : { UserId: userIdOf(caller), Account: accountId, Arn: caller.arn };
  },
});
