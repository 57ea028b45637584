import { createBoundedCache } from './bounded-cache.ts';
import { parseCredential } from './credential-scope.ts';
import { type SignatureRefusal, useVersion4 } from './refusal.ts';
import { readClaim, type SignatureClaim } from './signature-claim.ts';

/** An Authorization header taken apart. */
export type AuthorizationHeader =
  | { readonly kind: 'version4'; readonly claim: SignatureClaim; readonly signature: string }
  | { readonly kind: 'refused'; readonly refusal: SignatureRefusal };

/**
 * A client sends the same header with another signature again and again. What stands before the
 * signature is read once; garbage of strangers costs its place here and nothing more.
 */
const claims = createBoundedCache<SignatureClaim>(1000);
const maxPrefix = 1024;
const signatureLength = 64;

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, in any order. */
export function parseAuthorizationHeader(text: string): AuthorizationHeader {
  const prefix = text.slice(0, -signatureLength);
  const known = claims.get(prefix);
  // Anything but a digest in the last 64 characters is no match for the signature either.
  if (known !== undefined) {
    return { kind: 'version4', claim: known, signature: text.slice(-signatureLength) };
  }
  const fields = parseFields(text);
  if ('reason' in fields) return { kind: 'refused', refusal: fields };
  const { credential, signedHeaders, signature } = fields;
  const claim = readClaim(credential, signedHeaders, 'malformedHeader');
  if ('reason' in claim) return { kind: 'refused', refusal: claim };
  if (prefix.length <= maxPrefix && text === `${prefix}${signature}`) claims.set(prefix, claim);
  return { kind: 'version4', claim, signature };
}

const algorithm = 'AWS4-HMAC-SHA256';
const names = ['Credential', 'SignedHeaders', 'Signature'];

interface Fields {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

function parseFields(text: string): Fields | SignatureRefusal {
  if (text === algorithm) return malformed("requires 'Credential' parameter.", undefined);
  if (!text.startsWith(`${algorithm} `)) return unsupported(text);
  const fields = new Map<string, string>();
  let problem: string | undefined;
  for (const part of text.slice(algorithm.length + 1).split(',')) {
    const field = part.trim();
    const equals = field.indexOf('=');
    const name = field.slice(0, Math.max(0, equals));
    if (!names.includes(name)) problem ??= 'holds something that is no parameter of it.';
    else if (fields.has(name)) problem ??= `holds several '${name}' parameters.`;
    else fields.set(name, field.slice(equals + 1));
  }
  const missing = names.find((name) => (fields.get(name) ?? '') === '');
  if (missing !== undefined) problem ??= `requires '${missing}' parameter.`;
  const credential = fields.get('Credential') ?? '';
  if (problem !== undefined) return malformed(problem, parseCredential(credential)?.scope.service);
  const signedHeaders = fields.get('SignedHeaders') ?? '';
  return { credential, signedHeaders, signature: fields.get('Signature') ?? '' };
}

function malformed(problem: string, service: string | undefined): SignatureRefusal {
  return { reason: 'malformedHeader', message: `Authorization header ${problem}`, service };
}

function unsupported(text: string): SignatureRefusal {
  const isVersion2 = text.startsWith('AWS ');
  const message = isVersion2 ? useVersion4 : onlyVersion4;
  return { reason: 'unsupportedVersion', message, service: isVersion2 ? 's3' : undefined };
}

const onlyVersion4 =
  'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
