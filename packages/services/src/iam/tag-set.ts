import type { Tag } from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import type { OperationContext } from '../operation.ts';
import { readTags } from './entity.ts';
import { invalidInput, limitExceeded } from './error.ts';

/**
 * The tags of one resource. Keys of users and roles are told apart by their folded form: `department`
 * replaces `Department`, its spelling included. Everything else has both beside each other ("Tags for
 * IAM resources", IAM User Guide).
 */
export async function writeTags(
  context: OperationContext,
  resourceId: string,
  tags: readonly Tag[],
): Promise<void> {
  if (tags.length === 0) return;
  const rows = tags.map(({ Key: key = '', Value: value = '' }) => ({
    account_id: context.accountId,
    resource_id: resourceId,
    key,
    key_fold: foldKey(resourceId, key),
    value,
  }));
  checkTagKeys(
    rows.map((row) => row.key_fold),
    foldsKeys(resourceId),
  );
  await removeTags(
    context,
    resourceId,
    rows.map((row) => row.key),
  );
  await context.database.insertInto('iam_tag').values(rows).execute();
  const { count } = await context.database
    .selectFrom('iam_tag')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', context.accountId)
    .where('resource_id', '=', resourceId)
    .executeTakeFirstOrThrow();
  if (Number(count) > context.settings.quotas.tagsPerResource) {
    throw limitExceeded('The number of tags has reached the maximum limit.');
  }
}

/** Writes the tags of something that was just made, and gives them as an answer has them. */
export async function writeFirstTags(
  context: OperationContext,
  resourceId: string,
  tags: readonly Tag[] | undefined,
): Promise<{ Tags?: Tag[] }> {
  if (!hasTags(tags)) return {};
  await writeTags(context, resourceId, tags ?? []);
  return tagList(await readTags(context, resourceId));
}

/** Keys that are not there are passed over, as AWS does. */
export async function removeTags(
  context: OperationContext,
  resourceId: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await context.database
    .deleteFrom('iam_tag')
    .where('account_id', '=', context.accountId)
    .where('resource_id', '=', resourceId)
    .where(
      'key_fold',
      'in',
      keys.map((key) => foldKey(resourceId, key)),
    )
    .execute();
}

/** With what they are of: a serial number may come again, and must not find them. */
export async function removeAllTags(context: OperationContext, resourceId: string): Promise<void> {
  await context.database
    .deleteFrom('iam_tag')
    .where('account_id', '=', context.accountId)
    .where('resource_id', '=', resourceId)
    .execute();
}

/** AWS refuses an empty list where tags are put on what is there, not where it is made. */
export function requireTags(tags: readonly Tag[] | undefined): readonly Tag[] {
  if (hasTags(tags)) return tags;
  throw invalidInput('The provided tag map must not be null/empty.');
}

/** The keys of providers and server certificates; those of a user may be none. */
export function requireTagKeys(keys: readonly string[] | undefined): readonly string[] {
  if (keys !== undefined && keys.length > 0) return keys;
  throw invalidInput('The provided tag keys must not be null/empty.');
}

export function hasTags(tags: readonly Tag[] | undefined): tags is readonly Tag[] {
  return tags !== undefined && tags.length > 0;
}

/** `Tags` of an answer: absent when there are none. */
export function tagList(tags: ReadonlyMap<string, string>): { Tags?: Tag[] } {
  if (tags.size === 0) return {};
  return { Tags: Array.from(tags, ([Key, Value]) => ({ Key, Value })) };
}

/** What a key of this resource is stored under. */
function foldKey(resourceId: string, key: string): string {
  return foldsKeys(resourceId) ? foldAscii(key) : key;
}

/** Keys of users and roles do not differ by case, those of other resources do. */
const foldsKeys = (resourceId: string) => /^(?:AIDA|AROA)/.test(resourceId);

function checkTagKeys(folded: readonly string[], isFolded: boolean): void {
  if (new Set(folded).size !== folded.length) {
    const note = isFolded ? ' Please note that Tag keys are case insensitive.' : '';
    throw invalidInput(`Duplicate tag keys found.${note}`);
  }
  if (folded.some((key) => foldAscii(key).startsWith('aws:'))) {
    throw invalidInput('Tag keys beginning with aws: are reserved for system use.');
  }
}
