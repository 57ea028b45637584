import type { PutObjectOutput, PutObjectRequest } from '@aws-sdk/client-s3';
import { type ConditionalRequirement, operation } from '../operation.ts';
import { defaultChecksumAlgorithm } from './checksum/checksum-algorithm.ts';
import { type ObjectBody, receiveBody, type StoredBody } from './object-body.ts';
import { checksumMembers, checksumsToJson } from './object-checksum.ts';
import { headersToJson, metadataToJson } from './object-header.ts';
import { checkedKey } from './object-key.ts';
import {
  findObject,
  type ObjectRow,
  putRow,
  removeAfterRollback,
  requireBucket,
} from './object-store.ts';
import { checkWriteConditions } from './precondition.ts';
import { existingObjectResource, newObjectResource, type ObjectInput } from './resource.ts';
import { noSuchBucket } from './s3-error.ts';
import { parseTagging, requestTagKeys, tagsToJson } from './tagging.ts';
import { refuseUnsupported } from './unsupported-header.ts';

export type PutObjectInput = Omit<PutObjectRequest, 'Body'> & {
  readonly Body?: ObjectBody | undefined;
};

/** The condition keys of s3:PutObject that come from headers, for every operation that takes them. */
export const putConditionKeys = {
  's3:x-amz-acl': (input: PutHeaders) => input.ACL,
  's3:x-amz-storage-class': (input: PutHeaders) => input.StorageClass,
  's3:x-amz-server-side-encryption': (input: PutHeaders) => input.ServerSideEncryption,
  's3:x-amz-server-side-encryption-aws-kms-key-id': (input: PutHeaders) => input.SSEKMSKeyId,
  's3:x-amz-server-side-encryption-customer-algorithm': (input: PutHeaders) =>
    input.SSECustomerAlgorithm,
  's3:x-amz-website-redirect-location': (input: PutHeaders) => input.WebsiteRedirectLocation,
  's3:x-amz-grant-full-control': (input: PutHeaders) => input.GrantFullControl,
  's3:x-amz-grant-read': (input: PutHeaders) => input.GrantRead,
  's3:x-amz-grant-read-acp': (input: PutHeaders) => input.GrantReadACP,
  's3:x-amz-grant-write-acp': (input: PutHeaders) => input.GrantWriteACP,
  's3:object-lock-mode': (input: PutHeaders) => input.ObjectLockMode,
  's3:object-lock-legal-hold': (input: PutHeaders) => input.ObjectLockLegalHoldStatus,
  's3:RequestObjectTagKeys': (input: PutHeaders) => requestTagKeys(input.Tagging),
};

export type PutHeaders = Pick<
  PutObjectRequest,
  | 'ACL'
  | 'StorageClass'
  | 'ServerSideEncryption'
  | 'SSEKMSKeyId'
  | 'SSECustomerAlgorithm'
  | 'WebsiteRedirectLocation'
  | 'GrantFullControl'
  | 'GrantRead'
  | 'GrantReadACP'
  | 'GrantWriteACP'
  | 'ObjectLockMode'
  | 'ObjectLockLegalHoldStatus'
  | 'Tagging'
>;

export interface WriteConditionInput extends ObjectInput {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

export const writeConditionKeys = {
  's3:if-match': (input: WriteConditionInput) => input.IfMatch,
  's3:if-none-match': (input: WriteConditionInput) => input.IfNoneMatch,
};

/** Tags that are sent with an object are a permission of their own. */
export const alsoTagging: ConditionalRequirement<
  ObjectInput & { readonly Tagging?: string | undefined }
> = {
  action: 's3:PutObjectTagging',
  resource: newObjectResource,
  conditionKeys: { 's3:RequestObjectTagKeys': (input) => requestTagKeys(input.Tagging) },
  when: (input) => parseTagging(input.Tagging).length > 0,
};

/** Comparing an entity tag tells what is stored, as reading does. */
export const alsoReading: ConditionalRequirement<WriteConditionInput> = {
  action: 's3:GetObject',
  resource: existingObjectResource,
  when: (input) => input.IfMatch !== undefined && input.IfMatch !== '*',
};

/**
 * Errors: `NoSuchBucket`, `BadDigest`, `InvalidDigest`, `EntityTooLarge`, `KeyTooLongError`,
 * `MetadataTooLarge`, `PreconditionFailed`, and those of `refuseUnsupported`.
 */
export const putObject = operation<PutObjectInput, PutObjectOutput, PreparedPut>({
  authorization: {
    action: 's3:PutObject',
    resource: newObjectResource,
    conditionKeys: {
      ...putConditionKeys,
      ...writeConditionKeys,
      's3:ObjectCreationOperation': () => 'true',
    },
    also: [alsoTagging, alsoReading],
  },
  access: 'write',
  async prepare(context, input) {
    refuseUnsupported(input);
    const bucket = await requireBucket(context, input);
    const key = checkedKey(input.Key);
    const columns = {
      headers: headersToJson(input),
      metadata: metadataToJson(input.Metadata),
      tags: tagsToJson(parseTagging(input.Tagging)),
    };
    // Looked at again in the transaction: here it spares a body that would be refused.
    const before = await findObject(context, bucket, key);
    checkWriteConditions(input, key, before?.etag);
    const body = await receiveBody(
      context.objectFiles,
      input.Body,
      input,
      defaultChecksumAlgorithm,
    );
    removeAfterRollback(context, [body.file]);
    const row = {
      account_id: bucket.account_id,
      bucket: bucket.name,
      key,
      file: body.file,
      size: body.size,
      etag: body.md5,
      last_modified_at: context.now,
      checksums: checksumsToJson({ values: body.checksums, type: 'FULL_OBJECT' }),
      ...columns,
    };
    return { row, body };
  },
  async run(context, input, { row, body }) {
    const bucket = await requireBucket(context, input);
    // Deleted and made again by somebody else while the body came.
    if (bucket.account_id !== row.account_id) throw noSuchBucket(bucket.name);
    await putRow(context, row, input);
    return {
      ETag: `"${row.etag}"`,
      ...checksumMembers({ values: body.checksums, type: 'FULL_OBJECT' }),
    };
  },
});

interface PreparedPut {
  readonly row: ObjectRow;
  readonly body: StoredBody;
}
