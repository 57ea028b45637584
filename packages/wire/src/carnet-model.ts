import type { Member, ServiceModel } from './model.ts';

/**
 * The one service that is not AWS's: what the agent of an instance on another host asks. Written by
 * hand, in the form of the generated models, so that the same codec, verifier and gate stand before it.
 */
export const carnetModel: ServiceModel = {
  service: 'carnet',
  protocol: 'query',
  apiVersion: '2026-01-01',
  xmlNamespace: 'https://carnet.invalid/doc/2026-01-01/',
  sources: {},
  operationsWithoutConstraints: [],
  errors: { IncorrectInstanceState: 400, 'InvalidInstanceID.NotFound': 400 },
  operations: {
    GetInstanceMetadata: {
      output: 'GetInstanceMetadataOutput',
      errors: ['IncorrectInstanceState', 'InvalidInstanceID.NotFound'],
    },
  },
  shapes: {
    GetInstanceMetadataOutput: {
      type: 'structure',
      required: ['Instance'],
      members: members({ Instance: 'Instance', InstanceProfile: 'InstanceProfile' }),
    },
    Instance: {
      type: 'structure',
      required: [],
      members: members({
        AccountId: 'String',
        InstanceId: 'String',
        ImageId: 'String',
        InstanceType: 'String',
        Region: 'String',
        AvailabilityZone: 'String',
        Architecture: 'String',
        LaunchTime: 'Timestamp',
      }),
    },
    InstanceProfile: {
      type: 'structure',
      required: [],
      members: members({
        Arn: 'String',
        InstanceProfileId: 'String',
        AssociationTime: 'Timestamp',
        /** False: the profile was deleted after it had been associated. */
        Exists: 'Boolean',
        /** Absent: there is no role in the profile. */
        RoleName: 'String',
        /** Absent: the role does not let EC2 assume it. */
        Credentials: 'Credentials',
      }),
    },
    Credentials: {
      type: 'structure',
      required: [],
      members: members({
        AccessKeyId: 'String',
        SecretAccessKey: 'Secret',
        SessionToken: 'Secret',
        IssueTime: 'Timestamp',
        Expiration: 'Timestamp',
      }),
    },
    Boolean: { type: 'boolean' },
    Secret: { type: 'string', sensitive: true },
    String: { type: 'string' },
    Timestamp: { type: 'timestamp' },
  },
};

/** Members by the names of their shapes. */
function members(shapes: Readonly<Record<string, string>>): Readonly<Record<string, Member>> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));
}
