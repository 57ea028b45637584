import type { RequestHead } from './request-head.ts';

/**
 * The canonical request of Signature Version 4 ("Create a signed AWS API request", IAM User Guide).
 * The canonical forms are chosen so that two targets with one canonical form decode to the same
 * path and the same parameters: whoever changes the spelling of a signed request changes nothing.
 */
export interface CanonicalParts {
  readonly method: string;
  /** From `encodedOncePath` or `encodedTwicePath`. */
  readonly path: string;
  readonly query: string;
  /** Sorted, lower-case. */
  readonly signedHeaders: readonly string[];
  /** The same, joined with semicolons. */
  readonly signedHeadersText: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Hex, or one of AWS's words such as `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/** Undefined when a signed header is not in the request. */
export function canonicalRequest(parts: CanonicalParts): string | undefined {
  let lines = `${parts.method}\n${parts.path}\n${parts.query}\n`;
  for (const name of parts.signedHeaders) {
    const value = parts.headers.get(name);
    if (value === undefined) return undefined;
    lines += `${name}:${value}\n`;
  }
  return `${lines}\n${parts.signedHeadersText}\n${parts.payloadHash}`;
}

const unreserved = /^[\w.~-]*$/;
const plainPath = /^[\w.~/-]*$/;

/** Percent-encodes everything but AWS's unreserved characters, in upper-case hex. */
export function encodeUri(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, encodeCharacter);
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * S3's path: nothing is normalised, each segment is encoded once. `%2F` stays apart from `/`, so
 * that the division into bucket and key is signed.
 */
export function encodedOncePath(path: string): string {
  if (plainPath.test(path)) return path;
  return path
    .split('/')
    .map((segment) => encodeUri(decodeURIComponent(segment)))
    .join('/');
}

/** Every other service's path: dot segments and double slashes removed, then encoded once more. */
export function encodedTwicePath(path: string): string {
  const normalized = normalizePath(path);
  if (plainPath.test(normalized)) return normalized;
  return normalized.split('/').map(encodeUri).join('/');
}

/** RFC 3986, section 5.2.4, and empty segments removed as AWS's signers do. */
export function normalizePath(path: string): string {
  if (path === '/') return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  if (segments.length === 0) return '/';
  return `/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** Encoded, sorted by name and then by value; without the signature itself. */
export function canonicalQuery(query: RequestHead['query']): string {
  if (query.length === 0) return '';
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) =>
      nameA === nameB ? compareText(valueA, valueB) : compareText(nameA, nameB),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
