import { randomBytes, randomUUID } from 'node:crypto';

/** The id of a request to a query service, a UUID. */
export function queryRequestId(): string {
  return randomUUID();
}

/** The id of a request to S3: 16 characters of upper-case base 32. */
export function s3RequestId(): string {
  let id = '';
  for (const byte of randomBytes(16)) id += alphabet[byte & 31];
  return id;
}

/** What S3 sends beside the id, for its own people: any 56 bytes in base64. */
export function s3HostId(): string {
  return randomBytes(56).toString('base64');
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
