import { ApiError } from '@carnet/wire';
import { invalidArgument } from './s3-error.ts';

/** The headers that S3 keeps with an object and answers again. */
export interface ContentHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
}

const textHeaders = [
  ['CacheControl', 'cache-control'],
  ['ContentDisposition', 'content-disposition'],
  ['ContentLanguage', 'content-language'],
] as const;

const defaultContentType = 'binary/octet-stream';

/** User metadata may have 2 KB, names and values together. */
const maximumMetadataSize = 2048;

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// What may stand in a header of an answer: no control characters, no line breaks, one byte each.
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** The column `headers`: JSON by lower-case names. Error: `InvalidArgument`. */
export function headersToJson(input: ContentHeaders): string {
  const headers: Record<string, string> = {
    'content-type': checkedHeader('content-type', input.ContentType || defaultContentType),
  };
  for (const [member, name] of textHeaders) {
    const value = input[member];
    if (value) headers[name] = checkedHeader(name, value);
  }
  const encoding = withoutChunked(input.ContentEncoding);
  if (encoding) headers['content-encoding'] = checkedHeader('content-encoding', encoding);
  if (input.Expires) headers.expires = input.Expires.toUTCString();
  return JSON.stringify(headers);
}

export function headersFromJson(json: string): ContentHeaders {
  const headers = JSON.parse(json) as Readonly<Record<string, string | undefined>>;
  const expires = headers.expires;
  return {
    CacheControl: headers['cache-control'],
    ContentDisposition: headers['content-disposition'],
    ContentEncoding: headers['content-encoding'],
    ContentLanguage: headers['content-language'],
    ContentType: headers['content-type'],
    Expires: expires === undefined ? undefined : new Date(expires),
  };
}

/** The column `metadata`. Errors: `MetadataTooLarge`, `InvalidArgument`. */
export function metadataToJson(metadata: Readonly<Record<string, string>> | undefined): string {
  let size = 0;
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(metadata ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (!headerName.test(name)) {
      throw invalidArgument('The metadata name you specified is invalid.', 'x-amz-meta', name);
    }
    kept.push([name.toLowerCase(), checkedHeader(`x-amz-meta-${name}`, value)]);
  }
  if (size > maximumMetadataSize) {
    throw new ApiError(
      'MetadataTooLarge',
      400,
      'Your metadata headers exceed the maximum allowed metadata size',
      { Size: String(size), MaxSizeAllowed: String(maximumMetadataSize) },
    );
  }
  return JSON.stringify(Object.fromEntries(kept));
}

export function metadataFromJson(json: string): Record<string, string> {
  return JSON.parse(json) as Record<string, string>;
}

/** A value that can be sent as a header again. Error: `InvalidArgument`. */
export function checkedHeader(name: string, value: string): string {
  if (headerValue.test(value)) return value;
  throw invalidArgument('Header value cannot be represented.', name, '');
}

/** `aws-chunked` describes the transfer, not the object. */
function withoutChunked(contentEncoding: string | undefined): string | undefined {
  return contentEncoding
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked')
    .join(',');
}
