import type { PayloadMode } from '../payload-mode.ts';
import { formatAmzDate } from './amz-date.ts';
import {
  canonicalQuery,
  canonicalRequest,
  encodedOncePath,
  encodedTwicePath,
  normalizePath,
} from './canonical-request.ts';
import { hmacSha256Hex } from './hmac.ts';
import {
  declarePayload,
  isSha256Hex,
  type PayloadDeclaration,
  payloadWords,
} from './payload-declaration.ts';
import type { SignedRequest } from './read-credentials.ts';
import { mismatchMessage, type SignatureRefusal, type SignatureRefusalReason } from './refusal.ts';
import { equalDigests, latin1Bytes, sha256Hex } from './sha256.ts';
import { deriveSigningKey, type SigningKeyCache } from './signing-key.ts';
import { visibleHeaders } from './visible-header.ts';

export interface VerificationOptions {
  readonly secretAccessKey: string;
  /** Kept by the caller, one for all requests. */
  readonly signingKeys?: SigningKeyCache;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * Hex of the whole body. Required for every service but S3, where the declared hash counts and
   * the body is checked while it is read.
   */
  readonly bodySha256: string | undefined;
  /** Milliseconds that the clocks may differ; 15 minutes, AWS's, unless told otherwise. */
  readonly maxSkew?: number;
  /** Whether dot segments count and paths are encoded twice; for every service but S3. */
  readonly normalizePath?: boolean;
}

export type SignatureVerification =
  | {
      readonly ok: true;
      /** Lower-case names; what was signed and `frozenHeaders`, nothing else. */
      readonly headers: ReadonlyMap<string, string>;
      /** Decoded, in order, without what presigning added. */
      readonly query: readonly (readonly [string, string])[];
      /** The path as it was signed, percent-encoded; the target's may hold dot segments. */
      readonly path: string;
      readonly payload: PayloadMode;
    }
  | { readonly ok: false; readonly refusal: SignatureRefusal };

/**
 * Decides whether the holder of this secret signed this request ("Create a signed AWS API request",
 * IAM User Guide; "Authenticating Requests", Amazon S3 API Reference). Throws only for a missing
 * `bodySha256`, which is a bug of the caller.
 */
export function verifySignature(
  signed: SignedRequest,
  options: VerificationOptions,
): SignatureVerification {
  const problem = unsignedProblem(signed) ?? timeProblem(signed, options);
  if (problem !== undefined) return { ok: false, refusal: problem };
  const payload = readPayload(signed, options.bodySha256);
  if ('reason' in payload) return { ok: false, refusal: payload };
  const signingKey = matchingKey(signed, options, payload.canonical);
  if (signingKey === undefined) {
    return refused(signed, 'signatureMismatch', mismatchMessage(signed.scope.service));
  }
  const { head, scope } = signed;
  const normalized = options.normalizePath ?? scope.service !== 's3';
  return {
    ok: true,
    headers: visibleHeaders(head, signed.claim.visible, signed.hoistedHeaders),
    query: signed.form === 'header' ? head.query : head.query.filter(isOperationParameter),
    path: normalized ? normalizePath(head.path) : head.path,
    payload: payloadMode(signed, payload.declaration, signingKey),
  };
}

function refused(
  signed: SignedRequest,
  reason: SignatureRefusalReason,
  message: string,
): { readonly ok: false; readonly refusal: SignatureRefusal } {
  return { ok: false, refusal: refusal(signed, reason, message) };
}

function refusal(
  signed: SignedRequest,
  reason: SignatureRefusalReason,
  message: string,
): SignatureRefusal {
  return { reason, message, service: signed.scope.service };
}

/** `X-Amz-*` parameters of a presigned URL are its signature or count as headers. */
function isOperationParameter([name]: readonly [string, string]): boolean {
  return !/^x-amz-/i.test(name);
}

/** Host, date and every `x-amz-` header must be signed; the hash of the body is bound anyway. */
function unsignedProblem(signed: SignedRequest): SignatureRefusal | undefined {
  const { head, signedHeaders } = signed;
  if (!signedHeaders.includes('host')) return refusal(signed, 'unsignedHeader', unsignedHost);
  if (signed.form === 'header' && !head.headers.has('x-amz-date')) {
    if (!signedHeaders.includes('date')) return refusal(signed, 'unsignedHeader', unsignedDate);
  }
  for (const name of head.headers.keys()) {
    if (!name.startsWith('x-amz-') || name === 'x-amz-content-sha256') continue;
    if (signedHeaders.includes(name)) continue;
    return refusal(signed, 'unsignedHeader', unsignedHeaders);
  }
  return undefined;
}

const unsignedHost = "'Host' must be a 'SignedHeader' in the AWS Authorization.";
const unsignedDate = "'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.";
const unsignedHeaders = 'There were headers present in the request which were not signed';

const minute = 60_000;

function timeProblem(
  signed: SignedRequest,
  options: VerificationOptions,
): SignatureRefusal | undefined {
  const { now, maxSkew = 15 * minute } = options;
  const { timestamp, amzDate, scope } = signed;
  const isS3 = scope.service === 's3';
  if (signed.form === 'presigned') {
    if (timestamp - now > maxSkew) {
      return refusal(signed, 'presignedNotYetValid', 'Request is not valid yet');
    }
    // Other services keep to their 15 minutes whatever the URL says.
    const lifetime = isS3 ? (signed.expiresIn ?? 0) * 1000 : maxSkew;
    if (now - timestamp <= lifetime) return undefined;
    return refusal(signed, 'presignedExpired', 'Request has expired');
  }
  if (Math.abs(now - timestamp) <= maxSkew) return undefined;
  if (isS3) {
    const message = 'The difference between the request time and the current time is too large.';
    return refusal(signed, 'skewed', message);
  }
  const late = timestamp < now;
  const limit = formatAmzDate(late ? now - maxSkew : now + maxSkew);
  const sum = `${formatAmzDate(now)} ${late ? '-' : '+'} ${maxSkew / minute} min.`;
  return late
    ? refusal(
        signed,
        'expired',
        `Signature expired: ${amzDate} is now earlier than ${limit} (${sum})`,
      )
    : refusal(
        signed,
        'notYetCurrent',
        `Signature not yet current: ${amzDate} is still later than ${limit} (${sum})`,
      );
}

interface ReadPayload {
  /** The last line of the canonical request. */
  readonly canonical: string;
  readonly declaration: PayloadDeclaration;
}

function readPayload(
  signed: SignedRequest,
  bodySha256: string | undefined,
): ReadPayload | SignatureRefusal {
  return signed.scope.service === 's3'
    ? readS3Payload(signed)
    : readWholePayload(signed, bodySha256);
}

/** Every service but S3: the body is a part of the request, whatever a client declares. */
function readWholePayload(
  signed: SignedRequest,
  bodySha256: string | undefined,
): ReadPayload | SignatureRefusal {
  if (bodySha256?.length !== 64) {
    throw new TypeError(`the body's hash is needed to verify a request to ${signed.scope.service}`);
  }
  const declared = signed.contentSha256;
  // Both are public, unlike a signature.
  const declaredRight = declared === undefined || declared === bodySha256;
  if (!declaredRight && !isSha256Hex(declared)) {
    const message = `Only S3 takes a body that is not signed as a whole.`;
    return refusal(signed, 'unsupportedPayload', message);
  }
  if (!declaredRight) {
    return refusal(signed, 'payloadMismatch', mismatchMessage(signed.scope.service));
  }
  return { canonical: bodySha256, declaration: { kind: 'hash', sha256: bodySha256 } };
}

function readS3Payload(signed: SignedRequest): ReadPayload | SignatureRefusal {
  const { form, contentSha256, head } = signed;
  if (contentSha256 === undefined) {
    if (form === 'presigned') {
      return { canonical: payloadWords.unsigned, declaration: { kind: 'unsigned' } };
    }
    const message = 'Missing required header for this request: x-amz-content-sha256';
    return refusal(signed, 'missingContentSha256', message);
  }
  const declaration = declarePayload(contentSha256, head.headers);
  if ('reason' in declaration || form === 'header') {
    return 'reason' in declaration ? declaration : { canonical: contentSha256, declaration };
  }
  if (declaration.kind === 'unsignedChunks' || declaration.kind === 'signedChunks') {
    return refusal(signed, 'unsupportedPayload', 'A presigned URL takes no streaming payload.');
  }
  const name = 'x-amz-content-sha256';
  if (declaration.kind === 'hash' && head.headers.has(name)) {
    // Whoever holds a presigned URL may not decide what its signature covers.
    if (!signed.signedHeaders.includes(name)) {
      return refusal(signed, 'unsignedHeader', unsignedHeaders);
    }
  }
  return { canonical: contentSha256, declaration };
}

function payloadMode(
  signed: SignedRequest,
  declaration: PayloadDeclaration,
  signingKey: Uint8Array,
): PayloadMode {
  if (declaration.kind !== 'signedChunks') return declaration;
  return {
    kind: 'signedChunks',
    trailers: declaration.trailers,
    signingKey,
    amzDate: signed.amzDate,
    scope: signed.claim.credential.scopeText,
    seedSignature: signed.signature,
  };
}

/** The signing key, when it made this signature. */
function matchingKey(
  signed: SignedRequest,
  options: VerificationOptions,
  payloadHash: string,
): Uint8Array | undefined {
  const { head, amzDate } = signed;
  const { credential, signedHeaders, signedHeadersText } = signed.claim;
  const { secretAccessKey, signingKeys } = options;
  const known = signingKeys?.find(credential, secretAccessKey);
  const signingKey = known ?? deriveSigningKey(secretAccessKey, credential.scope);
  const query = canonicalQuery(head.query);
  for (const path of canonicalPaths(signed, options)) {
    const text = canonicalRequest({
      method: head.method,
      path,
      query,
      signedHeaders,
      signedHeadersText,
      headers: head.headers,
      payloadHash,
    });
    if (text === undefined) return undefined;
    const digest = sha256Hex(head.ascii ? text : latin1Bytes(text));
    const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${credential.scopeText}\n${digest}`;
    if (!equalDigests(hmacSha256Hex(signingKey, stringToSign), signed.signature)) continue;
    if (known === undefined) signingKeys?.keep(credential, secretAccessKey, signingKey);
    return signingKey;
  }
  return undefined;
}

/**
 * S3's clients sign the path in the spelling that they send, others in the canonical spelling; the
 * two differ only for a path such as `/a(b)`, and both decode to the same segments.
 */
function canonicalPaths(signed: SignedRequest, options: VerificationOptions): readonly string[] {
  const { path } = signed.head;
  if (options.normalizePath ?? signed.scope.service !== 's3') return [encodedTwicePath(path)];
  const encoded = encodedOncePath(path);
  return encoded === path ? [path] : [encoded, path];
}
