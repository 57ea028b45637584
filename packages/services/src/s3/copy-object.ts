import type { CopyObjectOutput, CopyObjectRequest } from '@aws-sdk/client-s3';
import { type ConditionalRequirement, type OperationContext, operation } from '../operation.ts';
import { parseCopyRange } from './byte-range.ts';
import { type ChecksumAlgorithm, defaultChecksumAlgorithm } from './checksum/checksum-algorithm.ts';
import { copySourceText, parseCopySource } from './copy-source.ts';
import { announcedAlgorithm, copyBody, maximumUploadSize, type StoredBody } from './object-body.ts';
import {
  algorithmsOf,
  checksumMembers,
  checksumsFromJson,
  checksumsToJson,
} from './object-checksum.ts';
import { headersToJson, metadataToJson } from './object-header.ts';
import { checkedKey } from './object-key.ts';
import {
  findObject,
  type ObjectRow,
  openObject,
  putRow,
  removeAfterRollback,
  requireBucket,
  requireReadableObject,
  resolveRow,
} from './object-store.ts';
import { checkCopyConditions, checkWriteConditions } from './precondition.ts';
import { alsoReading, alsoTagging, putConditionKeys, writeConditionKeys } from './put-object.ts';
import { copySourceResource, newCopyResource, resolveObject, withTags } from './resource.ts';
import { accessDenied, entityTooLarge, invalidRequest, noSuchBucket } from './s3-error.ts';
import { parseTagging, tagsFromJson, tagsToJson } from './tagging.ts';
import { refuseUnsupported } from './unsupported-header.ts';
import { checkVersionId } from './version-id.ts';

/** The members of CopyObject and UploadPartCopy that name the source. */
export type CopySourceInput = Pick<
  CopyObjectRequest,
  | 'CopySource'
  | 'CopySourceIfMatch'
  | 'CopySourceIfNoneMatch'
  | 'CopySourceIfModifiedSince'
  | 'CopySourceIfUnmodifiedSince'
  | 'ExpectedSourceBucketOwner'
>;

/** A copy reads its source. */
export const alsoCopySource: readonly ConditionalRequirement<CopySourceInput>[] = [
  { action: 's3:GetObject', resource: copySourceResource },
  {
    action: 's3:GetObjectVersion',
    resource: copySourceResource,
    when: (input) => parseCopySource(input.CopySource).versionId !== undefined,
  },
];

/** A source's row and the copy of its bytes. */
export interface CopiedSource {
  readonly source: ObjectRow;
  readonly body: StoredBody;
}

/**
 * Copies the bytes of the source, or a range of them, to a new file.
 * Errors: `NoSuchBucket`, `NoSuchKey`, `AccessDenied`, `PreconditionFailed`, `InvalidArgument`.
 */
export async function copySource(
  context: OperationContext,
  input: CopySourceInput,
  choice: {
    readonly range?: string | undefined;
    /** Checksums to compute; `source` may have some of its own. */
    algorithms(source: ObjectRow): readonly ChecksumAlgorithm[];
    /** Throws when this source may not be copied. */
    check(source: ObjectRow): Promise<void> | void;
  },
): Promise<CopiedSource> {
  const { bucket: name, key, versionId } = parseCopySource(input.CopySource);
  const bucket = await requireBucket(context, {
    Bucket: name,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
  });
  checkVersionId({ VersionId: versionId });
  for (;;) {
    const source = await requireReadableObject(context, bucket, checkedKey(key), ['s3:GetObject']);
    checkCopyConditions(
      {
        ifMatch: input.CopySourceIfMatch,
        ifNoneMatch: input.CopySourceIfNoneMatch,
        ifModifiedSince: input.CopySourceIfModifiedSince,
        ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
      },
      { etag: source.etag, lastModifiedAt: source.last_modified_at },
    );
    await choice.check(source);
    const range = parseCopyRange(choice.range, source.size);
    const size = range ? range.end - range.start + 1 : source.size;
    if (size > maximumUploadSize) throw tooLarge(choice.range, size);
    const bytes = await openObject(context, bucket, source, range);
    if (!bytes) continue;
    const body = await copyBody(context.objectFiles, bytes, choice.algorithms(source));
    removeAfterRollback(context, [body.file]);
    return { source, body };
  }
}

function tooLarge(range: string | undefined, size: number): Error {
  if (range !== undefined) return entityTooLarge(size, maximumUploadSize);
  return invalidRequest(
    'The specified copy source is larger than the maximum allowable size for a copy source: ' +
      String(maximumUploadSize),
  );
}

interface PreparedCopy {
  readonly row: ObjectRow;
}

/** Errors: as `copySource`, and those of PutObject. */
export const copyObject = operation<CopyObjectRequest, CopyObjectOutput, PreparedCopy>({
  authorization: {
    action: 's3:PutObject',
    resource: newCopyResource,
    conditionKeys: {
      ...putConditionKeys,
      ...writeConditionKeys,
      's3:x-amz-copy-source': (input) => copySourceText(input.CopySource),
      's3:x-amz-metadata-directive': (input) => input.MetadataDirective,
      's3:ObjectCreationOperation': () => 'true',
    },
    also: [...alsoCopySource, alsoTagging, alsoReading],
  },
  access: 'write',
  async prepare(context, input) {
    refuseUnsupported(input);
    const destination = await requireBucket(context, input);
    const key = checkedKey(input.Key);
    // Looked at again in the transaction: here it spares a copy that would be refused.
    const before = await findObject(context, destination, key);
    checkWriteConditions(input, key, before?.etag);
    const replacesMetadata = input.MetadataDirective === 'REPLACE';
    const replacesTags = input.TaggingDirective === 'REPLACE';
    const announced = announcedAlgorithm(input);
    const { source, body } = await copySource(context, input, {
      algorithms(row) {
        if (announced) return [announced];
        const ofSource = algorithmsOf(checksumsFromJson(row.checksums));
        return ofSource.length > 0 ? ofSource : [defaultChecksumAlgorithm];
      },
      async check(row) {
        const isSame = row.bucket === destination.name && row.key === key;
        if (isSame && !replacesMetadata && !replacesTags) throw copyToItself();
        if (!replacesTags) await checkTagsMayBeCopied(context, input, row);
      },
    });
    const row = {
      account_id: destination.account_id,
      bucket: destination.name,
      key,
      file: body.file,
      size: body.size,
      etag: body.md5,
      last_modified_at: context.now,
      headers: replacesMetadata ? headersToJson(input) : source.headers,
      metadata: replacesMetadata ? metadataToJson(input.Metadata) : source.metadata,
      checksums: checksumsToJson({ values: body.checksums, type: 'FULL_OBJECT' }),
      tags: replacesTags ? tagsToJson(parseTagging(input.Tagging)) : source.tags,
    };
    return { row };
  },
  async run(context, input, { row }) {
    const bucket = await requireBucket(context, input);
    if (bucket.account_id !== row.account_id) throw noSuchBucket(bucket.name);
    await putRow(context, row, input);
    return {
      CopyObjectResult: {
        ETag: `"${row.etag}"`,
        LastModified: new Date(row.last_modified_at),
        ...checksumMembers(checksumsFromJson(row.checksums)),
      },
    };
  },
});

/** Tags go with a copy: reading them here and setting them there are permissions of their own. */
async function checkTagsMayBeCopied(
  context: OperationContext,
  input: CopyObjectRequest,
  source: ObjectRow,
): Promise<void> {
  const tags = tagsFromJson(source.tags);
  if (tags.length === 0) return;
  const from = await resolveRow(context, source);
  const to = await resolveObject(context, input.Bucket ?? '', input.Key ?? '');
  const tagged = withTags(to, 's3:requestobjecttag/', tags);
  if (
    !context.isAllowed('s3:GetObjectTagging', from) ||
    !context.isAllowed('s3:PutObjectTagging', tagged)
  ) {
    throw accessDenied();
  }
}

function copyToItself(): Error {
  return invalidRequest(
    'This copy request is illegal because it is trying to copy an object to itself without ' +
      "changing the object's metadata, storage class, website redirect location or encryption " +
      'attributes.',
  );
}
