import type {
  UploadPartCopyOutput,
  UploadPartCopyRequest,
  UploadPartOutput,
  UploadPartRequest,
} from '@aws-sdk/client-s3';
import type { Schema } from '@carnet/store';
import { type OperationContext, operation } from '../operation.ts';
import { alsoCopySource, copySource } from './copy-object.ts';
import { copySourceText } from './copy-source.ts';
import { checksumOf, requireUpload, type UploadRow } from './multipart-upload.ts';
import {
  algorithmsSpokenOf,
  type ObjectBody,
  receiveBody,
  type StoredBody,
} from './object-body.ts';
import { checksumMembers, checksumsToJson } from './object-checksum.ts';
import { removeAfterCommit, removeAfterRollback, requireBucket } from './object-store.ts';
import { objectResource } from './resource.ts';
import { checksumTypeMismatch, invalidArgument } from './s3-error.ts';
import { refuseUnsupported } from './unsupported-header.ts';

export type UploadPartInput = Omit<UploadPartRequest, 'Body'> & {
  readonly Body?: ObjectBody | undefined;
};

/** A part's number is 1 to 10,000. */
export const maximumPartNumber = 10_000;

/** Errors: `NoSuchBucket`, `NoSuchUpload`, `InvalidArgument`, and those of `receiveBody`. */
export const uploadPart = operation<UploadPartInput, UploadPartOutput, PreparedPart>({
  authorization: {
    action: 's3:PutObject',
    resource: objectResource,
    conditionKeys: { 's3:ObjectCreationOperation': () => 'false' },
  },
  access: 'write',
  async prepare(context, input) {
    const upload = await requirePartOf(context, input);
    // Of the upload's own algorithm there is a checksum whether or not this part declares one.
    const ofUpload = checksumOf(upload)?.algorithm;
    for (const { name } of algorithmsSpokenOf(input, input.Body)) {
      if (ofUpload && name !== ofUpload.name) throw checksumTypeMismatch(ofUpload.name, name);
    }
    const body = await receiveBody(context.objectFiles, input.Body, input, ofUpload);
    removeAfterRollback(context, [body.file]);
    return { body };
  },
  async run(context, input, { body }) {
    await putPart(context, input, body);
    return {
      ETag: `"${body.md5}"`,
      ...checksumMembers({ values: body.checksums, type: 'FULL_OBJECT' }),
      ChecksumType: undefined,
    };
  },
});

/** Errors: those of UploadPart and of the source of CopyObject. */
export const uploadPartCopy = operation<UploadPartCopyRequest, UploadPartCopyOutput, PreparedPart>({
  authorization: {
    action: 's3:PutObject',
    resource: objectResource,
    conditionKeys: {
      's3:x-amz-copy-source': (input) => copySourceText(input.CopySource),
      's3:ObjectCreationOperation': () => 'false',
    },
    also: alsoCopySource,
  },
  access: 'write',
  async prepare(context, input) {
    const upload = await requirePartOf(context, input);
    const ofUpload = checksumOf(upload)?.algorithm;
    const { body } = await copySource(context, input, {
      range: input.CopySourceRange,
      algorithms: () => (ofUpload ? [ofUpload] : []),
      check: () => undefined,
    });
    return { body };
  },
  async run(context, input, { body }) {
    await putPart(context, input, body);
    return {
      CopyPartResult: {
        ETag: `"${body.md5}"`,
        LastModified: new Date(context.now),
        ...checksumMembers({ values: body.checksums, type: 'FULL_OBJECT' }),
      },
    };
  },
});

interface PreparedPart {
  readonly body: StoredBody;
}

async function requirePartOf(
  context: OperationContext,
  input: Omit<UploadPartRequest, 'Body'> | UploadPartCopyRequest,
): Promise<UploadRow> {
  refuseUnsupported(input);
  const bucket = await requireBucket(context, input);
  const number = input.PartNumber ?? 0;
  if (!Number.isInteger(number) || number < 1 || number > maximumPartNumber) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      String(number),
    );
  }
  return requireUpload(context, bucket, input);
}

/** Puts a part in its place and has the file of the one before removed. */
async function putPart(
  context: OperationContext,
  input: Omit<UploadPartRequest, 'Body'> | UploadPartCopyRequest,
  body: StoredBody,
): Promise<void> {
  const bucket = await requireBucket(context, input);
  const upload = await requireUpload(context, bucket, input);
  const row: Schema['s3_part'] = {
    account_id: upload.account_id,
    upload_id: upload.upload_id,
    part_number: input.PartNumber ?? 0,
    file: body.file,
    size: body.size,
    etag: body.md5,
    last_modified_at: context.now,
    checksums: checksumsToJson({ values: body.checksums, type: 'FULL_OBJECT' }),
  };
  const before = await context.database
    .deleteFrom('s3_part')
    .where('account_id', '=', row.account_id)
    .where('upload_id', '=', row.upload_id)
    .where('part_number', '=', row.part_number)
    .returning('file')
    .execute();
  await context.database.insertInto('s3_part').values(row).execute();
  removeAfterCommit(
    context,
    before.map((part) => part.file),
  );
}
