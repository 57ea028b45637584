import { operation } from '../operation.ts';
import type { InstanceMetadata, WorkloadCredentials } from './instance-metadata.ts';

/**
 * What the agent of an instance on another host asks for: everything that the metadata endpoint there
 * tells. It is of the caller's own instance; nobody names one.
 */
export const getInstanceMetadata = operation<object, InstanceMetadataOutput>({
  authorization: { action: 'instance' },
  access: 'read',
  async run(context) {
    const { caller } = context;
    if (caller.kind !== 'instance') throw new Error('the gate let somebody else in');
    return describeMetadata(await context.instanceMetadata(caller.accountId, caller.instanceId));
  },
});

/** In the words of the model, `carnet-model.ts` of wire. */
interface InstanceMetadataOutput {
  readonly Instance: object;
  readonly InstanceProfile?: object | undefined;
}

function describeMetadata(instance: InstanceMetadata): InstanceMetadataOutput {
  const { profile } = instance;
  return {
    Instance: {
      AccountId: instance.accountId,
      InstanceId: instance.instanceId,
      ImageId: instance.imageId,
      InstanceType: instance.instanceType,
      Region: instance.region,
      AvailabilityZone: instance.availabilityZone,
      Architecture: instance.architecture,
      LaunchTime: new Date(instance.launchedAt),
    },
    InstanceProfile: profile && {
      Arn: profile.instanceProfileArn,
      InstanceProfileId: profile.instanceProfileId,
      AssociationTime: new Date(profile.associatedAt),
      Exists: profile.exists,
      RoleName: profile.role?.roleName,
      Credentials: profile.role?.credentials && describeCredentials(profile.role.credentials),
    },
  };
}

function describeCredentials(credentials: WorkloadCredentials): object {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    IssueTime: new Date(credentials.issuedAt),
    Expiration: new Date(credentials.expiration),
  };
}
