import type {
  _Error,
  DeletedObject,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { ApiError } from '@carnet/wire';
import {
  type OperationContext,
  operation,
  type Resource,
  type ResourceReference,
} from '../operation.ts';
import { checkedKey } from './object-key.ts';
import {
  type BucketRow,
  deleteRow,
  findObject,
  removeAfterCommit,
  requireBucket,
} from './object-store.ts';
import { matchesETag } from './precondition.ts';
import { alsoReading } from './put-object.ts';
import { objectIn, objectResource, resolveBucket, resolveObject } from './resource.ts';
import { accessDenied, noSuchKey, preconditionFailed } from './s3-error.ts';
import { refuseUnsupported } from './unsupported-header.ts';
import { checkVersionId } from './version-id.ts';

const maximumEntries = 1000;

/** A key that is not there is no error. Errors: `NoSuchBucket`, `PreconditionFailed`. */
export const deleteObject = operation<DeleteObjectRequest, object>({
  authorization: {
    action: 's3:DeleteObject',
    resource: objectResource,
    conditionKeys: { 's3:if-match': (input) => input.IfMatch },
    also: [
      alsoReading,
      {
        action: 's3:DeleteObjectVersion',
        resource: objectResource,
        when: (input) => input.VersionId !== undefined,
      },
    ],
  },
  access: 'write',
  async run(context, input) {
    refuseUnsupported(input);
    const bucket = await requireBucket(context, input);
    checkVersionId(input);
    await deleteOne(context, bucket, checkedKey(input.Key), input.IfMatch);
    return {};
  },
});

/** Names the kind of resource; what is decided on is each entry's own object. */
const everyObject: ResourceReference<DeleteObjectsRequest> = {
  resourceType: 'object',
  resolve: (context, input) => resolveObject(context, input.Bucket ?? '', '*'),
};

/**
 * Each key is authorized by itself and has its own result. Errors: `NoSuchBucket`, `MalformedXML`.
 */
export const deleteObjects = operation<DeleteObjectsRequest, DeleteObjectsOutput, AnyAllowed>({
  authorization: { action: 's3:DeleteObject', resource: everyObject, perEntry: true },
  access: 'write',
  async prepare(context, input) {
    const allowed = await allowedEntries(context, input.Bucket ?? '', entriesOf(input));
    return allowed.size > 0;
  },
  refusedOutput(anyAllowed, input) {
    if (anyAllowed) return undefined;
    return { Deleted: [], Errors: entriesOf(input).map((entry) => errorOf(entry, accessDenied())) };
  },
  async run(context, input) {
    const entries = entriesOf(input);
    // Asked again: a policy may have changed since.
    const allowed = await allowedEntries(context, input.Bucket ?? '', entries);
    // Who may delete none of them does not learn whether there is such a bucket.
    const bucket = allowed.size > 0 ? await requireBucket(context, input) : undefined;
    const deleted: DeletedObject[] = [];
    const errors: _Error[] = [];
    for (const entry of entries) {
      try {
        if (!bucket || !allowed.has(entry)) throw accessDenied();
        await deleteEntry(context, bucket, entry);
        deleted.push({ Key: entry.Key, VersionId: entry.VersionId });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        errors.push(errorOf(entry, error));
      }
    }
    return { Deleted: input.Delete?.Quiet ? [] : deleted, Errors: errors };
  },
});

type AnyAllowed = boolean;

function entriesOf(input: DeleteObjectsRequest): readonly ObjectIdentifier[] {
  const entries = input.Delete?.Objects ?? [];
  if (entries.length > 0 && entries.length <= maximumEntries) return entries;
  throw new ApiError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

async function allowedEntries(
  context: OperationContext,
  bucketName: string,
  entries: readonly ObjectIdentifier[],
): Promise<ReadonlySet<ObjectIdentifier>> {
  const bucket = await resolveBucket(context, bucketName);
  return new Set(
    entries.filter((entry) => isEntryAllowed(context, objectIn(bucket, entry.Key ?? ''), entry)),
  );
}

function isEntryAllowed(
  context: OperationContext,
  object: Resource,
  entry: ObjectIdentifier,
): boolean {
  const keys = new Map(object.conditionKeys);
  if (entry.ETag !== undefined) keys.set('s3:if-match', entry.ETag);
  const resource = { ...object, conditionKeys: keys };
  if (!context.isAllowed('s3:DeleteObject', resource)) return false;
  if (entry.VersionId !== undefined && !context.isAllowed('s3:DeleteObjectVersion', resource)) {
    return false;
  }
  const comparesETag = entry.ETag !== undefined && entry.ETag !== '*';
  return !comparesETag || context.isAllowed('s3:GetObject', object);
}

async function deleteEntry(
  context: OperationContext,
  bucket: BucketRow,
  entry: ObjectIdentifier,
): Promise<void> {
  if (entry.LastModifiedTime !== undefined || entry.Size !== undefined) {
    throw new ApiError(
      'NotImplemented',
      501,
      'LastModifiedTime and Size are for directory buckets only',
    );
  }
  checkVersionId(entry);
  await deleteOne(context, bucket, checkedKey(entry.Key), entry.ETag);
}

function errorOf(entry: ObjectIdentifier, error: ApiError): _Error {
  return {
    Key: entry.Key,
    VersionId: entry.VersionId,
    Code: error.code,
    Message: error.message,
  };
}

async function deleteOne(
  context: OperationContext,
  bucket: BucketRow,
  key: string,
  ifMatch: string | undefined,
): Promise<void> {
  const row = await findObject(context, bucket, key);
  if (ifMatch !== undefined) {
    if (!row) throw ifMatch === '*' ? preconditionFailed('If-Match') : noSuchKey(key);
    if (!matchesETag(ifMatch, row.etag)) throw preconditionFailed('If-Match');
  }
  if (!row) return;
  await deleteRow(context, row);
  removeAfterCommit(context, [row.file]);
}
