import type {
  DeleteObjectTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectTaggingRequest,
  Tag,
} from '@aws-sdk/client-s3';
import { type OperationContext, operation, type ResourceReference } from '../operation.ts';
import { checkedKey } from './object-key.ts';
import { type ObjectRow, requireBucket, requireObject } from './object-store.ts';
import { existingObjectResource, type ObjectInput, withTags } from './resource.ts';
import { type ObjectTags, tagsFromJson, tagsToJson, validTags } from './tagging.ts';
import { checkVersionId, type VersionInput } from './version-id.ts';

/** The object with the tags it has and those it is to have. */
const retaggedObjectResource: ResourceReference<PutObjectTaggingRequest> = {
  resourceType: 'object',
  async resolve(context, input) {
    const object = await existingObjectResource.resolve(context, input);
    return withTags(object, 's3:requestobjecttag/', tagsOf(input));
  },
};

const taggedKeys = {
  's3:RequestObjectTagKeys': (input: PutObjectTaggingRequest) => tagsOf(input).map(([key]) => key),
};

/** Errors: `NoSuchBucket`; `NoSuchKey`, or `AccessDenied` for who may not list. */
export const getObjectTagging = operation<GetObjectTaggingRequest, GetObjectTaggingOutput>({
  authorization: {
    action: 's3:GetObjectTagging',
    resource: existingObjectResource,
    also: [
      {
        action: 's3:GetObjectVersionTagging',
        resource: existingObjectResource,
        when: (input) => input.VersionId !== undefined,
      },
    ],
  },
  access: 'read',
  async run(context, input) {
    const row = await requireTaggable(context, input);
    return { TagSet: tagsFromJson(row.tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});

/** Errors: `InvalidTag`, `BadRequest`, and those of GetObjectTagging. */
export const putObjectTagging = operation<PutObjectTaggingRequest, object>({
  authorization: {
    action: 's3:PutObjectTagging',
    resource: retaggedObjectResource,
    conditionKeys: taggedKeys,
    also: [
      {
        action: 's3:PutObjectVersionTagging',
        resource: retaggedObjectResource,
        conditionKeys: taggedKeys,
        when: (input) => input.VersionId !== undefined,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const row = await requireTaggable(context, input);
    await setTags(context, row, validTags(tagsOf(input)));
    return {};
  },
});

/** Errors: as GetObjectTagging. */
export const deleteObjectTagging = operation<DeleteObjectTaggingRequest, object>({
  authorization: {
    action: 's3:DeleteObjectTagging',
    resource: existingObjectResource,
    also: [
      {
        action: 's3:DeleteObjectVersionTagging',
        resource: existingObjectResource,
        when: (input) => input.VersionId !== undefined,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    const row = await requireTaggable(context, input);
    await setTags(context, row, []);
    return {};
  },
});

async function requireTaggable(
  context: OperationContext,
  input: ObjectInput & VersionInput & { readonly ExpectedBucketOwner?: string | undefined },
): Promise<ObjectRow> {
  const bucket = await requireBucket(context, input);
  checkVersionId(input);
  return requireObject(context, bucket, checkedKey(input.Key));
}

async function setTags(context: OperationContext, row: ObjectRow, tags: ObjectTags): Promise<void> {
  await context.database
    .updateTable('s3_object')
    .set({ tags: tagsToJson(tags) })
    .where('account_id', '=', row.account_id)
    .where('bucket', '=', row.bucket)
    .where('key', '=', row.key)
    .execute();
}

function tagsOf(input: PutObjectTaggingRequest): ObjectTags {
  return (input.Tagging?.TagSet ?? []).map((tag: Tag) => [tag.Key ?? '', tag.Value ?? '']);
}
