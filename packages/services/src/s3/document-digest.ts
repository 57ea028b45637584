import { createHash } from 'node:crypto';
import type { ApiError } from '@carnet/wire';
import { findChecksumAlgorithm } from './checksum/checksum-algorithm.ts';
import { compareMd5, md5Of, validChecksum } from './object-body.ts';
import { badChecksum, headerNotImplemented, invalidRequest } from './s3-error.ts';

/** A batch that was damaged on its way would delete the wrong keys: S3 wants to be sure. */
const wantsDigest: ReadonlySet<string> = new Set(['DeleteObjects']);

/** Its checksum headers are of the object that comes to be, not of its document. */
const speaksOfObject: ReadonlySet<string> = new Set(['CompleteMultipartUpload']);

/** What begins like a checksum and is none. */
const otherHeaders: ReadonlySet<string> = new Set(['algorithm', 'mode', 'type']);
const prefix = 'x-amz-checksum-';

/**
 * Holds a request's document against its Content-MD5 and its checksum. `headers` by lower-case
 * names, trailers among them. Errors: `InvalidDigest`, `BadDigest`, `InvalidRequest`.
 * Source: S3 API reference, DeleteObjects.
 */
export function checkDocumentDigest(
  operation: string,
  headers: ReadonlyMap<string, string>,
  document: Uint8Array,
): void {
  const md5 = headers.get('content-md5');
  if (md5 !== undefined) compareMd5(md5Of(md5), createHash('md5').update(document).digest('hex'));
  if (speaksOfObject.has(operation)) {
    refuseUnknownChecksum(headers);
    return;
  }
  const names = checksumNames(headers);
  for (const name of names) compareChecksum(name, headers.get(prefix + name) ?? '', document);
  if (wantsDigest.has(operation) && md5 === undefined && names.length === 0) {
    throw invalidRequest(
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
}

/** Refuses a header of a checksum that nobody knows: whoever sends one wants to be sure. */
export function refuseUnknownChecksum(headers: ReadonlyMap<string, string>): void {
  for (const name of checksumNames(headers)) {
    // Those of the XXHASH family are refused by name, by the operation.
    if (!name.startsWith('xxhash') && !findChecksumAlgorithm(name)) throw unknownAlgorithm();
  }
}

function checksumNames(headers: ReadonlyMap<string, string>): string[] {
  const names: string[] = [];
  for (const header of headers.keys()) {
    if (!header.startsWith(prefix)) continue;
    const name = header.slice(prefix.length);
    if (!otherHeaders.has(name)) names.push(name);
  }
  return names;
}

function compareChecksum(name: string, value: string, document: Uint8Array): void {
  const algorithm = findChecksumAlgorithm(name);
  if (!algorithm) {
    throw name.startsWith('xxhash') ? headerNotImplemented(prefix + name) : unknownAlgorithm();
  }
  const hasher = algorithm.create();
  hasher.update(document);
  const own = hasher.digest().toString('base64');
  if (own !== validChecksum(algorithm, value)) throw badChecksum(algorithm.wireName);
}

function unknownAlgorithm(): ApiError {
  return invalidRequest('The algorithm type you specified in x-amz-checksum- header is invalid.');
}
