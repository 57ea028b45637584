import { randomBytes } from 'node:crypto';
import type {
  AbortMultipartUploadRequest,
  ChecksumType,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
} from '@aws-sdk/client-s3';
import type { Schema } from '@carnet/store';
import type { Caller } from '../authentication/caller.ts';
import { type OperationContext, operation } from '../operation.ts';
import {
  type ChecksumAlgorithm,
  defaultChecksumAlgorithm,
  findChecksumAlgorithm,
} from './checksum/checksum-algorithm.ts';
import { announcedAlgorithm } from './object-body.ts';
import { headersToJson, metadataToJson } from './object-header.ts';
import { checkedKey } from './object-key.ts';
import { type BucketRow, removeAfterCommit, requireBucket } from './object-store.ts';
import { alsoTagging, putConditionKeys } from './put-object.ts';
import { newObjectResource, type ObjectInput, objectResource } from './resource.ts';
import { invalidRequest, noSuchUpload } from './s3-error.ts';
import { parseTagging, tagsToJson } from './tagging.ts';
import { refuseUnsupported } from './unsupported-header.ts';

export type UploadRow = Schema['s3_upload'];

/** The checksum that an upload was begun with. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
}

/** Errors: `NoSuchBucket`, `InvalidRequest`, and those of PutObject for headers and metadata. */
export const createMultipartUpload = operation<
  CreateMultipartUploadRequest,
  CreateMultipartUploadOutput
>({
  authorization: {
    action: 's3:PutObject',
    resource: newObjectResource,
    conditionKeys: { ...putConditionKeys, 's3:ObjectCreationOperation': () => 'false' },
    also: [alsoTagging],
  },
  access: 'write',
  async run(context, input) {
    refuseUnsupported(input);
    const bucket = await requireBucket(context, input);
    const key = checkedKey(input.Key);
    const checksum = chosenChecksum(input);
    const uploadId = newUploadId(context.now);
    await context.database
      .insertInto('s3_upload')
      .values({
        account_id: bucket.account_id,
        bucket: bucket.name,
        key,
        upload_id: uploadId,
        initiator: initiatorOf(context.caller),
        created_at: context.now,
        headers: headersToJson(input),
        metadata: metadataToJson(input.Metadata),
        checksum_algorithm: checksum ? `${checksum.algorithm.name} ${checksum.type}` : null,
        tags: tagsToJson(parseTagging(input.Tagging)),
      })
      .execute();
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: uploadId,
      ChecksumAlgorithm: checksum?.algorithm.wireName,
      ChecksumType: checksum?.type,
    };
  },
});

/** Errors: `NoSuchBucket`, `NoSuchUpload`. */
export const abortMultipartUpload = operation<AbortMultipartUploadRequest, object>({
  authorization: { action: 's3:AbortMultipartUpload', resource: objectResource },
  access: 'write',
  async run(context, input) {
    refuseUnsupported(input);
    const bucket = await requireBucket(context, input);
    const upload = await requireUpload(context, bucket, input);
    await deleteUpload(context, upload);
    return {};
  },
});

/**
 * The upload, when it is of this bucket and key: an id is valid for nothing else.
 * Error: `NoSuchUpload`.
 */
export async function requireUpload(
  context: OperationContext,
  bucket: BucketRow,
  input: ObjectInput & { readonly UploadId: string | undefined },
): Promise<UploadRow> {
  const uploadId = input.UploadId ?? '';
  const upload = await context.database
    .selectFrom('s3_upload')
    .selectAll()
    .where('account_id', '=', bucket.account_id)
    .where('upload_id', '=', uploadId)
    .executeTakeFirst();
  if (!upload || upload.bucket !== bucket.name || upload.key !== input.Key) {
    throw noSuchUpload(uploadId);
  }
  return upload;
}

/** Deletes an upload with its parts; their files go after the commit. */
export async function deleteUpload(context: OperationContext, upload: UploadRow): Promise<void> {
  const { account_id: accountId, upload_id: uploadId } = upload;
  const parts = await context.database
    .deleteFrom('s3_part')
    .where('account_id', '=', accountId)
    .where('upload_id', '=', uploadId)
    .returning('file')
    .execute();
  await context.database
    .deleteFrom('s3_upload')
    .where('account_id', '=', accountId)
    .where('upload_id', '=', uploadId)
    .execute();
  removeAfterCommit(
    context,
    parts.map((part) => part.file),
  );
}

export function checksumOf(
  upload: Pick<UploadRow, 'checksum_algorithm'>,
): UploadChecksum | undefined {
  const [name = '', type] = upload.checksum_algorithm?.split(' ') ?? [];
  const algorithm = findChecksumAlgorithm(name);
  return algorithm && { algorithm, type: type === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE' };
}

/** The checksum that the object will have: S3 chooses one when the upload was begun with none. */
export function checksumToBe(upload: Pick<UploadRow, 'checksum_algorithm'>): UploadChecksum {
  return checksumOf(upload) ?? { algorithm: defaultChecksumAlgorithm, type: 'FULL_OBJECT' };
}

/** Source: S3 User Guide, "Checking object integrity", full object and composite checksum types. */
function chosenChecksum(input: CreateMultipartUploadRequest): UploadChecksum | undefined {
  const algorithm = announcedAlgorithm(input);
  const { ChecksumType: type } = input;
  if (!algorithm) {
    if (type === undefined) return undefined;
    throw invalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const isCrc = algorithm.name.startsWith('crc');
  const mayCompose = algorithm.name !== 'crc64nvme';
  const chosen = type ?? (mayCompose ? 'COMPOSITE' : 'FULL_OBJECT');
  if ((chosen === 'COMPOSITE' && !mayCompose) || (chosen === 'FULL_OBJECT' && !isCrc)) {
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${algorithm.name} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}

/** Begins with the time, so that uploads of one key sort by when they were begun. */
function newUploadId(now: number): string {
  return now.toString(36).padStart(9, '0') + randomBytes(24).toString('base64url');
}

function initiatorOf(caller: Caller): string {
  return caller.kind === 'anonymous' ? 'anonymous' : caller.arn;
}
