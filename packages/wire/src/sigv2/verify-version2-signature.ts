import { createHmac, timingSafeEqual } from 'node:crypto';
import { mismatchMessage, type SignatureRefusalReason } from '../sigv4/refusal.ts';
import { latin1Bytes } from '../sigv4/sha256.ts';
import type { SignatureVerification } from '../sigv4/verify-signature.ts';
import type { Version2Request } from './read-version2-request.ts';

/** Decides whether the holder of this secret signed this URL, and whether it is still good. */
export function verifyVersion2Signature(
  request: Version2Request,
  options: {
    readonly secretAccessKey: string;
    /** Milliseconds since 1970. */
    readonly now: number;
  },
): SignatureVerification {
  if (options.now > request.expiresAt) return refused('presignedExpired', 'Request has expired');
  const digest = createHmac('sha1', options.secretAccessKey)
    .update(latin1Bytes(request.stringToSign))
    .digest('base64');
  if (!equalBase64(digest, request.signature)) {
    return refused('signatureMismatch', mismatchMessage('s3'));
  }
  const { headers, query, path, payload } = request;
  return { ok: true, headers, query, path, payload };
}

function refused(reason: SignatureRefusalReason, message: string): SignatureVerification {
  return { ok: false, refusal: { reason, message, service: 's3' } };
}

const encoder = new TextEncoder();

/** As text: the last digit of base64 has spellings of one meaning. */
function equalBase64(a: string, b: string): boolean {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
