import ec2 from './generated/ec2.json' with { type: 'json' };
import type { ServiceModel } from './model.ts';
import { type ModelBounds, withBounds } from './model-bounds.ts';

/**
 * EC2's model with the bounds that AWS's own lacks: it has no lengths at all, and what has none would
 * be authorized, shown and stored at the length of a whole request. Source of each number that is
 * AWS's: the operation's page in the Amazon EC2 API Reference, or the error that AWS answers.
 */

const bounds: ModelBounds = {
  shapes: {
    IamInstanceProfileAssociationId: 128,
    ImageId: 128,
    InstanceId: 128,
    KeyPairName: 255,
    SecurityGroupId: 128,
    SecurityGroupName: 255,
    SubnetId: 128,
    TaggableResourceId: 128,
    /** Of base64: 16 KB of data. */
    RunInstancesUserData: 25_600,
    FilterList: 50,
    ValueStringList: 200,
    TagList: 50,
    TagSpecificationList: 10,
  },
  // Just `String` in AWS's model.
  members: {
    Filter: { Name: ['FilterName', 132] },
    IamInstanceProfileSpecification: { Name: ['InstanceProfileName', 128] },
    RunInstancesRequest: { ClientToken: ['ClientToken', 64] },
    Tag: { Key: ['TagKey', 128], Value: ['TagValue', 256] },
  },
  items: { ValueStringList: ['FilterValue', 255] },
  // Longer than the ARN of an instance profile can be.
  otherTexts: 2_048,
  // AWS takes as many instances and resources at once.
  otherLists: 1_000,
};

export const ec2Model = withBounds(ec2 as unknown as ServiceModel, bounds);
