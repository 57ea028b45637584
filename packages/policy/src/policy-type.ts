/** Where a document hangs: it decides which elements it may have and which gate it is. */
export const POLICY_TYPES = [
  'identity',
  'resource',
  'trust',
  'permissionsBoundary',
  'session',
  'serviceControl',
  'resourceControl',
  'vpcEndpoint',
] as const;

export type PolicyType = (typeof POLICY_TYPES)[number];
