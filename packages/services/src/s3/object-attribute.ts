import type {
  GetObjectAttributesOutput,
  GetObjectAttributesRequest,
  ObjectAttributes,
} from '@aws-sdk/client-s3';
import { operation } from '../operation.ts';
import { checksumMembers, checksumsFromJson } from './object-checksum.ts';
import { checkedKey } from './object-key.ts';
import { type ObjectRow, requireBucket, requireReadableObject } from './object-store.ts';
import { existingObjectResource } from './resource.ts';
import { refuseUnsupported } from './unsupported-header.ts';
import { checkVersionId, type VersionInput } from './version-id.ts';

/**
 * What is told of an object, as far as it is asked for. Of the parts it tells how many there are:
 * their own checksums are not kept once they are one object.
 * Errors: `NoSuchBucket`; `NoSuchKey`, or `AccessDenied` for who may not list; `InvalidArgument`.
 */
export const getObjectAttributes = operation<GetObjectAttributesRequest, GetObjectAttributesOutput>(
  {
    authorization: {
      action: 's3:GetObjectAttributes',
      resource: existingObjectResource,
      also: [
        { action: 's3:GetObject', resource: existingObjectResource },
        {
          action: 's3:GetObjectVersion',
          resource: existingObjectResource,
          when: isOfVersion,
        },
        {
          action: 's3:GetObjectVersionAttributes',
          resource: existingObjectResource,
          when: isOfVersion,
        },
      ],
    },
    access: 'read',
    async run(context, input) {
      refuseUnsupported(input);
      const bucket = await requireBucket(context, input);
      checkVersionId(input);
      const actions = ['s3:GetObjectAttributes', 's3:GetObject'];
      if (isOfVersion(input)) {
        actions.push('s3:GetObjectVersion', 's3:GetObjectVersionAttributes');
      }
      const row = await requireReadableObject(context, bucket, checkedKey(input.Key), actions);
      const asked = new Set(input.ObjectAttributes);
      const told = Object.entries(attributesOf(row)).filter(([attribute]) =>
        asked.has(attribute as ObjectAttributes),
      );
      return { LastModified: new Date(row.last_modified_at), ...Object.fromEntries(told) };
    },
  },
);

function isOfVersion(input: VersionInput): boolean {
  return input.VersionId !== undefined;
}

function attributesOf(row: ObjectRow): Pick<GetObjectAttributesOutput, ObjectAttributes> {
  const checksums = checksumsFromJson(row.checksums);
  const members = checksumMembers(checksums);
  const { partSizes } = checksums;
  return {
    ETag: row.etag,
    Checksum: Object.keys(members).length > 0 ? members : undefined,
    ObjectParts: partSizes && { TotalPartsCount: partSizes.length },
    StorageClass: 'STANDARD',
    ObjectSize: row.size,
  };
}
