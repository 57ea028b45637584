/** What is on the two lists and cannot be tried here, with the reason. */
export interface NotServed {
  readonly name: string;
  readonly rhino?: number;
  readonly pathfinding?: readonly string[];
  readonly reason: string;
}

const noService = 'there is no such service here';

export const notServed: readonly NotServed[] = [
  {
    name: 'Passing a role to a new Lambda function, then triggering it with DynamoDB',
    rhino: 17,
    pathfinding: ['lambda-002'],
    reason: noService,
  },
  { name: 'Passing a role to a Glue development endpoint', rhino: 19, reason: noService },
  { name: 'Updating an existing Glue development endpoint', rhino: 20, reason: noService },
  { name: 'Passing a role to CloudFormation', rhino: 21, reason: noService },
  { name: 'Passing a role to Data Pipeline', rhino: 22, reason: noService },
  { name: 'Creating a CodeStar project from a template', rhino: 23, reason: noService },
  { name: 'Passing a role to a new CodeStar project', rhino: 24, reason: noService },
  {
    name: 'Creating a CodeStar project and associating a team member',
    rhino: 25,
    reason: noService,
  },
  {
    name: 'Adding a malicious layer to an existing Lambda function',
    rhino: 26,
    reason: 'functions have no layers here',
  },
  { name: 'Passing a role to a new SageMaker notebook', rhino: 27, reason: noService },
  { name: 'Gaining access to an existing SageMaker notebook', rhino: 28, reason: noService },
  {
    name: 'ModifyInstanceAttribute, StopInstances and StartInstances',
    pathfinding: ['ec2-002'],
    reason: 'an instance has no user data that runs',
  },
  {
    name: 'RequestSpotInstances with the profile of another role',
    pathfinding: ['ec2-003'],
    reason: 'there are no spot instances here',
  },
  {
    name: 'CreateLaunchTemplateVersion and ModifyLaunchTemplate',
    pathfinding: ['ec2-004'],
    reason: 'there are no launch templates here',
  },
];

/** How many paths of a kind pathfinding.cloud lists. */
export const listed = { rhino: 28, iam: 21, sts: 1 } as const;
