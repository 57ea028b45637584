import { invalidInput, validationError } from './error.ts';

/** A host name or an IPv4 address, without a port; labels of letters, digits and inner hyphens. */
const hostPattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** What RFC 3986 has in a path, but for `*`, which stands for anything where an ARN is a pattern. */
const pathPattern = /^(?:[A-Za-z0-9._~!$&'()+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;

const problem = 'Invalid Open ID Connect Provider URL';

/**
 * The URL of an OpenID Connect provider without its `https://`, as it stands in the ARN: a host and
 * perhaps a path, kept as it was written. Throws what AWS answers to any other URL.
 */
export function parseOidcUrl(url: string): string {
  const [scheme, name = ''] = splitOnce(url, '://');
  if (!/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme) || name === '' || name.startsWith('/')) {
    throw validationError(problem);
  }
  if (scheme !== 'https') throw invalidInput(`${problem}. The URL must begin with https://.`);
  const [host, path = ''] = splitOnce(name, '/');
  const isHost = host.split('.').every((label) => hostPattern.test(label));
  if (!isHost || !pathPattern.test(path)) throw invalidInput(`${problem}.`);
  return name;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
