import type { ListObjectVersionsOutput, ListObjectVersionsRequest } from '@aws-sdk/client-s3';
import { operation } from '../operation.ts';
import { keyEncoder } from './key-encoding.ts';
import { contentsOf, listingConditionKeys, listKeys } from './list-objects.ts';
import { requireBucket } from './object-store.ts';
import { pageSize } from './page-size.ts';
import { bucketResource } from './resource.ts';
import { invalidArgument } from './s3-error.ts';

/**
 * Every object is its one version, `null`, as in a bucket that never had versioning.
 * Errors: `NoSuchBucket`, `InvalidArgument`.
 */
export const listObjectVersions = operation<ListObjectVersionsRequest, ListObjectVersionsOutput>({
  authorization: {
    action: 's3:ListBucketVersions',
    resource: bucketResource,
    conditionKeys: listingConditionKeys,
  },
  access: 'read',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    const encode = keyEncoder(input.EncodingType);
    const limit = pageSize(input.MaxKeys, 'max-keys');
    checkVersionMarker(input);
    const listing = await listKeys(context, bucket, input, input.KeyMarker || undefined, limit);
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      KeyMarker: encode(input.KeyMarker ?? ''),
      VersionIdMarker: input.VersionIdMarker ?? '',
      NextKeyMarker: listing.next && encode(listing.next.key),
      NextVersionIdMarker: listing.next?.row && 'null',
      Delimiter: input.Delimiter ? encode(input.Delimiter) : undefined,
      MaxKeys: limit,
      EncodingType: input.EncodingType,
      IsTruncated: listing.next !== undefined,
      Versions: contentsOf(listing, encode, bucket).map((object) => ({
        ...object,
        StorageClass: 'STANDARD',
        VersionId: 'null',
        IsLatest: true,
      })),
      CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

/** A key has one version only: behind it comes the next key, with the marker or without. */
function checkVersionMarker({
  KeyMarker: key,
  VersionIdMarker: marker,
}: ListObjectVersionsRequest) {
  if (!marker) return;
  if (!key) {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      marker,
    );
  }
  if (marker !== 'null') {
    throw invalidArgument('Invalid version id specified', 'version-id-marker', marker);
  }
}
