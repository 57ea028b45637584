import type { OperationTable } from '../operation.ts';
import { instanceOperations } from './instance.ts';
import { instanceProfileAssociationOperations } from './instance-profile-association.ts';
import { instanceTransitionOperations } from './instance-transition.ts';
import { runInstancesOperations } from './run-instances.ts';
import { tagOperations } from './tag.ts';

/**
 * The operations of EC2 that are served, by AWS's names: what concerns identity. An instance here is
 * a workload with an identity; there is no machine behind it, and no network.
 */
export const ec2Operations: OperationTable = {
  ...instanceOperations,
  ...instanceProfileAssociationOperations,
  ...instanceTransitionOperations,
  ...runInstancesOperations,
  ...tagOperations,
};
