import type { ChangeCases } from './change-case.ts';

export const serviceLinkedRoleChanges: ChangeCases = {
  CreateServiceLinkedRole: {
    input: () => ({ AWSServiceName: 'rds.amazonaws.com' }),
    rows: { iam_role: '-0 +1', iam_attached_policy: '-0 +1' },
    change: ['role', 'new'],
  },
  DeleteServiceLinkedRole: {
    input: () => ({ RoleName: 'AWSSERVICEROLEFORAUTOSCALING' }),
    rows: {
      iam_role: '-1 +0',
      iam_attached_policy: '-1 +0',
      iam_service_linked_role_deletion: '-0 +1',
    },
    of: 'role AWSServiceRoleForAutoScaling',
    change: ['role', 'role AWSServiceRoleForAutoScaling'],
  },
};
