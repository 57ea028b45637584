import { foldAscii } from '@carnet/policy';

/**
 * The condition keys that a bucket policy can ask for, by the vendor before the colon; what ends in a
 * slash goes on with the key of a tag. A test holds them against the service authorization reference.
 */
export const conditionKeys: Readonly<Record<'aws' | 's3', readonly string[]>> = {
  aws: words(`
  AssumedRoot CalledVia CalledViaAWSMCP CalledViaFirst CalledViaLast ChatbotSourceArn
  CurrentTime Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc EpochTime FederatedProvider
  IsMcpServiceAction MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn
  PrincipalIsAWSService PrincipalOrgID PrincipalOrgPaths PrincipalServiceName
  PrincipalServiceNamesList PrincipalTag/ PrincipalType referer RequestedRegion RequestTag/
  ResourceAccount ResourceOrgID ResourceOrgPaths ResourceTag/ SecureTransport SourceAccount
  SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceOwner SourceVpc
  SourceVpcArn SourceVpce TagKeys TokenIssueTime UserAgent userid username ViaAWSMCPService
  ViaAWSService VpceAccount VpceOrgID VpceOrgPaths VpcSourceIp
`),
  s3: words(`
  AccessGrantScope AccessGrantsInstanceArn AccessGrantsLocationScope AccessPointNetworkOrigin
  AccessPointTag/ annotation-prefix authType BucketTag/ DataAccessPointAccount
  DataAccessPointArn delimiter deliverySourceArn destinationRegion ExistingJobOperation
  ExistingJobPriority ExistingObjectTag/ if-match if-none-match
  InventoryAccessibleOptionalFields isReplicationPauseRequest JobSuspendedCause
  locationconstraint logType max-annotation-results max-keys object-lock-event-hold
  object-lock-event-hold-duration-days object-lock-legal-hold object-lock-mode
  object-lock-remaining-retention-days object-lock-retain-until-date ObjectCreationOperation
  prefix RequestJobOperation RequestJobPriority RequestObjectTag/ RequestObjectTagKeys
  ResourceAccount resourceArnBeingAuthorized signatureAge signatureversion TlsVersion versionid
  x-amz-acl x-amz-bucket-namespace x-amz-content-sha256 x-amz-copy-source
  x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp x-amz-grant-write
  x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-annotation-directive
  x-amz-object-if-match x-amz-object-ownership x-amz-server-side-encryption
  x-amz-server-side-encryption-aws-kms-key-id x-amz-server-side-encryption-customer-algorithm
  x-amz-storage-class x-amz-website-redirect-location
`),
};

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const known: ReadonlySet<string> = new Set(
  Object.entries(conditionKeys).flatMap(([vendor, names]) =>
    names.map((name) => foldAscii(`${vendor}:${name}`)),
  ),
);

/** A misspelt key is never carried, and a negated condition on it lets everybody in. */
export function isKnownConditionKey(key: string): boolean {
  const folded = foldAscii(key);
  // Sessions carry keys of other services and of identity providers, which nobody lists.
  if (!folded.startsWith('aws:') && !folded.startsWith('s3:')) return true;
  const slash = folded.indexOf('/');
  return known.has(slash < 0 ? folded : folded.slice(0, slash + 1));
}
