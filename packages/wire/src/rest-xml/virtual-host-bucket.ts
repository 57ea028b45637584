/**
 * The bucket that the value of a Host header names (`photos.localhost`, `photos.s3.localhost`),
 * undefined in path style. Addresses and every name outside of `localhost` are ours as a whole.
 */
export function virtualHostBucket(host: string | undefined): string | undefined {
  const name = host?.toLowerCase().replace(/:\d*$/, '');
  if (!name?.endsWith('.localhost')) return undefined;
  const label = name.slice(0, -'.localhost'.length);
  if (label === 's3') return undefined;
  return label.endsWith('.s3') ? label.slice(0, -'.s3'.length) : label;
}
