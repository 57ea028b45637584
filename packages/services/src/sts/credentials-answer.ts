import type { Credentials } from '@aws-sdk/client-sts';
import { brokenConstraint } from './error.ts';
import { longestToken, type SessionCredentials } from './session-token.ts';

/** What an answer says of a new session, whatever the session is of. */
export interface CredentialsAnswer {
  readonly Credentials: Credentials;
  /** Of the token, in bytes. */
  readonly SessionTokenSize: number;
  /** In percent of the longest token. */
  readonly SessionTokenUtilization: number;
}

export function credentialsAnswer(made: SessionCredentials): CredentialsAnswer {
  const { length } = made.sessionToken;
  return {
    Credentials: {
      AccessKeyId: made.accessKeyId,
      SecretAccessKey: made.secretAccessKey,
      SessionToken: made.sessionToken,
      Expiration: new Date(made.expiration),
    },
    SessionTokenSize: length,
    SessionTokenUtilization: Math.ceil((100 * length) / longestToken),
  };
}

/** The size that was asked for; 0 or absent: as small as it is. Throws `ValidationError`. */
export function minimumTokenSize({
  MinimumSessionTokenSize: size = 0,
}: {
  readonly MinimumSessionTokenSize?: number | undefined;
}): number {
  if (size >= 0 && size <= longestToken) return size;
  const bound = size < 0 ? 'greater than or equal to 0' : `less than or equal to ${longestToken}`;
  throw brokenConstraint(
    String(size),
    'minimumSessionTokenSize',
    `Member must have value ${bound}`,
  );
}
