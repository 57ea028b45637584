/** Every operation of EC2 with the AWS SDK for JavaScript v3: each with a success and a refusal. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import { operationTables } from '@carnet/services';
import { secondAccount } from '../matrix/world.ts';
import { type Credentials, type StartedServer, startServer } from '../started-server.ts';

const imageId = 'ami-0123456789abcdef0';
const missing = 'i-0123456789abcdef0';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});

describe('a conversation about instances', () => {
  let server: StartedServer;
  let client: ec2.EC2Client;
  let identity: iam.IAMClient;
  let other: ec2.EC2Client;
  /** The operations that answered, and those that refused. */
  const answered = new Set<string>();
  const refused = new Set<string>();

  const clientOf = (credentials: Credentials, region = 'us-east-1') => {
    const made = new ec2.EC2Client({
      endpoint: server.endpoint,
      region,
      credentials,
      maxAttempts: 1,
    });
    made.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (call) => {
          const name = commandName.replace(/Command$/, '');
          try {
            const result = await next(call);
            answered.add(name);
            return result;
          } catch (error) {
            refused.add(name);
            throw error;
          }
        },
      { step: 'initialize', name: 'listen' },
    );
    return made;
  };

  before(async () => {
    server = await startServer();
    client = clientOf(server.credentials());
    other = clientOf(secondAccount(server));
    const { endpoint } = server;
    const credentials = server.credentials();
    identity = new iam.IAMClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    for (const [RoleName, InstanceProfileName] of [
      ['PhotoAppRole', 'photos'],
      ['OtherRole', 'other'],
    ] as const) {
      await identity.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
      await identity.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
      await identity.send(
        new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }),
      );
    }
  });
  after(async () => {
    client?.destroy();
    other?.destroy();
    identity?.destroy();
    assert.equal(await server?.stop(), 0);
  });

  async function isRefused(call: Promise<unknown>, code: string, status = 400): Promise<string> {
    let message = '';
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof ec2.EC2ServiceException, String(error));
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], [code, status], error.message);
      message = error.message;
      return true;
    });
    return message;
  }

  const one = { ImageId: imageId, MinCount: 1, MaxCount: 1 };
  const photos = { IamInstanceProfile: { Name: 'photos' } };

  it('an instance from its launch to its end', async () => {
    const launch = new ec2.RunInstancesCommand({
      ...one,
      ...photos,
      InstanceType: 't3.micro',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'photos' }] }],
      MetadataOptions: { HttpTokens: 'required' },
    });
    const made = await client.send(launch);
    assert.equal(made.OwnerId, server.accountId);
    const [instance] = made.Instances ?? [];
    const id = instance?.InstanceId ?? '';
    assert.deepEqual(instance?.State, { Code: 0, Name: 'pending' });
    assert.ok(instance.LaunchTime instanceof Date);
    assert.match(instance.ClientToken ?? '', /^[0-9a-f-]{36}$/, 'the SDK makes one');
    const reach = { client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 };
    const InstanceIds = [id];
    await ec2.waitUntilInstanceExists(reach, { InstanceIds });
    await ec2.waitUntilInstanceRunning(reach, { InstanceIds });
    await ec2.waitUntilInstanceStatusOk(reach, { InstanceIds });
    const { Reservations } = await client.send(
      new ec2.DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: ['ph*'] }] }),
    );
    const [found] = Reservations?.[0]?.Instances ?? [];
    assert.deepEqual(found, { ...instance, State: { Code: 16, Name: 'running' } });
    assert.equal(
      found?.IamInstanceProfile?.Arn,
      `arn:aws:iam::${server.accountId}:instance-profile/photos`,
    );

    await client.send(new ec2.StopInstancesCommand({ InstanceIds }));
    await ec2.waitUntilInstanceStopped(reach, { InstanceIds });
    const status = new ec2.DescribeInstanceStatusCommand({ InstanceIds });
    assert.deepEqual((await client.send(status)).InstanceStatuses, []);
    await client.send(new ec2.StartInstancesCommand({ InstanceIds }));
    await ec2.waitUntilInstanceRunning(reach, { InstanceIds });
    const { TerminatingInstances } = await client.send(
      new ec2.TerminateInstancesCommand({ InstanceIds }),
    );
    assert.deepEqual(TerminatingInstances, [
      {
        InstanceId: id,
        CurrentState: { Code: 32, Name: 'shutting-down' },
        PreviousState: { Code: 16, Name: 'running' },
      },
    ]);
    await ec2.waitUntilInstanceTerminated(reach, { InstanceIds });
    const again = client.send(new ec2.StartInstancesCommand({ InstanceIds }));
    await isRefused(again, 'IncorrectInstanceState');
    const stop = client.send(new ec2.StopInstancesCommand({ InstanceIds }));
    await isRefused(stop, 'IncorrectInstanceState');
    const unknown = { InstanceIds: [missing] };
    const terminate = client.send(new ec2.TerminateInstancesCommand(unknown));
    assert.equal(
      await isRefused(terminate, 'InvalidInstanceID.NotFound'),
      `The instance ID '${missing}' does not exist`,
    );
    const ofUnknown = client.send(new ec2.DescribeInstanceStatusCommand(unknown));
    await isRefused(ofUnknown, 'InvalidInstanceID.NotFound');
    const describe = client.send(new ec2.DescribeInstancesCommand({ InstanceIds: ['web'] }));
    await isRefused(describe, 'InvalidInstanceID.Malformed');
    const dry = client.send(new ec2.RunInstancesCommand({ ...one, DryRun: true }));
    await isRefused(dry, 'DryRunOperation', 412);
    const type = 'huge' as ec2._InstanceType;
    const huge = client.send(new ec2.RunInstancesCommand({ ...one, InstanceType: type }));
    assert.equal(
      await isRefused(huge, 'InvalidParameterValue'),
      "Invalid value 'huge' for InstanceType.",
    );
  });

  it('profiles and tags of an instance that runs', async () => {
    const { Instances } = await client.send(new ec2.RunInstancesCommand(one));
    const InstanceId = Instances?.[0]?.InstanceId ?? '';
    const associate = () =>
      client.send(new ec2.AssociateIamInstanceProfileCommand({ InstanceId, ...photos }));
    const { IamInstanceProfileAssociation: made } = await associate();
    assert.equal(made?.State, 'associating');
    assert.equal(
      await isRefused(associate(), 'IncorrectState'),
      `There is an existing association for instance ${InstanceId}`,
    );
    const Arn = `arn:aws:iam::${server.accountId}:instance-profile/other`;
    const replace = (AssociationId: string | undefined) =>
      client.send(
        new ec2.ReplaceIamInstanceProfileAssociationCommand({
          AssociationId,
          IamInstanceProfile: { Arn },
        }),
      );
    const { IamInstanceProfileAssociation: replaced } = await replace(made.AssociationId);
    await isRefused(replace(made.AssociationId), 'InvalidAssociationID.NotFound');
    const list = (AssociationIds: string[]) =>
      client.send(new ec2.DescribeIamInstanceProfileAssociationsCommand({ AssociationIds }));
    const AssociationId = replaced?.AssociationId ?? '';
    const { IamInstanceProfileAssociations: found } = await list([AssociationId]);
    assert.deepEqual(found, [{ ...replaced, State: 'associated' }]);
    const remove = () =>
      client.send(new ec2.DisassociateIamInstanceProfileCommand({ AssociationId }));
    assert.equal((await remove()).IamInstanceProfileAssociation?.State, 'disassociating');
    await isRefused(remove(), 'InvalidAssociationID.NotFound');
    await isRefused(list([AssociationId]), 'InvalidAssociationID.NotFound');

    const Tags = Array.from({ length: 7 }, (_, at) => ({ Key: `key-${at}`, Value: `<${at}>` }));
    await client.send(new ec2.CreateTagsCommand({ Resources: [InstanceId], Tags }));
    const pages = ec2.paginateDescribeTags(
      { client, pageSize: 5 },
      { Filters: [{ Name: 'resource-id', Values: [InstanceId] }] },
    );
    const tags: (ec2.TagDescription[] | undefined)[] = [];
    for await (const page of pages) tags.push(page.Tags);
    assert.deepEqual(
      tags.map((page) => page?.map(({ Key, Value }) => ({ Key, Value }))),
      [Tags.slice(0, 5), Tags.slice(5)],
    );
    await client.send(new ec2.DeleteTagsCommand({ Resources: [InstanceId] }));
    const { Tags: left } = await client.send(new ec2.DescribeTagsCommand({}));
    assert.deepEqual(
      left?.filter(({ ResourceId }) => ResourceId === InstanceId),
      [],
    );
    const vpc = { Resources: ['vpc-1'], Tags };
    await isRefused(client.send(new ec2.CreateTagsCommand(vpc)), 'InvalidID');
    await isRefused(client.send(new ec2.DeleteTagsCommand(vpc)), 'InvalidID');
    const filter = [{ Name: 'vpc-id', Values: ['vpc-1'] }];
    const invalid = client.send(new ec2.DescribeTagsCommand({ Filters: filter }));
    await isRefused(invalid, 'InvalidParameterValue');
  });

  it('another account sees and changes nothing of it', async () => {
    const launch = new ec2.RunInstancesCommand({ ...one, ...photos });
    const { Instances } = await client.send(launch);
    const id = Instances?.[0]?.InstanceId ?? '';
    const { IamInstanceProfileAssociations: mine } = await client.send(
      new ec2.DescribeIamInstanceProfileAssociationsCommand(),
    );
    const AssociationId = mine?.find(({ InstanceId }) => InstanceId === id)?.AssociationId;
    const ids = { InstanceIds: [id] };
    const tags = { Resources: [id], Tags: [{ Key: 'a', Value: '' }] };
    for (const call of [
      () => other.send(new ec2.DescribeInstancesCommand(ids)),
      () => other.send(new ec2.DescribeInstanceStatusCommand(ids)),
      () => other.send(new ec2.StartInstancesCommand(ids)),
      () => other.send(new ec2.StopInstancesCommand(ids)),
      () => other.send(new ec2.TerminateInstancesCommand(ids)),
      () => other.send(new ec2.CreateTagsCommand(tags)),
      () => other.send(new ec2.DeleteTagsCommand(tags)),
      () => other.send(new ec2.AssociateIamInstanceProfileCommand({ InstanceId: id, ...photos })),
    ]) {
      await isRefused(call(), 'InvalidInstanceID.NotFound');
    }
    const taken = { AssociationId, ...photos };
    for (const call of [
      () => other.send(new ec2.DisassociateIamInstanceProfileCommand({ AssociationId })),
      () => other.send(new ec2.ReplaceIamInstanceProfileAssociationCommand(taken)),
    ]) {
      await isRefused(call(), 'InvalidAssociationID.NotFound');
    }
    const Arn = `arn:aws:iam::${server.accountId}:instance-profile/photos`;
    const theirs = new ec2.RunInstancesCommand({ ...one, IamInstanceProfile: { Arn } });
    await isRefused(other.send(theirs), 'InvalidParameterValue');
    const found = await other.send(new ec2.DescribeInstancesCommand());
    assert.deepEqual(found.Reservations, []);
    assert.deepEqual((await other.send(new ec2.DescribeTagsCommand())).Tags, []);
    const { Reservations } = await client.send(new ec2.DescribeInstancesCommand(ids));
    const [left] = Reservations?.[0]?.Instances ?? [];
    assert.deepEqual([left?.State?.Name, left?.IamInstanceProfile?.Arn], ['running', Arn]);
  });

  it('a stranger and a wrong secret are refused as EC2 refuses them', async () => {
    const key = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'wrong' };
    const stranger = clientOf(key);
    const says = await isRefused(
      stranger.send(new ec2.DescribeInstancesCommand()),
      'AuthFailure',
      401,
    );
    assert.equal(says, 'AWS was not able to validate the provided access credentials');
    stranger.destroy();
    const wrong = clientOf({ ...server.credentials(), secretAccessKey: 'wrong' });
    await isRefused(wrong.send(new ec2.DescribeInstancesCommand()), 'AuthFailure', 401);
    wrong.destroy();
    const vpc = client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const said = await isRefused(vpc, 'NotImplemented', 501);
    assert.equal(said, 'The operation CreateVpc is not implemented.');
  });

  it('who may not is told so by every operation', async () => {
    const UserName = 'dave';
    await identity.send(new iam.CreateUserCommand({ UserName }));
    const { AccessKey } = await identity.send(new iam.CreateAccessKeyCommand({ UserName }));
    const key = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    const dave = clientOf(key);
    const AssociationId = 'iip-assoc-0123456789abcdef0';
    const ids = { InstanceIds: [missing] };
    const resources = { Resources: [missing], Tags: [{ Key: 'a', Value: '' }] };
    const calls: Readonly<Record<string, object>> = {
      AssociateIamInstanceProfile: { InstanceId: missing, ...photos },
      CreateTags: resources,
      DeleteTags: resources,
      DescribeIamInstanceProfileAssociations: {},
      DescribeInstanceStatus: {},
      DescribeInstances: {},
      DescribeTags: {},
      DisassociateIamInstanceProfile: { AssociationId },
      ReplaceIamInstanceProfileAssociation: { AssociationId, ...photos },
      RunInstances: one,
      StartInstances: ids,
      StopInstances: ids,
      TerminateInstances: ids,
    };
    assert.deepEqual(Object.keys(calls).sort(), Object.keys(operationTables.ec2 ?? {}).sort());
    const send = dave.send.bind(dave) as (command: unknown) => Promise<unknown>;
    for (const [name, input] of Object.entries(calls)) {
      const Command = Reflect.get(ec2, `${name}Command`);
      const said = await isRefused(send(new Command(input)), 'UnauthorizedOperation', 403);
      const begin = `You are not authorized to perform this operation. User: arn:aws:iam::${server.accountId}:user/dave is not authorized to perform: ec2:${name} `;
      assert.equal(said.slice(0, begin.length), begin);
    }
    dave.destroy();
    // The region is the deployment's, whatever a caller signs for.
    const elsewhere = clientOf(key, 'eu-west-1');
    const stop = elsewhere.send(new ec2.StopInstancesCommand(ids));
    const said = await isRefused(stop, 'UnauthorizedOperation', 403);
    const arn = `arn:aws:ec2:us-east-1:${server.accountId}:instance/${missing}`;
    assert.ok(said.includes(` on resource: ${arn} `), said);
    elsewhere.destroy();
  });

  it('every operation that is served has answered and refused', () => {
    const served = Object.keys(operationTables.ec2 ?? {});
    assert.ok(served.length >= 13);
    assert.deepEqual(
      served.filter((name) => !answered.has(name) || !refused.has(name)),
      [],
    );
  });
});
