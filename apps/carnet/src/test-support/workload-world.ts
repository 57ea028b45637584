import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  EC2Client,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type StartedServer, startEphemeralServer } from './started-server.ts';

/** For tests: a server in this process, with roles that EC2 may assume, and instances. */
export interface TestWorld {
  readonly started: StartedServer;
  readonly iam: IAMClient;
  /** A role in an instance profile of the same name. */
  createRole(name: string): Promise<void>;
  trust(role: string, service: string): Promise<void>;
  runInstance(profile: string): Promise<string>;
  replaceProfile(instanceId: string, profile: string): Promise<void>;
  terminate(instanceId: string): Promise<void>;
  stop(): Promise<void>;
}

export async function openTestWorld(
  flags: Readonly<Record<string, unknown>> = {},
): Promise<TestWorld> {
  const started = await startEphemeralServer(flags);
  const settings = {
    endpoint: started.server.endpoint,
    region: 'us-east-1',
    credentials: started.credentials,
  };
  const iam = new IAMClient(settings);
  const ec2 = new EC2Client(settings);
  return {
    started,
    iam,
    async createRole(RoleName) {
      const AssumeRolePolicyDocument = trusting('ec2.amazonaws.com');
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const InstanceProfileName = RoleName;
      await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
      await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    },
    async trust(RoleName, service) {
      const PolicyDocument = trusting(service);
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    },
    async runInstance(Name) {
      const { Instances } = await ec2.send(
        new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 }),
      );
      const InstanceId = Instances?.[0]?.InstanceId ?? '';
      const IamInstanceProfile = { Name };
      await ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile }));
      return InstanceId;
    },
    async replaceProfile(instanceId, Name) {
      const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
      const { IamInstanceProfileAssociations: [association] = [] } = await ec2.send(
        new DescribeIamInstanceProfileAssociationsCommand({ Filters }),
      );
      const { AssociationId } = association ?? {};
      const change = { AssociationId, IamInstanceProfile: { Name } };
      await ec2.send(new ReplaceIamInstanceProfileAssociationCommand(change));
    },
    async terminate(instanceId) {
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    },
    async stop() {
      iam.destroy();
      ec2.destroy();
      await started.stop();
    },
  };
}

function trusting(Service: string): string {
  const statement = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: statement });
}
