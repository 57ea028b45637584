import { randomBytes } from 'node:crypto';
import { newAccessKeyId, type Sealing } from '@carnet/store';

/** What a session token says; readable by nobody but this deployment. */
export interface Session {
  readonly accountId: string;
  /** `AROA…`: a role made again under the same name does not inherit the session. */
  readonly roleId: string;
  readonly sessionName: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Temporary credentials as STS hands them out. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: number;
}

/** The version of the token's shape, its first member. */
const tokenVersion = 1;

/**
 * Makes a session and seals it: the token is the session, no row is written. The secret is random
 * and travels inside of the sealed token, never derived from the key id, which has too few bits.
 */
export function issueSession(
  sealing: Sealing,
  session: Omit<Session, 'accessKeyId' | 'secretAccessKey'>,
): SessionCredentials {
  const accessKeyId = newAccessKeyId('ASIA', session.accountId);
  const secretAccessKey = randomBytes(30).toString('base64');
  const text = JSON.stringify([
    tokenVersion,
    session.accountId,
    session.roleId,
    session.sessionName,
    secretAccessKey,
    session.issuedAt,
    session.expiresAt,
  ]);
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: sealing.seal('session', accessKeyId, Buffer.from(text)),
    expiration: session.expiresAt,
  };
}

/**
 * Opens a token for the access key id it was presented with; undefined when it was altered, belongs
 * to another key or was sealed by another deployment. Expiry is the caller's to check.
 */
export function openSession(
  sealing: Sealing,
  accessKeyId: string,
  sessionToken: string,
): Session | undefined {
  const opened = sealing.open('session', accessKeyId, sessionToken);
  if (!opened) return undefined;
  const [version, accountId, roleId, sessionName, secretAccessKey, issuedAt, expiresAt] =
    JSON.parse(Buffer.from(opened).toString());
  if (version !== tokenVersion) return undefined;
  return { accountId, roleId, sessionName, accessKeyId, secretAccessKey, issuedAt, expiresAt };
}
