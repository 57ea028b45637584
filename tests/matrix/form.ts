/** A way to authenticate a request, as the clients of a service do. */
export interface Form {
  readonly name: string;
  readonly kind: 'header' | 'presigned' | 'version2' | 'anonymous';
  readonly payload: Payload;
  /** A query service's parameters stand in the query of a GET instead of a body. */
  readonly asQuery?: boolean;
}

/** How the signature covers the body, and whether `x-amz-content-sha256` says so. */
export type Payload =
  /** Query services: as a whole, without a word; presigned S3: not at all. */
  | 'undeclared'
  | 'hash'
  | 'unsigned'
  | 'signedChunks'
  | 'signedChunksWithTrailer'
  | 'unsignedChunksWithTrailer';

/** The values of `x-amz-content-sha256` that are no hash. */
export const payloadWords = {
  unsigned: 'UNSIGNED-PAYLOAD',
  signedChunks: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  signedChunksWithTrailer: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  unsignedChunksWithTrailer: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
} as const;

const anonymous: Form = { name: 'anonymous', kind: 'anonymous', payload: 'undeclared' };

const queryForms: readonly Form[] = [
  { name: 'header', kind: 'header', payload: 'undeclared' },
  { name: 'header with hash', kind: 'header', payload: 'hash' },
  { name: 'header, GET', kind: 'header', payload: 'undeclared', asQuery: true },
  { name: 'presigned POST', kind: 'presigned', payload: 'undeclared' },
  { name: 'presigned GET', kind: 'presigned', payload: 'undeclared', asQuery: true },
  anonymous,
];

const s3Forms: readonly Form[] = [
  { name: 'header with hash', kind: 'header', payload: 'hash' },
  ...(Object.keys(payloadWords) as (keyof typeof payloadWords)[]).map(
    (payload): Form => ({ name: payloadWords[payload], kind: 'header', payload }),
  ),
  { name: 'presigned', kind: 'presigned', payload: 'undeclared' },
  { name: 'presigned with hash', kind: 'presigned', payload: 'hash' },
  { name: 'presigned by version 2', kind: 'version2', payload: 'undeclared' },
  anonymous,
];

/** A call of REST-JSON has one method and path: there is no other way to say it. */
const jsonForms: readonly Form[] = [
  { name: 'header', kind: 'header', payload: 'undeclared' },
  { name: 'header with hash', kind: 'header', payload: 'hash' },
  { name: 'presigned', kind: 'presigned', payload: 'undeclared' },
  anonymous,
];

/** Services that answer alike. */
export type Family = 'query' | 'json' | 's3';

export function familyOf(service: string): Family {
  if (service === 's3') return 's3';
  return service === 'lambda' ? 'json' : 'query';
}

const forms: Readonly<Record<Family, readonly Form[]>> = {
  query: queryForms,
  json: jsonForms,
  s3: s3Forms,
};

export function formsOf(service: string): readonly Form[] {
  return forms[familyOf(service)];
}
