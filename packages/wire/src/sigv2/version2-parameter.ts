/** The parameters that make an URL one of Signature Version 2, as they must be written. */
export const version2Parameters = ['AWSAccessKeyId', 'Signature', 'Expires'] as const;

export const tokenHeader = 'x-amz-security-token';

/**
 * Parameters that are a part of the signed resource: the sub-resources that tell operations apart,
 * and what overrides headers of the answer. A superset of what AWS's page names, the same as in
 * botocore: a signer that leaves one out is not believed, and any other parameter is refused.
 */
export const resourceParameters: ReadonlySet<string> = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'defaultObjectAcl',
  'delete',
  'inventory',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'partNumber',
  'policy',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'select',
  'select-type',
  'storageClass',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);
