/** Where a document hangs: it decides which elements it may have and which gate it is. */
export type PolicyType =
  | 'identity'
  | 'resource'
  | 'trust'
  | 'permissionsBoundary'
  | 'session'
  | 'serviceControl'
  | 'resourceControl'
  | 'vpcEndpoint';
