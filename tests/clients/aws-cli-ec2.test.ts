/** Instances with the `aws` command line: a launch, its profile, its tags, its waiters, its end. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { type StartedServer, startServer } from '../started-server.ts';
import { openTerminal, whyMissing } from './command-line.ts';

const trust =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
  '"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}';

/** A role in two profiles: how the command line makes them is told elsewhere. */
async function furnish(server: StartedServer): Promise<void> {
  const { endpoint } = server;
  const client = new IAMClient({
    endpoint,
    region: 'us-east-1',
    credentials: server.credentials(),
  });
  const RoleName = 'PhotoAppRole';
  await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  for (const InstanceProfileName of ['photos', 'other']) {
    await client.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await client.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  }
  client.destroy();
}

it('instances with the aws command line', { skip: whyMissing('aws', '--version') }, async () => {
  const server = await startServer();
  const terminal = openTerminal(server);
  const ec2 = (...words: string[]) => terminal.json('ec2', ...words);
  try {
    await furnish(server);
    const launch = ['run-instances', '--image-id', 'ami-0123456789abcdef0'];
    const dry = await terminal.refused('ec2', ...launch, '--dry-run');
    assert.match(
      dry,
      /\(DryRunOperation\) when calling the RunInstances operation: Request would have succeeded, but DryRun flag is set\.$/,
    );
    const made = await ec2(
      ...[...launch, '--instance-type', 't3.micro', '--iam-instance-profile', 'Name=photos'],
      ...['--tag-specifications', 'ResourceType=instance,Tags=[{Key=team,Value=photos}]'],
    );
    const [instance] = made.Instances;
    assert.equal(instance.State.Name, 'pending');
    const id = ['--instance-ids', instance.InstanceId];
    await terminal.aws('ec2', 'wait', 'instance-running', ...id);
    const profileOf = async () =>
      await ec2(
        'describe-instances',
        ...['--filters', 'Name=tag:team,Values=photos', 'Name=instance-state-name,Values=running'],
        ...['--query', 'Reservations[].Instances[].IamInstanceProfile.Arn'],
      );
    const arn = (name: string) => `arn:aws:iam::${server.accountId}:instance-profile/${name}`;
    assert.deepEqual(await profileOf(), [arn('photos')]);

    const { IamInstanceProfileAssociations: found } = await ec2(
      'describe-iam-instance-profile-associations',
    );
    assert.deepEqual([found.length, found[0].State], [1, 'associated']);
    const replaced = await ec2(
      ...['replace-iam-instance-profile-association', '--iam-instance-profile', 'Name=other'],
      ...['--association-id', found[0].AssociationId],
    );
    assert.deepEqual(await profileOf(), [arn('other')]);
    const association = replaced.IamInstanceProfileAssociation.AssociationId;
    await ec2('disassociate-iam-instance-profile', '--association-id', association);
    assert.deepEqual(await profileOf(), []);
    const [, sentence] = (
      await terminal.refused(
        'ec2',
        'disassociate-iam-instance-profile',
        ...['--association-id', association],
      )
    ).split('operation: ');
    assert.equal(sentence, `An invalid association-id of '${association}' was given`);
    await ec2(
      ...['associate-iam-instance-profile', '--instance-id', instance.InstanceId],
      ...['--iam-instance-profile', `Arn=${arn('photos')}`],
    );

    const resource = ['--resources', instance.InstanceId];
    await ec2('create-tags', ...resource, '--tags', 'Key=Name,Value=a b&<c>', 'Key=team,Value=');
    const tags = ['describe-tags', '--filters', 'Name=key,Values=Name'];
    const described = await ec2(...tags, '--query', 'Tags[].Value');
    assert.deepEqual(described, ['a b&<c>']);
    await ec2('delete-tags', ...resource, '--tags', 'Key=Name');
    assert.deepEqual(await ec2(...tags), { Tags: [] });
    await ec2('terminate-instances', ...id);
    await terminal.aws('ec2', 'wait', 'instance-terminated', ...id);
  } finally {
    terminal.close();
    assert.equal(await server.stop(), 0);
  }
});
