import type { PayloadMode } from '../payload-mode.ts';
import type { SignatureRefusal, SignatureRefusalReason } from './refusal.ts';
import type { RequestHead } from './request-head.ts';

/** The values of `x-amz-content-sha256` that are no hash. */
export const payloadWords = {
  unsigned: 'UNSIGNED-PAYLOAD',
  unsignedChunks: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  signedChunks: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  signedChunksWithTrailer: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
} as const;

/** What `x-amz-content-sha256` says about an S3 request's body. */
export type PayloadDeclaration =
  | { readonly kind: 'hash'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'unsignedChunks'; readonly trailers: readonly string[] }
  | { readonly kind: 'signedChunks'; readonly trailers: readonly string[] | undefined };

const hexDigest = /^[0-9a-f]{64}$/;

export function isSha256Hex(text: string): boolean {
  return hexDigest.test(text);
}

/** Reads the declaration and, for a form with trailers, the names in `x-amz-trailer`. */
export function declarePayload(
  value: string,
  headers: ReadonlyMap<string, string>,
): PayloadDeclaration | SignatureRefusal {
  if (hexDigest.test(value)) return { kind: 'hash', sha256: value };
  switch (value) {
    case payloadWords.unsigned:
      return { kind: 'unsigned' };
    case payloadWords.signedChunks:
      return { kind: 'signedChunks', trailers: undefined };
    case payloadWords.unsignedChunks:
    case payloadWords.signedChunksWithTrailer: {
      const trailers = parseTrailerNames(headers.get('x-amz-trailer') ?? '');
      if (trailers === undefined) return refuse('malformedTrailer', malformedTrailer);
      const kind = value === payloadWords.unsignedChunks ? 'unsignedChunks' : 'signedChunks';
      return { kind, trailers };
    }
    default:
      return refuse('invalidContentSha256', invalidContentSha256);
  }
}

/** The payload of a request without credentials: a signed chunk has nobody to sign it. */
export function anonymousPayload(head: RequestHead): PayloadMode | SignatureRefusal {
  const value = head.headers.get('x-amz-content-sha256');
  if (value === undefined) return { kind: 'unsigned' };
  const declaration = declarePayload(value, head.headers);
  if ('reason' in declaration || declaration.kind !== 'signedChunks') return declaration;
  return refuse('unsupportedPayload', 'A request without credentials cannot sign its chunks.');
}

const invalidContentSha256 =
  'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, ' +
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, ' +
  'or a valid sha256 value.';

const malformedTrailer = 'The value specified in the x-amz-trailer header is not supported';

/** More than one checksum and a few more is no upload. */
const maxTrailers = 8;
const trailerName = /^x-amz-[a-z0-9-]{1,100}$/;
const reservedTrailer = 'x-amz-trailer-signature';

/** No name at all is allowed: then no trailer is. */
function parseTrailerNames(value: string): readonly string[] | undefined {
  if (value === '') return [];
  const names = value.split(',').map((name) => name.trim().toLowerCase());
  if (names.length > maxTrailers || new Set(names).size !== names.length) return undefined;
  const usable = names.every((name) => trailerName.test(name) && name !== reservedTrailer);
  return usable ? names : undefined;
}

function refuse(reason: SignatureRefusalReason, message: string): SignatureRefusal {
  return { reason, message, service: 's3' };
}
