import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Schema } from '@carnet/store';
import type { OperationContext, Resource } from '../operation.ts';
import type { ByteRange } from './byte-range.ts';
import { checkWriteConditions } from './precondition.ts';
import { type BucketInput, resolveBucket, resolveObject, withTags } from './resource.ts';
import { accessDenied, noSuchBucket, noSuchKey } from './s3-error.ts';
import { tagsFromJson } from './tagging.ts';

export type ObjectRow = Schema['s3_object'];

export interface BucketRow {
  readonly account_id: string;
  readonly name: string;
  readonly region: string;
}

/**
 * The bucket of a call. Errors: `NoSuchBucket`; `AccessDenied` when the caller expected another
 * owner (`x-amz-expected-bucket-owner`).
 */
export async function requireBucket(
  context: OperationContext,
  input: BucketInput & { readonly ExpectedBucketOwner?: string | undefined },
): Promise<BucketRow> {
  const name = input.Bucket ?? '';
  const bucket = await context.database
    .selectFrom('s3_bucket')
    .select(['account_id', 'name', 'region'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (!bucket) throw noSuchBucket(name);
  const { ExpectedBucketOwner: expected } = input;
  if (expected !== undefined && expected !== bucket.account_id) throw accessDenied();
  return bucket;
}

export function findObject(
  context: OperationContext,
  bucket: BucketRow,
  key: string,
): Promise<ObjectRow | undefined> {
  return context.database
    .selectFrom('s3_object')
    .selectAll()
    .where('account_id', '=', bucket.account_id)
    .where('bucket', '=', bucket.name)
    .where('key', '=', key)
    .executeTakeFirst();
}

/**
 * The object, or the error that its absence is: whoever may not list the bucket does not learn
 * which keys exist. Errors: `NoSuchKey`, `AccessDenied`.
 */
export async function requireObject(
  context: OperationContext,
  bucket: BucketRow,
  key: string,
): Promise<ObjectRow> {
  const row = await findObject(context, bucket, key);
  if (row) return row;
  const resource: Resource = await resolveBucket(context, bucket.name);
  throw context.isAllowed('s3:ListBucket', resource) ? noSuchKey(key) : accessDenied();
}

/**
 * As `requireObject`, and decides the call's permissions once more for the tags that the row has:
 * between the gate and this row the object may have become another one.
 */
export async function requireReadableObject(
  context: OperationContext,
  bucket: BucketRow,
  key: string,
  actions: readonly string[],
): Promise<ObjectRow> {
  const row = await requireObject(context, bucket, key);
  const object = await resolveRow(context, row);
  if (!actions.every((action) => context.isAllowed(action, object))) throw accessDenied();
  return row;
}

/** The resource that a row is, with its own tags. */
export async function resolveRow(context: OperationContext, row: ObjectRow): Promise<Resource> {
  const object = await resolveObject(context, row.bucket, row.key);
  return withTags(object, 's3:existingobjecttag/', tagsFromJson(row.tags));
}

/**
 * Puts an object in its place, in the transaction of the call, and has the file of the one before
 * removed after the commit. Errors: `PreconditionFailed`, `NoSuchKey`.
 */
export async function putRow(
  context: OperationContext,
  row: ObjectRow,
  conditions: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): Promise<void> {
  const before = await context.database
    .selectFrom('s3_object')
    .select(['file', 'etag'])
    .where('account_id', '=', row.account_id)
    .where('bucket', '=', row.bucket)
    .where('key', '=', row.key)
    .executeTakeFirst();
  checkWriteConditions(conditions, row.key, before?.etag);
  if (before) {
    await deleteRow(context, row);
    removeAfterCommit(context, [before.file]);
  }
  await context.database.insertInto('s3_object').values(row).execute();
}

export async function deleteRow(
  context: OperationContext,
  { account_id, bucket, key }: Pick<ObjectRow, 'account_id' | 'bucket' | 'key'>,
): Promise<void> {
  await context.database
    .deleteFrom('s3_object')
    .where('account_id', '=', account_id)
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .execute();
}

/** Removes files that nothing refers to any more once the change is durable. */
export function removeAfterCommit(context: OperationContext, files: readonly string[]): void {
  if (files.length === 0) return;
  context.afterCommit(() => context.objectFiles.remove(files));
}

/** Removes files that were written for a change which did not come to be. */
export function removeAfterRollback(context: OperationContext, files: readonly string[]): void {
  context.afterRollback(() => context.objectFiles.remove(files));
}

/**
 * Opens the bytes of an object. Undefined when the file has gone: the object was replaced or deleted
 * after `row` had been read, and the row must be read again.
 */
export async function openObject(
  context: OperationContext,
  bucket: BucketRow,
  row: ObjectRow,
  range?: ByteRange,
): Promise<Readable | undefined> {
  const readable = context.objectFiles.read(row.file, range);
  try {
    await once(readable, 'readable');
    return readable;
  } catch (error) {
    const current = await findObject(context, bucket, row.key);
    if (current?.file === row.file) throw error;
    return undefined;
  }
}
