import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { newAccessKeyId, newSecretAccessKey, type Sealing } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Session } from './session.ts';

/** Temporary credentials as STS hands them out. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiration: number;
  /** How much of the room for policies and tags they take, in percent; undefined: there are none. */
  readonly packedPolicySize: number | undefined;
}

export interface OpenedSession {
  readonly session: Session;
  readonly secretAccessKey: string;
}

/** The first byte says how the rest is written. */
const plainText = 2;
const deflatedText = 3;

/** A token has fewer characters, whatever is in the session. */
const longestToken = 4096;
/** Version, data key id, IV and tag of what is sealed. */
const sealedOverhead = 37;
const mostBytes = Math.floor(((longestToken - 1) * 3) / 4) - sealedOverhead;

/**
 * Makes a session and seals it: the token is the session, no row is written. The secret is random
 * and travels inside of the sealed token, never derived from the key id, which has too few bits.
 * Throws `PackedPolicyTooLarge` when policies and tags do not fit in.
 */
export function issueSession(sealing: Sealing, session: Session): SessionCredentials {
  const accessKeyId = newAccessKeyId('ASIA', session.accountId);
  const secretAccessKey = newSecretAccessKey();
  const packed = hasPackedPart(session);
  const bytes = writeSession({ session, secretAccessKey }, packed);
  const packedPolicySize = packed ? percentage(bytes, { session, secretAccessKey }) : undefined;
  if (bytes.length > mostBytes) {
    const message =
      'Packed policy consumes ' +
      `${packedPolicySize ?? 100}% of allotted space, please use smaller policy.`;
    throw new ApiError('PackedPolicyTooLarge', 400, message);
  }
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: sealing.seal('session', accessKeyId, bytes),
    expiration: session.expiresAt,
    packedPolicySize,
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
): OpenedSession | undefined {
  const opened = sealing.open('session', accessKeyId, sessionToken);
  if (!opened) return undefined;
  const rest = opened.subarray(1);
  if (opened[0] === plainText) return readSession(Buffer.from(rest).toString());
  if (opened[0] === deflatedText) return readSession(inflateRawSync(rest).toString());
  return undefined;
}

function hasPackedPart(session: Session): boolean {
  const tags = 'tags' in session ? session.tags.size : 0;
  return tags > 0 || session.policies !== undefined;
}

function writeSession(opened: OpenedSession, deflated: boolean): Buffer {
  const text = Buffer.from(JSON.stringify(opened, writeMap));
  if (!deflated) return Buffer.concat([Buffer.of(plainText), text]);
  return Buffer.concat([Buffer.of(deflatedText), deflateRawSync(text, { level: 9 })]);
}

/** What policies and tags take of the room that everything else leaves them. */
function percentage(bytes: Buffer, { session, secretAccessKey }: OpenedSession): number {
  const { policies: _, ...rest } = session;
  const bare = 'tags' in rest ? { ...rest, tags: new Map() } : rest;
  const others = writeSession({ session: bare as Session, secretAccessKey }, true).length;
  const part = Math.max(0, bytes.length - others) / (mostBytes - others);
  return Math.ceil(100 * part);
}

function readSession(text: string): OpenedSession {
  return JSON.parse(text, readMap);
}

/** Tags are the only map. */
function writeMap(key: string, value: unknown): unknown {
  return key === 'tags' && value instanceof Map ? [...value] : value;
}

function readMap(key: string, value: unknown): unknown {
  return key === 'tags' && Array.isArray(value) ? new Map(value) : value;
}
