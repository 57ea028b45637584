import type { House } from './house.ts';
import { allow, document, type Method, trust } from './method.ts';

/** Those who pass a role to a machine that is theirs, and ask it for its credentials. */
export const instanceMethods: readonly Method[] = [
  {
    name: 'RunInstances with the profile of another role',
    rhino: 3,
    pathfinding: ['ec2-001'],
    needs: ({ arn }) => [allow('iam:PassRole', arn('role/AdminRole')), allow('ec2:RunInstances')],
    furnish: createProfiles,
    passedTo: 'ec2.amazonaws.com',
    async steps({ house, call }, passed = 'admin') {
      const launch = { ...one, IamInstanceProfile: { Name: passed } };
      const instanceId = instanceIdOf(await call('ec2', 'RunInstances', launch));
      return await house.instanceCredentials(instanceId);
    },
    delegated: 'refused',
  },
  {
    name: 'AssociateIamInstanceProfile with a machine of one’s own',
    needs: ({ arn }) => [
      allow('iam:PassRole', arn('role/AdminRole')),
      allow('ec2:AssociateIamInstanceProfile'),
    ],
    async furnish(house) {
      await createProfiles(house);
      await runMachine(house, undefined);
    },
    passedTo: 'ec2.amazonaws.com',
    async steps({ house, call }, passed = 'admin') {
      const InstanceId = await machineOf(house);
      const IamInstanceProfile = { Name: passed };
      await call('ec2', 'AssociateIamInstanceProfile', { InstanceId, IamInstanceProfile });
      return await house.instanceCredentials(InstanceId);
    },
    delegated: 'refused',
  },
  {
    name: 'ReplaceIamInstanceProfileAssociation of a machine of one’s own',
    needs: ({ arn }) => [
      allow('iam:PassRole', arn('role/AdminRole')),
      allow('ec2:ReplaceIamInstanceProfileAssociation'),
    ],
    async furnish(house) {
      await createProfiles(house);
      await runMachine(house, 'photos');
    },
    passedTo: 'ec2.amazonaws.com',
    async steps({ house, call }, passed = 'admin') {
      const InstanceId = await machineOf(house);
      const listed = await house.call('ec2', 'DescribeIamInstanceProfileAssociations');
      const { IamInstanceProfileAssociations: associations } = listed as {
        readonly IamInstanceProfileAssociations: readonly { readonly AssociationId: string }[];
      };
      await call('ec2', 'ReplaceIamInstanceProfileAssociation', {
        AssociationId: associations[0]?.AssociationId,
        IamInstanceProfile: { Name: passed },
      });
      return await house.instanceCredentials(InstanceId);
    },
    delegated: 'refused',
  },
  {
    name: 'AddRoleToInstanceProfile of a machine of one’s own',
    needs: ({ arn }) => [
      allow('iam:PassRole', arn('role/AdminRole')),
      allow('iam:AddRoleToInstanceProfile', arn('instance-profile/photos')),
    ],
    async furnish(house) {
      await createProfiles(house);
      await runMachine(house, 'photos');
      const role = { InstanceProfileName: 'photos', RoleName: roleNames.photos };
      await house.call('iam', 'RemoveRoleFromInstanceProfile', role);
    },
    passedTo: 'ec2.amazonaws.com',
    async steps({ house, call }, passed = 'admin') {
      const role = { InstanceProfileName: 'photos', RoleName: roleNames[passed] };
      await call('iam', 'AddRoleToInstanceProfile', role);
      return await house.instanceCredentials(await machineOf(house));
    },
    delegated: 'refused',
  },
];

const one = { ImageId: 'ami-0123456789abcdef0', MinCount: 1, MaxCount: 1 };

/** One that may do everything, and one that may do dave's work. */
const roleNames = { admin: 'AdminRole', photos: 'PhotoAppRole' } as const;

/** Two instance profiles, with a role in each. */
async function createProfiles({ call, work }: House): Promise<void> {
  const RoleName = roleNames.photos;
  const AssumeRolePolicyDocument = trust('ec2.amazonaws.com');
  await call('iam', 'CreateRole', { RoleName, Path: '/delegated/', AssumeRolePolicyDocument });
  const policy = { PolicyName: 'own', PolicyDocument: document(work) };
  await call('iam', 'PutRolePolicy', { RoleName, ...policy });
  for (const [InstanceProfileName, name] of Object.entries(roleNames)) {
    await call('iam', 'CreateInstanceProfile', { InstanceProfileName });
    await call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName: name });
  }
}

/** The administrator gives dave a machine, with that profile. */
async function runMachine({ call }: House, profile: string | undefined): Promise<void> {
  const IamInstanceProfile = profile === undefined ? undefined : { Name: profile };
  await call('ec2', 'RunInstances', { ...one, IamInstanceProfile });
}

async function machineOf({ call }: House): Promise<string> {
  const listed = await call('ec2', 'DescribeInstances');
  const { Reservations } = listed as { readonly Reservations: readonly unknown[] };
  return instanceIdOf(Reservations[0]);
}

function instanceIdOf(reservation: unknown): string {
  const { Instances } = reservation as {
    readonly Instances: readonly { readonly InstanceId: string }[];
  };
  const [instance] = Instances;
  if (instance === undefined) throw new Error('there is no instance');
  return instance.InstanceId;
}
