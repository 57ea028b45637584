/**
 * EC2 has hundreds of operations, nearly all about machines and networks: facts and model hold those
 * that are served, and of the others their names.
 */
export const servedEc2Operations: readonly string[] = [
  'AssociateIamInstanceProfile',
  'CreateTags',
  'DeleteTags',
  'DescribeIamInstanceProfileAssociations',
  'DescribeInstanceStatus',
  'DescribeInstances',
  'DescribeTags',
  'DisassociateIamInstanceProfile',
  'ReplaceIamInstanceProfileAssociation',
  'RunInstances',
  'StartInstances',
  'StopInstances',
  'TerminateInstances',
];
