import type {
  _Object,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
} from '@aws-sdk/client-s3';
import { type OperationContext, operation } from '../operation.ts';
import { keyEncoder } from './key-encoding.ts';
import { type Listing, list } from './listing.ts';
import { algorithmsOf, checksumsFromJson } from './object-checksum.ts';
import { type BucketRow, type ObjectRow, requireBucket } from './object-store.ts';
import { canonicalUserId } from './owner.ts';
import { pageSize } from './page-size.ts';
import { openToken, sealToken } from './pagination.ts';
import { bucketResource } from './resource.ts';

type ListedRow = Pick<ObjectRow, 'key' | 'size' | 'etag' | 'last_modified_at' | 'checksums'>;

/** What a row that stands for a marker has in the columns that are not looked at. */
const unread = { size: 0, etag: '', last_modified_at: 0, checksums: '{}' };

/** The condition keys of every listing of objects. */
export const listingConditionKeys = {
  's3:prefix': (input: ListingInput) => input.Prefix,
  's3:delimiter': (input: ListingInput) => input.Delimiter,
  's3:max-keys': (input: ListingInput) => numberText(input.MaxKeys),
};

type ListingInput = Pick<ListObjectsRequest, 'Prefix' | 'Delimiter' | 'MaxKeys'>;

/** Errors: `NoSuchBucket`, `InvalidArgument`. */
export const listObjects = operation<ListObjectsRequest, ListObjectsOutput>({
  authorization: {
    action: 's3:ListBucket',
    resource: bucketResource,
    conditionKeys: listingConditionKeys,
  },
  access: 'read',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    const encode = keyEncoder(input.EncodingType);
    const limit = pageSize(input.MaxKeys, 'max-keys');
    const listing = await listKeys(context, bucket, input, input.Marker || undefined, limit);
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Marker: encode(input.Marker ?? ''),
      Delimiter: input.Delimiter ? encode(input.Delimiter) : undefined,
      MaxKeys: limit,
      EncodingType: input.EncodingType,
      IsTruncated: listing.next !== undefined,
      // Without a delimiter the last key is the marker, and S3 does not repeat it.
      NextMarker: listing.next && input.Delimiter ? encode(listing.next.key) : undefined,
      Contents: contentsOf(listing, encode, bucket),
      CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

/** Errors: `NoSuchBucket`, `InvalidArgument`. */
export const listObjectsV2 = operation<ListObjectsV2Request, ListObjectsV2Output>({
  authorization: {
    action: 's3:ListBucket',
    resource: bucketResource,
    conditionKeys: listingConditionKeys,
  },
  access: 'read',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    const encode = keyEncoder(input.EncodingType);
    const limit = pageSize(input.MaxKeys, 'max-keys');
    const scope = `objects of ${bucket.name}`;
    const token = openToken(context, scope, input.ContinuationToken);
    const after = token ?? (input.StartAfter || undefined);
    const listing = await listKeys(context, bucket, input, after, limit);
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      Delimiter: input.Delimiter ? encode(input.Delimiter) : undefined,
      MaxKeys: limit,
      EncodingType: input.EncodingType,
      KeyCount: listing.rows.length + listing.commonPrefixes.length,
      IsTruncated: listing.next !== undefined,
      ContinuationToken: input.ContinuationToken,
      NextContinuationToken: listing.next && sealToken(context, scope, listing.next.key),
      StartAfter: input.StartAfter ? encode(input.StartAfter) : undefined,
      Contents: contentsOf(listing, encode, input.FetchOwner ? bucket : undefined),
      CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

/** A page of the bucket's objects, behind the key `after`. */
export function listKeys(
  context: OperationContext,
  bucket: BucketRow,
  input: { readonly Prefix?: string | undefined; readonly Delimiter?: string | undefined },
  after: string | undefined,
  limit: number,
): Promise<Listing<ListedRow>> {
  const request = {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter,
    after: after === undefined ? undefined : { ...unread, key: after },
    limit,
  };
  return list<ListedRow>(request, async (start, end, batch) => {
    let query = context.database
      .selectFrom('s3_object')
      .select(['key', 'size', 'etag', 'last_modified_at', 'checksums'])
      .where('account_id', '=', bucket.account_id)
      .where('bucket', '=', bucket.name)
      .orderBy('key')
      .limit(batch);
    query =
      start.kind === 'from'
        ? query.where('key', '>=', start.key)
        : query.where('key', '>', start.row.key);
    if (end !== undefined) query = query.where('key', '<', end);
    return query.execute();
  });
}

/** The listed objects as every listing tells of them. */
export function contentsOf(
  listing: Listing<ListedRow>,
  encode: (key: string) => string,
  /** The bucket when its owner is to be told. */
  owned: BucketRow | undefined,
): _Object[] {
  const owner = owned && { ID: canonicalUserId(owned.account_id) };
  return listing.rows.map((row) => {
    const checksums = checksumsFromJson(row.checksums);
    const algorithms = algorithmsOf(checksums);
    return {
      Key: encode(row.key),
      LastModified: new Date(row.last_modified_at),
      ETag: `"${row.etag}"`,
      ChecksumAlgorithm:
        algorithms.length > 0 ? algorithms.map(({ wireName }) => wireName) : undefined,
      ChecksumType: algorithms.length > 0 ? checksums.type : undefined,
      Size: row.size,
      StorageClass: 'STANDARD',
      Owner: owner,
    };
  });
}

function numberText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
