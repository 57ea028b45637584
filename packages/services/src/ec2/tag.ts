import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
} from '@aws-sdk/client-ec2';
import { ApiError } from '@carnet/wire';
import type { OperationContext, OperationTable } from '../operation.ts';
import { ec2Operation, endDryRun } from './ec2-operation.ts';
import { missingParameter } from './error.ts';
import { checkFilters } from './filter.ts';
import { terminatedVisible } from './find-instance.ts';
import { requireInstances } from './instance-id.ts';
import { checkPage, pageOf } from './pagination.ts';
import { instancesResource } from './resource/instance.ts';
import {
  checkTags,
  removeAllTags,
  requireRoomForTags,
  type TagRow,
  tagText,
  writeTags,
} from './tag-set.ts';

export const createTags = ec2Operation<CreateTagsRequest, undefined>({
  authorization: {
    action: 'ec2:CreateTags',
    resource: instancesResource((input) => input.Resources),
    requestTags: (input) => input.Tags,
  },
  access: 'write',
  async run(context, input) {
    const ids = await requireTaggable(context, input.Resources);
    if (!input.Tags?.length) throw missingParameter('Tag');
    checkTags(context, input.Tags);
    await requireRoomForTags(context, ids, input.Tags);
    endDryRun(input);
    await writeTags(context, ids, input.Tags);
    tellInstances(context, ids);
    return undefined;
  },
});

/**
 * A tag with a value goes only where it has that value, one without whatever it has, and without
 * any tag named all of them go.
 */
export const deleteTags = ec2Operation<DeleteTagsRequest, undefined>({
  authorization: {
    action: 'ec2:DeleteTags',
    resource: instancesResource((input) => input.Resources),
    requestTags: (input) => input.Tags?.filter(({ Value }) => Value !== undefined),
    tagKeys: (input) => input.Tags?.flatMap(({ Key }) => Key ?? []),
  },
  access: 'write',
  async run(context, input) {
    const ids = await requireTaggable(context, input.Resources);
    endDryRun(input);
    await removeTags(context, ids, input.Tags ?? []);
    tellInstances(context, ids);
    return undefined;
  },
});

const filterNames = ['key', 'resource-id', 'resource-type', 'tag:', 'value'];

export const describeTags = ec2Operation<DescribeTagsRequest, DescribeTagsResult>({
  authorization: { action: 'ec2:DescribeTags' },
  access: 'read',
  async run(context, input) {
    checkPage(input, { set: 'resourcesSet', ids: undefined });
    const filters = checkFilters(input.Filters, filterNames);
    endDryRun(input);
    const { rows, ...token } = await pageOf<TagRow>(context, 'DescribeTags', input, {
      keyOf: (row) => `${row.resource_id} ${row.key}`,
      textOf: (row) => tagText([row]),
      filters,
      valuesOf,
      fetch: (after, limit) => visibleTags(context, after, limit),
    });
    const tags = rows.map(({ resource_id: ResourceId, key: Key, value: Value }) => ({
      Key,
      ResourceId,
      ResourceType: 'instance' as const,
      Value,
    }));
    return { Tags: tags, ...token };
  },
});

export const tagOperations: OperationTable = {
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags,
};

function valuesOf({ resource_id: id, key, value }: TagRow, name: string) {
  switch (name) {
    case 'key':
      return [key];
    case 'resource-id':
      return [id];
    case 'resource-type':
      return ['instance'];
    case 'value':
      return [value];
    default:
      return name === `tag:${key}` ? [value] : [];
  }
}

/** The instances whose tags a call changes: nothing else has tags here. */
async function requireTaggable(
  context: OperationContext,
  resources: readonly string[] | undefined,
): Promise<readonly string[]> {
  if (!resources?.length) throw missingParameter('ResourceId');
  for (const id of resources) {
    if (/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) continue;
    throw new ApiError('InvalidID', 400, `The ID '${id.slice(0, 128)}' is not valid`);
  }
  const instances = await requireInstances(context, resources);
  return instances.map(({ row }) => row.instance_id);
}

async function removeTags(
  context: OperationContext,
  instanceIds: readonly string[],
  tags: readonly Tag[],
): Promise<void> {
  if (tags.length === 0) return await removeAllTags(context, instanceIds);
  const named = tags.filter(({ Value }) => Value === undefined).map(({ Key = '' }) => Key);
  const valued = tags.filter(({ Value }) => Value !== undefined);
  await context.database
    .deleteFrom('ec2_tag')
    .where('account_id', '=', context.accountId)
    .where('resource_id', 'in', instanceIds)
    .where((eb) =>
      eb.or([
        ...(named.length > 0 ? [eb('key', 'in', named)] : []),
        ...valued.map(({ Key = '', Value = '' }) =>
          eb.and([eb('key', '=', Key), eb('value', '=', Value)]),
        ),
      ]),
    )
    .execute();
}

async function visibleTags(
  { database, accountId, now }: OperationContext,
  after: string,
  limit: number,
): Promise<readonly TagRow[]> {
  const space = after.indexOf(' ');
  const [id, key] = space < 0 ? ['', ''] : [after.slice(0, space), after.slice(space + 1)];
  return await database
    .selectFrom('ec2_tag')
    .innerJoin('ec2_instance', (join) =>
      join
        .onRef('ec2_instance.account_id', '=', 'ec2_tag.account_id')
        .onRef('ec2_instance.instance_id', '=', 'ec2_tag.resource_id'),
    )
    .selectAll('ec2_tag')
    .where('ec2_tag.account_id', '=', accountId)
    .where((eb) =>
      eb.or([
        eb('ec2_tag.resource_id', '>', id),
        eb.and([eb('ec2_tag.resource_id', '=', id), eb('ec2_tag.key', '>', key)]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('ec2_instance.state', '!=', 'terminated'),
        eb('ec2_instance.state_changed_at', '>', now - terminatedVisible),
      ]),
    )
    .orderBy('ec2_tag.resource_id')
    .orderBy('ec2_tag.key')
    .limit(limit)
    .execute();
}

function tellInstances(context: OperationContext, ids: readonly string[]): void {
  for (const id of ids) context.changed({ accountId: context.accountId, kind: 'instance', id });
}
