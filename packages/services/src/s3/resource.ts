import type { Caller } from '../authentication/caller.ts';
import { asciiLowerCase } from '../authorization/request-context.ts';
import type { ResolveContext, Resource, ResourceReference } from '../operation.ts';
import { parseCopySource } from './copy-source.ts';
import { parseTagging } from './tagging.ts';

/** The members that name a bucket and an object in S3's inputs. */
export interface BucketInput {
  readonly Bucket: string | undefined;
}

export interface ObjectInput extends BucketInput {
  readonly Key: string | undefined;
}

/** The bucket of the call. */
export const bucketResource: ResourceReference<BucketInput> = {
  resourceType: 'bucket',
  resolve: (context, input) => resolveBucket(context, input.Bucket ?? ''),
};

/**
 * A bucket that is to be made: of the caller's account, whoever owns one of that name. Whether the
 * name is taken is told afterwards, by `BucketAlreadyExists`.
 */
export const newBucketResource: ResourceReference<BucketInput> = {
  resourceType: 'bucket',
  async resolve(context, input) {
    return { arn: bucketArn(input.Bucket ?? ''), accountId: accountOf(context.caller) };
  },
};

/**
 * The bucket whose policy is read or changed: the root user of its account is not bound by the
 * policy itself, so that a policy which locks everybody out can be undone.
 * Source: S3 API reference, PutBucketPolicy.
 */
export const bucketOfPolicyResource: ResourceReference<BucketInput> = {
  resourceType: 'bucket',
  async resolve(context, input) {
    const bucket = await resolveBucket(context, input.Bucket ?? '');
    const { caller } = context;
    const isOwnRoot = caller.kind === 'root' && caller.accountId === bucket.accountId;
    return isOwnRoot ? { ...bucket, policy: undefined } : bucket;
  },
};

/** The object of the call, by its literal key. */
export const objectResource: ResourceReference<ObjectInput> = {
  resourceType: 'object',
  resolve: (context, input) => resolveObject(context, input.Bucket ?? '', input.Key ?? ''),
};

/** The object of the call with the tags it will have: `s3:RequestObjectTag/<key>`. */
export const newObjectResource: ResourceReference<
  ObjectInput & { readonly Tagging?: string | undefined }
> = {
  resourceType: 'object',
  async resolve(context, input) {
    const object = await resolveObject(context, input.Bucket ?? '', input.Key ?? '');
    return withTags(object, 's3:requestobjecttag/', parseTagging(input.Tagging));
  },
};

/** The same for a copy, whose own tags are set only when it replaces the source's. */
export const newCopyResource: ResourceReference<
  ObjectInput & {
    readonly Tagging?: string | undefined;
    readonly TaggingDirective?: string | undefined;
  }
> = {
  resourceType: 'object',
  resolve: (context, { Tagging, ...input }) =>
    newObjectResource.resolve(
      context,
      input.TaggingDirective === 'REPLACE' ? { ...input, Tagging } : input,
    ),
};

/** The object of the call with the tags it has: `s3:ExistingObjectTag/<key>`. */
export const existingObjectResource: ResourceReference<ObjectInput> = {
  resourceType: 'object',
  resolve: (context, input) => resolveExistingObject(context, input.Bucket ?? '', input.Key ?? ''),
};

/** The object that is copied from, the same one that the copy will read. */
export const copySourceResource: ResourceReference<{ readonly CopySource: string | undefined }> = {
  resourceType: 'object',
  resolve(context, input) {
    const { bucket, key } = parseCopySource(input.CopySource);
    return resolveExistingObject(context, bucket, key);
  },
};

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** An object of a bucket that was resolved before. */
export function objectIn(bucket: Resource, key: string): Resource {
  return { ...bucket, arn: `${bucket.arn}/${key}` };
}

/** A bucket that does not exist counts as the caller's: the identity policies then decide. */
export async function resolveBucket(context: ResolveContext, name: string): Promise<Resource> {
  const bucket = await context.resourcePolicies.bucket(name);
  const accountId = bucket?.accountId ?? accountOf(context.caller);
  return {
    arn: bucketArn(name),
    accountId,
    policy: bucket?.policy,
    conditionKeys: new Map(accountId ? [['s3:resourceaccount', accountId]] : []),
  };
}

export async function resolveObject(
  context: ResolveContext,
  bucket: string,
  key: string,
): Promise<Resource> {
  return objectIn(await resolveBucket(context, bucket), key);
}

export async function resolveExistingObject(
  context: ResolveContext,
  bucket: string,
  key: string,
): Promise<Resource> {
  const object = await resolveObject(context, bucket, key);
  const row = await context.database
    .selectFrom('s3_object')
    .select('tags')
    .where('account_id', '=', object.accountId)
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .executeTakeFirst();
  if (!row) return object;
  return withTags(object, 's3:existingobjecttag/', Object.entries(JSON.parse(row.tags)));
}

/**
 * Condition keys are compared without case and object tags with it: tags that differ in case only
 * become one key of several values, which matches no Allow and every Deny.
 */
export function withTags(
  resource: Resource,
  keyPrefix: string,
  tags: readonly (readonly [string, unknown])[],
): Resource {
  if (tags.length === 0) return resource;
  const keys = new Map<string, string | readonly string[]>(resource.conditionKeys);
  for (const [tag, value] of tags) {
    const key = keyPrefix + asciiLowerCase(tag);
    const other = keys.get(key);
    const text = String(value);
    keys.set(key, other === undefined ? text : [...(Array.isArray(other) ? other : [other]), text]);
  }
  return { ...resource, conditionKeys: keys };
}

/** Nobody's account for an anonymous caller. */
function accountOf(caller: Caller): string {
  return caller.kind === 'anonymous' ? '' : caller.accountId;
}
