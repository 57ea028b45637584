import { checkedKey } from './object-key.ts';
import { invalidArgument } from './s3-error.ts';

/** What `x-amz-copy-source` names. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/**
 * Reads `x-amz-copy-source`: `bucket/key` or `/bucket/key`, percent-encoded, with an optional
 * `?versionId=`. Authorization and the copy both take the source from here, so that what is read is
 * what was allowed: the key is literal, and no dot segments are resolved.
 * Errors: `InvalidArgument`, and those of a key.
 */
export function parseCopySource(header: string | undefined): CopySource {
  const text = header ?? '';
  const query = text.lastIndexOf('?versionId=');
  const versionId = query < 0 ? undefined : text.slice(query + '?versionId='.length);
  const path = decoded(query < 0 ? text : text.slice(0, query), text);
  const relative = path.startsWith('/') ? path.slice(1) : path;
  const slash = relative.indexOf('/');
  if (slash < 1 || slash === relative.length - 1) throw malformed(text);
  const key = checkedKey(relative.slice(slash + 1));
  return { bucket: relative.slice(0, slash), key, versionId };
}

/** The source in one spelling, for the condition key `s3:x-amz-copy-source`: `bucket/key`. */
export function copySourceText(header: string | undefined): string {
  const { bucket, key } = parseCopySource(header);
  return `${bucket}/${key}`;
}

function decoded(path: string, header: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw malformed(header);
  }
}

function malformed(header: string): Error {
  return invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    header,
  );
}
