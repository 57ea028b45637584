import type { InstanceMetadata, ProfileMetadata, RoleMetadata } from '@carnet/services';

/**
 * The JSON documents of instance metadata, in the words and the order of AWS.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
 */
export function identityDocument(instance: InstanceMetadata): string {
  return jsonText({
    accountId: instance.accountId,
    architecture: instance.architecture,
    availabilityZone: instance.availabilityZone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: instance.imageId,
    instanceId: instance.instanceId,
    instanceType: instance.instanceType,
    kernelId: null,
    pendingTime: isoSeconds(instance.launchedAt),
    // A program on a machine of one's own: it has no address by itself.
    privateIp: null,
    ramdiskId: null,
    region: instance.region,
    version: '2017-09-30',
  });
}

/** `/latest/meta-data/iam/info` */
export function profileDocument(profile: ProfileMetadata): string {
  const LastUpdated = isoSeconds(profile.associatedAt);
  if (!profile.exists) return jsonText({ Code: 'InstanceProfileNotFound', LastUpdated });
  return jsonText({
    Code: 'Success',
    LastUpdated,
    InstanceProfileArn: profile.instanceProfileArn,
    InstanceProfileId: profile.instanceProfileId,
  });
}

/** `/latest/meta-data/iam/security-credentials/ROLE`; a role that cannot be assumed answers 200 too. */
export function roleDocument(role: RoleMetadata, now: number): string {
  const { roleName, credentials } = role;
  if (credentials === undefined) {
    return jsonText({
      Code: 'AssumeRoleUnauthorizedAccess',
      Message: `EC2 cannot assume the role ${roleName}. Please see documentation at ${advice}.`,
      LastUpdated: isoSeconds(now),
    });
  }
  return jsonText({
    Code: 'Success',
    LastUpdated: isoSeconds(credentials.issuedAt),
    Type: 'AWS-HMAC',
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: isoSeconds(credentials.expiration),
  });
}

const advice =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/' +
  'troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc';

/** Down to whole seconds: some clients read no other form, and nothing may seem to last longer. */
export function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function jsonText(content: object): string {
  return JSON.stringify(content, undefined, 2);
}
