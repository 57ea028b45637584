import type {
  GetBucketAclOutput,
  GetBucketAclRequest,
  GetObjectAclOutput,
  GetObjectAclRequest,
} from '@aws-sdk/client-s3';
import { operation } from '../operation.ts';
import { checkedKey } from './object-key.ts';
import { requireBucket, requireReadableObject } from './object-store.ts';
import { canonicalUserId } from './owner.ts';
import { bucketResource, existingObjectResource } from './resource.ts';
import { checkVersionId } from './version-id.ts';

/**
 * There are no access control lists: buckets and objects answer as those of a bucket owner who
 * enforces ownership, where the owner has everything and nobody else is listed.
 * Source: S3 User Guide, "Controlling ownership of objects".
 */
export const getBucketAcl = operation<GetBucketAclRequest, GetBucketAclOutput>({
  authorization: { action: 's3:GetBucketAcl', resource: bucketResource },
  access: 'read',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    return ownerAlone(bucket.account_id);
  },
});

/** Errors: `NoSuchBucket`; `NoSuchKey`, or `AccessDenied` for who may not list. */
export const getObjectAcl = operation<GetObjectAclRequest, GetObjectAclOutput>({
  authorization: {
    action: 's3:GetObjectAcl',
    resource: existingObjectResource,
    also: [
      {
        action: 's3:GetObjectVersionAcl',
        resource: existingObjectResource,
        when: (input) => input.VersionId !== undefined,
      },
    ],
  },
  access: 'read',
  async run(context, input) {
    const bucket = await requireBucket(context, input);
    checkVersionId(input);
    const actions = ['s3:GetObjectAcl'];
    if (input.VersionId !== undefined) actions.push('s3:GetObjectVersionAcl');
    await requireReadableObject(context, bucket, checkedKey(input.Key), actions);
    return ownerAlone(bucket.account_id);
  },
});

function ownerAlone(accountId: string): GetBucketAclOutput {
  const ID = canonicalUserId(accountId);
  const Grantee = { Type: 'CanonicalUser', ID } as const;
  return { Owner: { ID }, Grants: [{ Grantee, Permission: 'FULL_CONTROL' }] };
}
