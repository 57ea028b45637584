import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts';
import { accessDenied } from '../authorization/access-denied.ts';
import { operation } from '../operation.ts';
import { credentialsAnswer, minimumTokenSize } from './credentials-answer.ts';
import { makerKeyIdOf } from './session-maker.ts';
import { issueSession } from './session-token.ts';

const defaultSeconds = 43_200;

/**
 * A session of the calling user, who needs no permission: the operation is there to give an MFA code
 * once. Source: "GetSessionToken", AWS STS API reference.
 */
export const getSessionToken = operation<GetSessionTokenRequest, GetSessionTokenResponse>({
  authorization: { action: 'none' },
  access: 'read',
  recordsAnswer: true,
  mfa: (input) => ({ serialNumber: input.SerialNumber, tokenCode: input.TokenCode }),
  async run(context, input) {
    const { caller, now, mfa } = context;
    if (caller.kind !== 'user') throw accessDenied();
    const { accountId, userId } = caller;
    const expiresAt = now + (input.DurationSeconds ?? defaultSeconds) * 1000;
    const made = issueSession(
      context.sealing,
      {
        kind: 'user',
        accountId,
        userId,
        issuedAt: now,
        expiresAt,
        makerKeyId: makerKeyIdOf(caller),
        mfa,
      },
      minimumTokenSize(input),
    );
    return credentialsAnswer(made);
  },
});
