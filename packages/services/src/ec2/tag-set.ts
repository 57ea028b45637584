import type { Tag } from '@aws-sdk/client-ec2';
import type { Database, Schema } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { OperationContext } from '../operation.ts';
import { invalidParameterValue } from './error.ts';

export type TagRow = Schema['ec2_tag'];

/** Rows that one statement writes: databases bound the values of one. */
const atOnce = 1000;

/** Throws what AWS answers to tags that cannot be set. Keys tell case apart. */
export function checkTags(tags: readonly Tag[]): void {
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
    checkLength('key', key, 128);
    checkLength('value', value, 256);
    if (keys.has(key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`);
    keys.add(key);
  }
}

function checkLength(what: 'key' | 'value', text: string, most: number): void {
  if (Array.from(text).length <= most) return;
  throw invalidParameterValue(`Tag ${what} exceeds the maximum length of ${most} characters`);
}

/** Sets tags on each of these instances; one of the same key is replaced. */
export async function writeTags(
  context: OperationContext,
  instanceIds: readonly string[],
  tags: readonly Tag[],
): Promise<void> {
  checkTags(tags);
  const rows = instanceIds.flatMap((instanceId) =>
    tags.map(({ Key: key = '', Value: value = '' }) => ({
      account_id: context.accountId,
      resource_id: instanceId,
      key,
      value,
    })),
  );
  for (let start = 0; start < rows.length; start += atOnce) {
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
  const most = context.settings.quotas.tagsPerResource;
  const found = await tagsOf(context.database, context.accountId, instanceIds);
  if ([...found.values()].some(({ length }) => length > most)) {
    const message = `The maximum number of tags for a resource, ${most}, has been reached`;
    throw new ApiError('TagLimitExceeded', 400, message);
  }
}

/** The tags of instances by their ids, in the order of their keys. */
export async function tagsOf(
  database: Database,
  accountId: string,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TagRow[]>> {
  const found = new Map<string, TagRow[]>();
  for (let start = 0; start < instanceIds.length; start += atOnce) {
    const rows = await database
      .selectFrom('ec2_tag')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('resource_id', 'in', instanceIds.slice(start, start + atOnce))
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
