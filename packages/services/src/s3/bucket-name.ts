/** Paths of the server itself: no bucket may shadow them. */
const ownPaths: ReadonlySet<string> = new Set(['healthz', 'readyz', 'console', 'latest']);

const reservedPrefixes = ['xn--', 'sthree-'];
const reservedSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/**
 * Whether a bucket may have this name: 3 to 63 lower-case letters, digits, dots and hyphens, letter
 * or digit at both ends, no two dots together, no IPv4 address, none of the reserved names.
 * Source: S3 User Guide, "General purpose bucket naming rules".
 */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^[0-9]+(\.[0-9]+){3}$/.test(name) &&
    !ownPaths.has(name) &&
    !reservedPrefixes.some((prefix) => name.startsWith(prefix)) &&
    !reservedSuffixes.some((suffix) => name.endsWith(suffix))
  );
}
