import { createHash } from 'node:crypto';
import type {
  CompletedPart,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
} from '@aws-sdk/client-s3';
import type { ObjectFiles, Schema } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { type OperationContext, operation } from '../operation.ts';
import { checksumAlgorithms } from './checksum/checksum-algorithm.ts';
import { checksumToBe, deleteUpload, requireUpload, type UploadRow } from './multipart-upload.ts';
import { copyBody, type StoredBody } from './object-body.ts';
import {
  checksumMembers,
  checksumsFromJson,
  checksumsToJson,
  type StoredChecksums,
} from './object-checksum.ts';
import {
  findObject,
  type ObjectRow,
  putRow,
  removeAfterRollback,
  requireBucket,
} from './object-store.ts';
import { checkWriteConditions, unquoted } from './precondition.ts';
import { alsoReading, writeConditionKeys } from './put-object.ts';
import { objectResource } from './resource.ts';
import { badChecksum, checksumTypeMismatch, invalidRequest } from './s3-error.ts';
import { refuseUnsupported } from './unsupported-header.ts';
import { maximumPartNumber } from './upload-part.ts';

type PartRow = Schema['s3_part'];

/** Every part but the last has at least 5 MiB. */
const minimumPartSize = 5 * 1024 ** 2;
/** An object has at most 5 TiB. */
const maximumObjectSize = 5 * 1024 ** 4;

interface PreparedCompletion {
  readonly parts: readonly PartRow[];
  readonly row: ObjectRow;
  readonly checksums: StoredChecksums;
}

/**
 * Writes the parts to one new file, then swaps: the object is there and the upload gone, or neither.
 * Errors: `NoSuchBucket`, `NoSuchUpload`, `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`,
 * `MalformedXML`, `BadDigest`, `InvalidRequest`, `PreconditionFailed`.
 */
export const completeMultipartUpload = operation<
  CompleteMultipartUploadRequest,
  CompleteMultipartUploadOutput,
  PreparedCompletion
>({
  authorization: {
    action: 's3:PutObject',
    resource: objectResource,
    conditionKeys: { ...writeConditionKeys, 's3:ObjectCreationOperation': () => 'true' },
    also: [alsoReading],
  },
  access: 'write',
  async prepare(context, input) {
    refuseUnsupported(input);
    const bucket = await requireBucket(context, input);
    const upload = await requireUpload(context, bucket, input);
    const before = await findObject(context, bucket, upload.key);
    checkWriteConditions(input, upload.key, before?.etag);
    const parts = chosenParts(input, await partsOf(context, upload));
    checkSize(input, parts);
    const body = await joinParts(context, upload, parts);
    removeAfterRollback(context, [body.file]);
    const checksums = objectChecksums(input, upload, parts, body);
    const row: ObjectRow = {
      account_id: upload.account_id,
      bucket: upload.bucket,
      key: upload.key,
      file: body.file,
      size: body.size,
      etag: composedETag(parts),
      last_modified_at: context.now,
      headers: upload.headers,
      metadata: upload.metadata,
      checksums: checksumsToJson(checksums),
      tags: upload.tags,
    };
    return { parts, row, checksums };
  },
  async run(context, input, { parts, row, checksums }) {
    const bucket = await requireBucket(context, input);
    const upload = await requireUpload(context, bucket, input);
    // A part that was replaced while the file was written is not the one that was asked for.
    const current = new Set((await partsOf(context, upload)).map((part) => part.file));
    for (const part of parts) {
      if (!current.has(part.file)) throw invalidPart(upload.upload_id, part.part_number, part.etag);
    }
    await putRow(context, row, input);
    await deleteUpload(context, upload);
    return {
      Location: `/${row.bucket}/${encodeURIComponent(row.key).replaceAll('%2F', '/')}`,
      Bucket: row.bucket,
      Key: row.key,
      ETag: `"${row.etag}"`,
      ...checksumMembers(checksums),
    };
  },
});

function partsOf(context: OperationContext, upload: UploadRow): Promise<PartRow[]> {
  return context.database
    .selectFrom('s3_part')
    .selectAll()
    .where('account_id', '=', upload.account_id)
    .where('upload_id', '=', upload.upload_id)
    .orderBy('part_number')
    .execute();
}

/** The parts that the request lists, held against those that were uploaded. */
function chosenParts(
  input: CompleteMultipartUploadRequest,
  uploaded: readonly PartRow[],
): readonly PartRow[] {
  const listed = input.MultipartUpload?.Parts ?? [];
  if (listed.length === 0 || listed.length > maximumPartNumber) {
    throw new ApiError(
      'MalformedXML',
      400,
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const byNumber = new Map(uploaded.map((part) => [part.part_number, part]));
  const chosen: PartRow[] = [];
  let previous = 0;
  for (const part of listed) {
    const number = part.PartNumber ?? 0;
    if (number <= previous) throw invalidPartOrder(input.UploadId ?? '');
    previous = number;
    const row = byNumber.get(number);
    if (!row || unquoted(part.ETag ?? '') !== row.etag || !checksumsAgree(part, row)) {
      throw invalidPart(input.UploadId ?? '', number, part.ETag ?? '');
    }
    chosen.push(row);
  }
  const tooSmall = chosen.slice(0, -1).find((part) => part.size < minimumPartSize);
  if (tooSmall) throw entityTooSmall(tooSmall);
  return chosen;
}

/** What the caller says of a part, where there is something to hold it against. */
function checksumsAgree(listed: CompletedPart, row: PartRow): boolean {
  const { values } = checksumsFromJson(row.checksums);
  return checksumAlgorithms.every(({ name, member }) => {
    const said = listed[member];
    return said === undefined || values[name] === said;
  });
}

function checkSize(input: CompleteMultipartUploadRequest, parts: readonly PartRow[]): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const { MpuObjectSize: said } = input;
  if (said !== undefined && said !== size) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${said} does not match what was computed: ` +
        String(size),
    );
  }
  if (size > maximumObjectSize) {
    throw new ApiError(
      'EntityTooLarge',
      400,
      'Your proposed upload exceeds the maximum allowed size',
      { ProposedSize: String(size), MaxSizeAllowed: String(maximumObjectSize) },
    );
  }
}

async function joinParts(
  context: OperationContext,
  upload: UploadRow,
  parts: readonly PartRow[],
): Promise<StoredBody> {
  const { algorithm, type } = checksumToBe(upload);
  const algorithms = type === 'FULL_OBJECT' ? [algorithm] : [];
  try {
    return await copyBody(context.objectFiles, bytesOf(context.objectFiles, parts), algorithms);
  } catch (error) {
    // Aborted, or a part replaced, while its file was read.
    const current = new Set((await partsOf(context, upload)).map((part) => part.file));
    const gone = parts.find((part) => !current.has(part.file));
    if (gone) throw invalidPart(upload.upload_id, gone.part_number, gone.etag);
    throw error;
  }
}

async function* bytesOf(files: ObjectFiles, parts: readonly PartRow[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* files.read(part.file);
}

/** The MD5 of the parts' MD5s, and how many they were. */
function composedETag(parts: readonly PartRow[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

function objectChecksums(
  input: CompleteMultipartUploadRequest,
  upload: UploadRow,
  parts: readonly PartRow[],
  body: StoredBody,
): StoredChecksums {
  const partSizes = parts.map((part) => part.size);
  const { algorithm, type } = checksumToBe(upload);
  if (input.ChecksumType !== undefined && input.ChecksumType !== type) {
    throw invalidRequest(
      `The upload was created using the ${type} checksum mode. The complete request must use the ` +
        'same checksum mode.',
    );
  }
  let value = body.checksums[algorithm.name];
  if (type === 'COMPOSITE') {
    const hasher = algorithm.create();
    for (const part of parts) {
      const ofPart = checksumsFromJson(part.checksums).values[algorithm.name] ?? '';
      hasher.update(Buffer.from(ofPart, 'base64'));
    }
    value = `${hasher.digest().toString('base64')}-${parts.length}`;
  }
  const other = checksumAlgorithms.find(
    ({ name, member }) => name !== algorithm.name && input[member] !== undefined,
  );
  if (other) throw checksumTypeMismatch(algorithm.name, other.name);
  const said = input[algorithm.member];
  // A composed checksum may be said without the number of its parts.
  if (said !== undefined && said !== value && said !== value?.replace(/-\d+$/, '')) {
    throw badChecksum(algorithm.wireName);
  }
  return { values: { [algorithm.name]: value ?? '' }, type, partSizes };
}

function invalidPart(uploadId: string, partNumber: number, etag: string): ApiError {
  return new ApiError(
    'InvalidPart',
    400,
    'One or more of the specified parts could not be found. The part may not have been uploaded, ' +
      "or the specified entity tag may not match the part's entity tag.",
    { UploadId: uploadId, PartNumber: String(partNumber), ETag: etag },
  );
}

function invalidPartOrder(uploadId: string): ApiError {
  return new ApiError(
    'InvalidPartOrder',
    400,
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    { UploadId: uploadId },
  );
}

function entityTooSmall(part: PartRow): ApiError {
  return new ApiError(
    'EntityTooSmall',
    400,
    'Your proposed upload is smaller than the minimum allowed size',
    {
      ProposedSize: String(part.size),
      MinSizeAllowed: String(minimumPartSize),
      PartNumber: String(part.part_number),
      ETag: part.etag,
    },
  );
}
