import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-lambda';
import { foldAscii } from '@carnet/policy';
import { type OperationContext, operation, type RequestTag } from '../operation.ts';
import { invalidParameter } from './error.ts';
import type { FunctionTarget } from './function-name.ts';
import { requireTarget, tellFunction } from './function-row.ts';
import { taggedFunction, taggedResource } from './resource.ts';

type Tags = Readonly<Record<string, string>>;

/** Errors: `ResourceNotFoundException`, `InvalidParameterValueException`. */
export const tagResource = operation<TagResourceRequest, void>({
  authorization: {
    action: 'lambda:TagResource',
    resource: taggedResource,
    requestTags: (input) => requestTags(input.Tags),
  },
  access: 'write',
  async run(context, input) {
    const { target, row } = await requireTagged(context, input);
    await writeTags(context, target, input.Tags ?? {});
    tellFunction(context, row);
  },
});

/** A key that is not there is passed over. Errors: `ResourceNotFoundException`. */
export const untagResource = operation<UntagResourceRequest, void>({
  authorization: {
    action: 'lambda:UntagResource',
    resource: taggedResource,
    tagKeys: (input) => input.TagKeys,
  },
  access: 'write',
  async run(context, input) {
    const { target, row } = await requireTagged(context, input);
    await removeTags(context, target, input.TagKeys ?? []);
    tellFunction(context, row);
  },
});

/** Errors: `ResourceNotFoundException`. */
export const listTags = operation<ListTagsRequest, ListTagsResponse>({
  authorization: { action: 'lambda:ListTags', resource: taggedResource },
  access: 'read',
  async run(context, input) {
    const { target } = await requireTagged(context, input);
    return { Tags: await readTags(context, target) };
  },
});

export function requestTags(tags: Tags | undefined): readonly RequestTag[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

async function requireTagged(
  context: OperationContext,
  { Resource: arn }: { readonly Resource: string | undefined },
) {
  const target = taggedFunction(context, arn);
  if (target.qualifier !== undefined) {
    throw invalidParameter(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
  }
  return await requireTarget(context, target);
}

type Owner = Pick<FunctionTarget, 'accountId' | 'name'>;

export async function readTags(
  { database }: Pick<OperationContext, 'database'>,
  { accountId, name }: Owner,
): Promise<Record<string, string>> {
  const rows = await database
    .selectFrom('lambda_tag')
    .select(['key', 'value'])
    .where('account_id', '=', accountId)
    .where('resource_id', '=', name)
    .orderBy('key')
    .execute();
  const tags: Record<string, string> = Object.create(null);
  for (const { key, value } of rows) tags[key] = value;
  return tags;
}

/** Sets tags beside those that there are. */
export async function writeTags(
  context: OperationContext,
  owner: Owner,
  tags: Tags,
): Promise<void> {
  const entries = Object.entries(tags);
  if (entries.length === 0) return;
  for (const [key, value] of entries) checkTag(key, value);
  await removeTags(
    context,
    owner,
    entries.map(([key]) => key),
  );
  const rows = entries.map(([key, value]) => ({
    account_id: owner.accountId,
    resource_id: owner.name,
    key,
    value,
  }));
  await context.database.insertInto('lambda_tag').values(rows).execute();
  const count = Object.keys(await readTags(context, owner)).length;
  if (count > context.settings.quotas.tagsPerResource) {
    throw invalidParameter('Number of tags exceeds resource tag limit.');
  }
}

/** Source: "Using tags on Lambda functions", AWS Lambda Developer Guide. */
function checkTag(key: string, value: string): void {
  if (key.length === 0 || key.length > 128 || value.length > 256) {
    throw invalidParameter('A tag key has 1 to 128 characters, and its value at most 256.');
  }
  if (foldAscii(key).startsWith('aws:')) {
    throw invalidParameter('Tag keys that begin with aws: are reserved.');
  }
}

async function removeTags(
  { database }: OperationContext,
  { accountId, name }: Owner,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await database
    .deleteFrom('lambda_tag')
    .where('account_id', '=', accountId)
    .where('resource_id', '=', name)
    .where('key', 'in', keys)
    .execute();
}
