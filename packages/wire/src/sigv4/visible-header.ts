import type { RequestHead } from './request-head.ts';

/**
 * Headers that clients send without signing them and operations may see all the same. Nothing else
 * unsigned reaches an operation (an unsigned copy source once turned a presigned PUT into a copy).
 * `cache-control` and `referer` are here because the AWS SDK for JavaScript never signs them;
 * `content-md5`, which can only have a body refused.
 */
export const frozenHeaders: readonly string[] = Object.freeze([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-length',
  'content-md5',
  'content-type',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'origin',
  'range',
  'referer',
  'transfer-encoding',
  'user-agent',
]);

const frozen: ReadonlySet<string> = new Set(frozenHeaders);

/** They prove who calls; an operation has no business with them. */
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'x-amz-security-token']);

/** The hash that the body is checked against is bound by the signature, signed as a header or not. */
const contentSha256 = 'x-amz-content-sha256';

/** The names of headers that an operation may see of a request which signs these. */
export function visibleNames(signedHeaders: readonly string[]): ReadonlySet<string> {
  const names = new Set([...frozenHeaders, ...signedHeaders, contentSha256]);
  for (const name of secretHeaders) names.delete(name);
  return names;
}

/** What an operation may see of a request whose signature has verified. */
export function visibleHeaders(
  head: RequestHead,
  visible: ReadonlySet<string>,
  hoistedHeaders: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of head.headers) if (visible.has(name)) headers.set(name, value);
  for (const [name, value] of hoistedHeaders) headers.set(name, value);
  return headers;
}

/** Headers of an object or of its access that an anonymous caller may send. */
const anonymousHeader = /^(?:x-amz-.*|content-.*|expires|host)$/;

/** What an operation may see of a request without credentials. */
export function anonymousHeaders(head: RequestHead): ReadonlyMap<string, string> {
  const visible = new Map<string, string>();
  for (const [name, value] of head.headers) {
    if (secretHeaders.has(name)) continue;
    if (frozen.has(name) || anonymousHeader.test(name)) visible.set(name, value);
  }
  return visible;
}
