import { ApiError } from '@carnet/wire';
import { headerNotImplemented, noSuchKey, preconditionFailed } from './s3-error.ts';

/** What a precondition looks at. */
export interface Stored {
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModifiedAt: number;
}

export interface ReadConditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: Date | undefined;
  readonly ifUnmodifiedSince: Date | undefined;
}

type ReadOutcome =
  | { readonly kind: 'proceed' }
  /** `condition` is the header that decided. */
  | { readonly kind: 'notModified' | 'failed'; readonly condition: string };

/**
 * The outcome of a conditional read. If-Match wins over If-Unmodified-Since and If-None-Match over
 * If-Modified-Since. Source: S3 API reference, GetObject; RFC 9110, section 13.2.2.
 */
function readOutcome(conditions: ReadConditions, stored: Stored): ReadOutcome {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  // Dates in headers have whole seconds.
  const seconds = Math.floor(stored.lastModifiedAt / 1000);
  if (ifMatch !== undefined) {
    if (!matchesETag(ifMatch, stored.etag)) return { kind: 'failed', condition: 'If-Match' };
  } else if (ifUnmodifiedSince && seconds > Math.floor(ifUnmodifiedSince.getTime() / 1000)) {
    return { kind: 'failed', condition: 'If-Unmodified-Since' };
  }
  if (ifNoneMatch !== undefined) {
    if (matchesETag(ifNoneMatch, stored.etag)) {
      return { kind: 'notModified', condition: 'If-None-Match' };
    }
  } else if (ifModifiedSince && seconds <= Math.floor(ifModifiedSince.getTime() / 1000)) {
    return { kind: 'notModified', condition: 'If-Modified-Since' };
  }
  return { kind: 'proceed' };
}

/** For GetObject and HeadObject. Errors: `NotModified` 304, `PreconditionFailed` 412. */
export function checkReadConditions(conditions: ReadConditions, stored: Stored): void {
  const outcome = readOutcome(conditions, stored);
  if (outcome.kind === 'failed') throw preconditionFailed(outcome.condition);
  if (outcome.kind === 'notModified') {
    throw new ApiError('NotModified', 304, 'Not Modified', {
      ETag: `"${stored.etag}"`,
      'Last-Modified': new Date(stored.lastModifiedAt).toUTCString(),
    });
  }
}

/**
 * Whether a `Range` counts: not when the object is another than the one that `If-Range` names, by
 * its entity tag or its date. Whoever resumes a download would join two objects.
 * Source: RFC 9110, section 13.1.5.
 */
export function isRangeMeant(ifRange: string | undefined, stored: Stored): boolean {
  if (ifRange === undefined) return true;
  const text = ifRange.trim();
  if (text.startsWith('"')) return unquoted(text) === stored.etag;
  // A weak entity tag matches nothing here, and neither does what is no date.
  return Date.parse(text) === Math.floor(stored.lastModifiedAt / 1000) * 1000;
}

/** For the source of a copy, where every failure is `PreconditionFailed`. */
export function checkCopyConditions(conditions: ReadConditions, stored: Stored): void {
  const outcome = readOutcome(conditions, stored);
  if (outcome.kind === 'proceed') return;
  throw preconditionFailed(`x-amz-copy-source-${outcome.condition}`);
}

/**
 * For a write: `If-None-Match: *` when the key is to be new, `If-Match` when the object is to be
 * the one that the caller knows. `key` is what is written to, `etag` what is there, undefined when
 * nothing is. Errors: `PreconditionFailed`, `NoSuchKey`, `NotImplemented`.
 */
export function checkWriteConditions(
  conditions: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
  key: string,
  etag: string | undefined,
): void {
  const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*' || ifMatch !== undefined) throw headerNotImplemented('If-None-Match');
    if (etag !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (ifMatch === undefined) return;
  if (etag === undefined) throw noSuchKey(key);
  if (!matchesETag(ifMatch, etag)) throw preconditionFailed('If-Match');
}

/** Whether a header of entity tags, quoted or bare, names `etag`; `*` names all of them. */
export function matchesETag(header: string, etag: string): boolean {
  return header.split(',').some((entry) => {
    const tag = entry.trim();
    return tag === '*' || unquoted(tag) === etag;
  });
}

/** An entity tag as a client sends it, without its quotes. */
export function unquoted(tag: string): string {
  const strong = tag.startsWith('W/') ? tag.slice(2) : tag;
  return strong.length >= 2 && strong.startsWith('"') && strong.endsWith('"')
    ? strong.slice(1, -1)
    : strong;
}
