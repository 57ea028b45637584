import { ApiError } from '@carnet/wire';
import { invalidArgument } from './s3-error.ts';

/** Object tags, key and value. */
export type ObjectTags = readonly (readonly [string, string])[];

const allowedCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Reads `x-amz-tagging`, `key=value&key2=value2` as in a URL's query.
 * Errors: `InvalidArgument`, `InvalidTag`, `BadRequest`.
 */
export function parseTagging(header: string | undefined): ObjectTags {
  if (header === undefined || header === '') return [];
  const tags: [string, string][] = [];
  for (const pair of header.split('&')) {
    const equals = pair.indexOf('=');
    const key = formDecoded(equals < 0 ? pair : pair.slice(0, equals), header);
    const value = equals < 0 ? '' : formDecoded(pair.slice(equals + 1), header);
    if (tags.some(([other]) => other === key)) throw malformedHeader(header);
    tags.push([key, value]);
  }
  return validTags(tags);
}

/** Holds tags against S3's rules: ten of them, keys of 128 and values of 256 characters. */
export function validTags(tags: ObjectTags): ObjectTags {
  if (tags.length > 10) {
    throw new ApiError('BadRequest', 400, 'Object tags cannot be greater than 10');
  }
  const keys = new Set<string>();
  for (const [key, value] of tags) {
    if (keys.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', key);
    keys.add(key);
    if (key.length < 1 || key.length > 128 || !allowedCharacters.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key);
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidTag('Your TagKey cannot be prefixed with aws:', key);
    }
    if (value.length > 256 || !allowedCharacters.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', key);
    }
  }
  return tags;
}

/** The column's JSON. */
export function tagsToJson(tags: ObjectTags): string {
  return JSON.stringify(Object.fromEntries(tags));
}

export function tagsFromJson(json: string): ObjectTags {
  return Object.entries(JSON.parse(json) as Record<string, string>);
}

/** The tag keys of a header, for `s3:RequestObjectTagKeys`; undefined when there are none. */
export function requestTagKeys(header: string | undefined): readonly string[] | undefined {
  const tags = parseTagging(header);
  return tags.length === 0 ? undefined : tags.map(([key]) => key);
}

function formDecoded(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformedHeader(header);
  }
}

function malformedHeader(header: string): ApiError {
  return invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters " +
      'without tag name duplicates.',
    'x-amz-tagging',
    header,
  );
}

function invalidTag(message: string, key: string): ApiError {
  return new ApiError('InvalidTag', 400, message, { TagKey: key });
}
