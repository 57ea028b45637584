import { ApiError } from '@carnet/wire';
import { headerNotImplemented, invalidRequest } from './s3-error.ts';

/**
 * Members of S3's inputs that would change what is stored or who may read it. Dropping one in
 * silence would tell a caller that his data is encrypted, locked or private when it is not.
 */
const notImplemented: Readonly<Record<string, string>> = {
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  SSEKMSEncryptionContext: 'x-amz-server-side-encryption-context',
  BucketKeyEnabled: 'x-amz-server-side-encryption-bucket-key-enabled',
  SSECustomerAlgorithm: 'x-amz-server-side-encryption-customer-algorithm',
  SSECustomerKey: 'x-amz-server-side-encryption-customer-key',
  SSECustomerKeyMD5: 'x-amz-server-side-encryption-customer-key-MD5',
  CopySourceSSECustomerAlgorithm: 'x-amz-copy-source-server-side-encryption-customer-algorithm',
  CopySourceSSECustomerKey: 'x-amz-copy-source-server-side-encryption-customer-key',
  CopySourceSSECustomerKeyMD5: 'x-amz-copy-source-server-side-encryption-customer-key-MD5',
  WebsiteRedirectLocation: 'x-amz-website-redirect-location',
  WriteOffsetBytes: 'x-amz-write-offset-bytes',
  AnnotationDirective: 'x-amz-object-annotation-directive',
  IfMatchLastModifiedTime: 'x-amz-if-match-last-modified-time',
  IfMatchSize: 'x-amz-if-match-size',
  BucketNamespace: 'x-amz-bucket-namespace',
};

const objectLock: readonly string[] = [
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
  'ObjectLockEventHold',
  'ObjectLockEventHoldDurationDays',
  'ObjectLockEventHoldDurationYears',
];

const grants: readonly string[] = [
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWrite',
  'GrantWriteACP',
];

/**
 * Refuses what is not served: encryption with keys, object lock, access control lists, storage
 * classes other than STANDARD. Errors: `NotImplemented`, `InvalidRequest`,
 * `AccessControlListNotSupported`, `InvalidStorageClass`.
 */
export function refuseUnsupported(input: object): void {
  const members = input as Readonly<Record<string, unknown>>;
  for (const [member, header] of Object.entries(notImplemented)) {
    if (members[member] !== undefined && members[member] !== false) {
      throw headerNotImplemented(header);
    }
  }
  if (objectLock.some((member) => members[member] !== undefined)) {
    throw invalidRequest('Bucket is missing Object Lock Configuration');
  }
  if (grants.some((member) => members[member] !== undefined)) throw noAccessControlLists();
  const { ACL: acl, StorageClass: storageClass } = members;
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control') {
    throw noAccessControlLists();
  }
  if (storageClass !== undefined && storageClass !== 'STANDARD') {
    throw new ApiError('InvalidStorageClass', 400, 'The storage class you specified is not valid');
  }
}

function noAccessControlLists(): ApiError {
  return new ApiError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
}
