import type { Tag } from '@aws-sdk/client-ec2';
import type { Database, Schema } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { giveWay, takeTurns } from '../iam/simulation/give-way.ts';
import type { OperationContext } from '../operation.ts';
import { invalidParameterValue } from './error.ts';

export type TagRow = Schema['ec2_tag'];

/** Rows that one statement writes or asks for: databases bound the values of one. */
const atOnce = 1000;
/** Instances whose tags are read at once: each may have fifty. */
const instancesAtOnce = 100;

/** Bytes of tags that one answer holds: nobody else is served while it is encoded. */
export const mostTagText = 1_000_000;
/** Of the elements around a tag. */
const textAround = 60;

/** Bytes of tags in an answer, where some characters are written as entities. */
export function tagText(tags: readonly { readonly key: string; readonly value: string }[]): number {
  return tags.reduce((sum, { key, value }) => sum + textAround + textOf(key) + textOf(value), 0);
}

function textOf(text: string): number {
  const entities = text.match(/[<>&"'\r\n]/g)?.length ?? 0;
  return Buffer.byteLength(text) + 5 * entities;
}

/**
 * Throws what AWS answers to tags that cannot be set. Keys tell case apart; how long they may be, the
 * model says.
 */
export function checkTags({ settings }: OperationContext, tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { Key: key, Value: value } of tags) {
    if (key === undefined || key === '') {
      throw invalidParameterValue('Tag key cannot be null or empty.');
    }
    if (value === undefined) {
      throw invalidParameterValue('Tag value cannot be null. Use empty string instead.');
    }
    if (/^aws:/i.test(key)) {
      throw invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (keys.has(key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`);
    keys.add(key);
  }
  const most = settings.quotas.tagsPerResource;
  if (tags.length > most) throw tagLimitExceeded(most);
}

/** Throws when these tags, which were checked, are too many beside those that an instance has. */
export async function requireRoomForTags(
  { database, accountId, settings }: OperationContext,
  instanceIds: readonly string[],
  tags: readonly Tag[],
): Promise<void> {
  const most = settings.quotas.tagsPerResource;
  const keys = tags.flatMap(({ Key }) => Key ?? []);
  for (let start = 0; start < instanceIds.length; start += atOnce) {
    const full = await database
      .selectFrom('ec2_tag')
      .select('resource_id')
      .where('account_id', '=', accountId)
      .where('resource_id', 'in', instanceIds.slice(start, start + atOnce))
      .where('key', 'not in', keys)
      .groupBy('resource_id')
      .having((eb) => eb(eb.fn.countAll(), '>', most - keys.length))
      .limit(1)
      .execute();
    if (full.length > 0) throw tagLimitExceeded(most);
  }
}

function tagLimitExceeded(most: number): ApiError {
  const message = `The maximum number of tags for a resource, ${most}, has been reached`;
  return new ApiError('TagLimitExceeded', 400, message);
}

/** Sets tags, which were checked, on each of these instances; one of the same key is replaced. */
export async function writeTags(
  context: OperationContext,
  instanceIds: readonly string[],
  tags: readonly Tag[],
): Promise<void> {
  const rows = instanceIds.flatMap((instanceId) => tagRows(context.accountId, instanceId, tags));
  for (let start = 0; start < rows.length; start += atOnce) {
    if (start > 0) await giveWay();
    await context.database
      .insertInto('ec2_tag')
      .values(rows.slice(start, start + atOnce))
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'resource_id', 'key'])
          .doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })),
      )
      .execute();
  }
}

export function tagRows(accountId: string, instanceId: string, tags: readonly Tag[]): TagRow[] {
  return tags.map(({ Key: key = '', Value: value = '' }) => ({
    account_id: accountId,
    resource_id: instanceId,
    key,
    value,
  }));
}

/** Takes away all tags of instances. */
export async function removeAllTags(
  { database, accountId }: OperationContext,
  instanceIds: readonly string[],
): Promise<void> {
  for (let start = 0; start < instanceIds.length; start += atOnce) {
    await database
      .deleteFrom('ec2_tag')
      .where('account_id', '=', accountId)
      .where('resource_id', 'in', instanceIds.slice(start, start + atOnce))
      .execute();
  }
}

/** The tags of instances by their ids, in the order of their keys. */
export async function tagsOf(
  database: Database,
  accountId: string,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TagRow[]>> {
  const found = new Map<string, TagRow[]>();
  const pause = takeTurns();
  for (let start = 0; start < instanceIds.length; start += instancesAtOnce) {
    await pause();
    const rows = await database
      .selectFrom('ec2_tag')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('resource_id', 'in', instanceIds.slice(start, start + instancesAtOnce))
      .orderBy('key')
      .execute();
    for (const row of rows) {
      const known = found.get(row.resource_id);
      if (known) known.push(row);
      else found.set(row.resource_id, [row]);
    }
  }
  return found;
}
