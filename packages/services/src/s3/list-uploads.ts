import type {
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
} from '@aws-sdk/client-s3';
import { type OperationContext, operation } from '../operation.ts';
import { keyEncoder } from './key-encoding.ts';
import { type Listing, list } from './listing.ts';
import { checksumOf, requireUpload, type UploadRow } from './multipart-upload.ts';
import { checksumMembers, checksumsFromJson } from './object-checksum.ts';
import { type BucketRow, requireBucket } from './object-store.ts';
import { canonicalUserId } from './owner.ts';
import { pageSize } from './page-size.ts';
import { bucketResource, objectResource } from './resource.ts';
import { invalidArgument } from './s3-error.ts';
import { refuseUnsupported } from './unsupported-header.ts';

type ListedUpload = Pick<
  UploadRow,
  'key' | 'upload_id' | 'initiator' | 'created_at' | 'checksum_algorithm'
>;

/** Comes after every upload id: a marker without one stands behind all uploads of its key. */
const lastUploadId = '\u{10ffff}';

/** Uploads by key, those of one key by when they were begun. Errors: `NoSuchBucket`. */
export const listMultipartUploads = operation<
  ListMultipartUploadsRequest,
  ListMultipartUploadsOutput
>({
  authorization: { action: 's3:ListBucketMultipartUploads', resource: bucketResource },
  access: 'read',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    const encode = keyEncoder(input.EncodingType);
    const limit = pageSize(input.MaxUploads, 'max-uploads');
    const listing = await listUploads(context, bucket, input, limit);
    const owner = { ID: canonicalUserId(bucket.account_id) };
    return {
      Bucket: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Delimiter: input.Delimiter ? encode(input.Delimiter) : undefined,
      KeyMarker: encode(input.KeyMarker ?? ''),
      UploadIdMarker: input.UploadIdMarker ?? '',
      NextKeyMarker: listing.next && encode(listing.next.key),
      NextUploadIdMarker: listing.next?.row?.upload_id,
      MaxUploads: limit,
      EncodingType: input.EncodingType,
      IsTruncated: listing.next !== undefined,
      Uploads: listing.rows.map((row) => ({
        UploadId: row.upload_id,
        Key: encode(row.key),
        Initiated: new Date(row.created_at),
        StorageClass: 'STANDARD',
        Owner: owner,
        Initiator: initiator(row),
        ...checksumMembersOf(row),
      })),
      CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

function listUploads(
  context: OperationContext,
  bucket: BucketRow,
  input: ListMultipartUploadsRequest,
  limit: number,
): Promise<Listing<ListedUpload>> {
  const { KeyMarker: key, UploadIdMarker: uploadId } = input;
  const marker = key && {
    key,
    upload_id: uploadId || lastUploadId,
    initiator: '',
    created_at: 0,
    checksum_algorithm: null,
  };
  const request = {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter,
    after: marker || undefined,
    limit,
  };
  return list<ListedUpload>(request, async (start, end, batch) => {
    let query = context.database
      .selectFrom('s3_upload')
      .select(['key', 'upload_id', 'initiator', 'created_at', 'checksum_algorithm'])
      .where('account_id', '=', bucket.account_id)
      .where('bucket', '=', bucket.name)
      .orderBy('key')
      .orderBy('upload_id')
      .limit(batch);
    if (start.kind === 'from') {
      query = query.where('key', '>=', start.key);
    } else {
      const { row } = start;
      query = query.where((where) =>
        where.or([
          where('key', '>', row.key),
          where.and([where('key', '=', row.key), where('upload_id', '>', row.upload_id)]),
        ]),
      );
    }
    if (end !== undefined) query = query.where('key', '<', end);
    return query.execute();
  });
}

/** Errors: `NoSuchBucket`, `NoSuchUpload`, `InvalidArgument`. */
export const listParts = operation<ListPartsRequest, ListPartsOutput>({
  authorization: { action: 's3:ListMultipartUploadParts', resource: objectResource },
  access: 'read',
  async run(context, input) {
    refuseUnsupported(input);
    const bucket = await requireBucket(context, input);
    const upload = await requireUpload(context, bucket, input);
    const limit = pageSize(input.MaxParts, 'max-parts');
    const marker = partMarker(input.PartNumberMarker);
    const rows = await context.database
      .selectFrom('s3_part')
      .select(['part_number', 'size', 'etag', 'last_modified_at', 'checksums'])
      .where('account_id', '=', upload.account_id)
      .where('upload_id', '=', upload.upload_id)
      .where('part_number', '>', marker)
      .orderBy('part_number')
      .limit(limit + 1)
      .execute();
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.upload_id,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(last?.part_number ?? 0),
      MaxParts: limit,
      IsTruncated: last !== undefined && rows.length > limit,
      Initiator: initiator(upload),
      Owner: { ID: canonicalUserId(bucket.account_id) },
      StorageClass: 'STANDARD',
      ...checksumMembersOf(upload),
      Parts: shown.map((row) => ({
        PartNumber: row.part_number,
        LastModified: new Date(row.last_modified_at),
        ETag: `"${row.etag}"`,
        Size: row.size,
        ...{ ...checksumMembers(checksumsFromJson(row.checksums)), ChecksumType: undefined },
      })),
    };
  },
});

function partMarker(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw invalidArgument(
    'Argument part-number-marker must be an integer between 0 and 2147483647',
    'part-number-marker',
    text,
  );
}

function initiator(upload: Pick<UploadRow, 'initiator'>): { ID: string } {
  return { ID: upload.initiator };
}

function checksumMembersOf(
  upload: Pick<UploadRow, 'checksum_algorithm'>,
): Pick<ListPartsOutput, 'ChecksumAlgorithm' | 'ChecksumType'> {
  const checksum = checksumOf(upload);
  return checksum
    ? { ChecksumAlgorithm: checksum.algorithm.wireName, ChecksumType: checksum.type }
    : {};
}
