import type { Tag } from '@aws-sdk/client-sts';
import { foldAscii } from '@carnet/policy';
import { ApiError } from '@carnet/wire';
import type { Caller } from '../authentication/caller.ts';
import type { RoleSession } from './session.ts';

/** The tags of a new session. */
export type SessionTags = Pick<RoleSession, 'tags' | 'transitiveTagKeys'>;

/** The tags that every session has which is made with this one; they cannot be overridden. */
export function inheritedTags(caller: Caller): readonly { Key: string; Value: string }[] {
  if (caller.kind !== 'assumedRole') return [];
  const { tags, transitiveTagKeys } = caller.session;
  return transitiveTagKeys.map((key) => ({ Key: key, Value: tags.get(key) ?? '' }));
}

/**
 * The tags that were passed together with the inherited ones. Keys are the same in any case. Throws
 * `InvalidParameterValue`.
 * Source: "Pass session tags in AWS STS", IAM User Guide.
 */
export function sessionTags(
  caller: Caller,
  passed: readonly Tag[] = [],
  transitiveKeys: readonly string[] = [],
): SessionTags {
  const keys = new Map(passed.map(({ Key: key = '' }) => [foldAscii(key), key]));
  if (keys.size < passed.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const inherited = inheritedTags(caller);
  if (inherited.some(({ Key }) => keys.has(foldAscii(Key)))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a " +
        'transitive tag key from the calling session.',
    );
  }
  if ([...keys.keys()].some((key) => key.startsWith('aws:'))) {
    throw invalid('Tag keys beginning with aws: are reserved for system use.');
  }
  const transitive = transitiveKeys.map((key) => {
    const asPassed = keys.get(foldAscii(key));
    if (asPassed !== undefined) return asPassed;
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  });
  const all = [...inherited, ...passed];
  return {
    tags: new Map(all.map(({ Key: key = '', Value: value = '' }) => [key, value])),
    transitiveTagKeys: [...new Set([...inherited.map(({ Key }) => Key), ...transitive])],
  };
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidParameterValue', 400, message);
}
