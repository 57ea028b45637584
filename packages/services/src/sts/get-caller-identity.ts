import type {
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import type { Caller } from '../authentication/caller.ts';
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
      : { UserId: uniqueIdOf(caller), Account: accountId, Arn: caller.arn };
  },
});

function uniqueIdOf(caller: Exclude<Caller, { readonly kind: 'anonymous' }>): string {
  switch (caller.kind) {
    case 'root':
      return caller.accountId;
    case 'user':
      return caller.userId;
    case 'assumedRole':
      return `${caller.roleId}:${caller.sessionName}`;
  }
}
