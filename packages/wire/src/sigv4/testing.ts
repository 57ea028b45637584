import type { RawRequest } from '../raw-request.ts';
import { readCredentials } from './read-credentials.ts';
import type { SignatureRefusal } from './refusal.ts';
import { sha256Hex } from './sha256.ts';
import type { SigningInput } from './sign-request.ts';
import {
  type SignatureVerification,
  type VerificationOptions,
  verifySignature,
} from './verify-signature.ts';

/** What the tests of the verifier sign and ask. */

export const now = Date.UTC(2026, 10, 23, 12);
export const minute = 60_000;
export const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
/** Of no bytes. */
export const hash = sha256Hex('');

export function input(change: Partial<SigningInput> = {}): SigningInput {
  return {
    method: 'GET',
    target: '/',
    headers: [['Host', 'localhost']],
    credentials,
    region: 'us-east-1',
    service: 'iam',
    now,
    ...change,
  };
}

export function verify(
  request: RawRequest,
  change: Partial<VerificationOptions> = {},
): SignatureVerification {
  const reading = readCredentials(request);
  if (reading.kind !== 'signed') throw new TypeError(JSON.stringify(reading));
  return verifySignature(reading, {
    secretAccessKey: credentials.secretAccessKey,
    now,
    bodySha256: hash,
    ...change,
  });
}

export function accepted(
  request: RawRequest,
  change: Partial<VerificationOptions> = {},
): Extract<SignatureVerification, { ok: true }> {
  const verification = verify(request, change);
  if (!verification.ok) throw new TypeError(JSON.stringify(verification));
  return verification;
}

export function refused(
  request: RawRequest,
  change: Partial<VerificationOptions> = {},
): SignatureRefusal {
  const verification = verify(request, change);
  if (verification.ok) throw new TypeError('it was accepted');
  return verification.refusal;
}

export function withHeader(request: RawRequest, name: string, value: string): RawRequest {
  return { ...request, rawHeaders: [...request.rawHeaders, name, value] };
}
