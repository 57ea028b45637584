import { ApiError, virtualHostBucket as bucketOfHost, type RawRequest } from '@carnet/wire';
import { rawHeader } from './raw-header.ts';

/** What a request of S3 is about. */
export interface S3Address {
  /** Undefined: the service itself. */
  readonly bucket: string | undefined;
  /** Undefined: the bucket itself. Literal: `//`, `.` and `..` are characters of the key. */
  readonly key: string | undefined;
  /** The path as decoded, `/photos/pic.jpg`, which errors name. */
  readonly resource: string;
}

/**
 * Takes a request target apart, path style or virtual-host style (`photos.localhost`,
 * `photos.s3.localhost`). The path is percent-decoded once and not normalised: what is authorized is
 * what is stored. Throws `InvalidURI` when it does not decode to UTF-8 or the key holds U+0000, for
 * which no database can be asked, `InvalidBucketName` when no bucket could have the name.
 */
export function readS3Address(raw: RawRequest): S3Address {
  const path = targetPath(raw.target);
  if (!originForm.test(path)) throw invalidUri();
  const resource = decode(path);
  const hosted = virtualHostBucket(raw);
  if (hosted !== undefined) {
    return address(hosted, decode(path.slice(1)), `/${hosted}${resource}`);
  }
  // Split before decoding: an escaped slash separates nothing.
  const separator = path.indexOf('/', 1);
  if (separator < 0) return address(decode(path.slice(1)), '', resource);
  return address(decode(path.slice(1, separator)), decode(path.slice(separator + 1)), resource);
}

function address(bucket: string, key: string, resource: string): S3Address {
  if (bucket === '' && key === '') return { bucket: undefined, key: undefined, resource };
  if (!bucketName.test(bucket)) {
    const message = 'The specified bucket is not valid.';
    throw new ApiError('InvalidBucketName', 400, message, { BucketName: bucket });
  }
  if (key.includes('\0')) throw invalidUri();
  return { bucket, key: key || undefined, resource };
}

/** The target without its query, as sent. */
export function targetPath(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
}

/** The bucket that the Host header names, undefined in path style. */
export function virtualHostBucket(raw: RawRequest): string | undefined {
  return bucketOfHost(rawHeader(raw.rawHeaders, 'host'));
}

/** Printable ASCII: of other bytes nobody knows which encoding they are in. */
const originForm = /^\/[!-~]*$/;
/** Wider than what CreateBucket takes: old buckets of AWS have capitals and underscores. */
const bucketName = /^[A-Za-z0-9._-]{1,255}$/;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri();
  }
}

function invalidUri(): ApiError {
  return new ApiError('InvalidURI', 400, "Couldn't parse the specified URI.");
}
