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

/** A token has at most so many characters, whatever is in the session. */
export const longestToken = 4096;
/** Version, data key id, IV and tag of what is sealed. */
const sealedOverhead = 37;
const mostBytes = bytesOf(longestToken);

/**
 * Makes a session and seals it: the token is the session, no row is written. The secret is random
 * and travels inside of the sealed token, never derived from the key id, which has too few bits. The
 * token has at least `minimumSize` characters. Throws `PackedPolicyTooLarge` when policies and tags do
 * not fit in.
 */
export function issueSession(
  sealing: Sealing,
  session: Session,
  minimumSize = 0,
): SessionCredentials {
  const accessKeyId = newAccessKeyId('ASIA', session.accountId);
  const secretAccessKey = newSecretAccessKey();
  const packed = hasPackedPart(session);
  const bytes = writeSession({ session, secretAccessKey }, packed);
  const packedPolicySize = packed ? percentage(bytes, { session, secretAccessKey }) : undefined;
  if (bytes.length > mostBytes) throw tooLarge(session, packedPolicySize ?? 100);
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: sealing.seal('session', accessKeyId, padded(bytes, minimumSize)),
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
  if (sessionToken.length > longestToken) return undefined;
  const opened = sealing.open('session', accessKeyId, sessionToken);
  if (!opened) return undefined;
  const rest = opened.subarray(1);
  if (opened[0] === plainText) return readSession(Buffer.from(rest).toString());
  if (opened[0] === deflatedText) return readSession(inflateRawSync(rest).toString());
  return undefined;
}

/** How many bytes a token of so many characters holds, beside what seals them. */
function bytesOf(characters: number): number {
  return Math.floor((characters * 3) / 4) - sealedOverhead;
}

/** With white space behind it, which is nothing to JSON and stands behind the end of what is deflated. */
function padded(bytes: Buffer, minimumSize: number): Buffer {
  const missing = Math.ceil((minimumSize * 3) / 4) - sealedOverhead - bytes.length;
  return missing > 0 ? Buffer.concat([bytes, Buffer.alloc(missing, ' ')]) : bytes;
}

function tooLarge({ policies }: Session, size: number): ApiError {
  const message = policies
    ? `Packed policy consumes ${size}% of allotted space, please use smaller policy.`
    : `Packed size of session tags consumes ${size}% of allotted space.`;
  return new ApiError('PackedPolicyTooLarge', 400, message);
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
