import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, firstCallAt, secondAccount } from '../iam/testing.ts';
import type { Operation } from '../operation.ts';
import { describeInstances } from './instance.ts';
import { startInstances, stopInstances, terminateInstances } from './instance-transition.ts';
import { runInstances } from './run-instances.ts';
import { createTags, deleteTags } from './tag.ts';
import { addProfile, imageId, one, openTestEc2, profileArn, runOne } from './testing.ts';

test('an instance is answered as pending, and found running', async (t) => {
  const ec2 = await openTestEc2(t);
  const profileId = await addProfile(ec2, 'other', 'PhotoAppRole');
  const before = ec2.changes.length;
  const tags = [
    { Key: 'team', Value: 'photos' },
    { Key: 'Name', Value: '' },
  ];
  const launchedAt = new Date(ec2.clock.now);
  const made = await ec2.call(runInstances, {
    ...one,
    IamInstanceProfile: { Name: 'other' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: tags }],
  });
  const [instance] = made.Instances ?? [];
  assert.match(made.ReservationId ?? '', /^r-[0-9a-f]{17}$/);
  assert.match(instance?.InstanceId ?? '', /^i-[0-9a-f]{17}$/);
  const described = {
    InstanceId: instance?.InstanceId,
    ImageId: imageId,
    State: { Code: 0, Name: 'pending' },
    StateTransitionReason: '',
    AmiLaunchIndex: 0,
    ProductCodes: [],
    InstanceType: 'm1.small',
    LaunchTime: launchedAt,
    Monitoring: { State: 'disabled' },
    ClientToken: '',
    IamInstanceProfile: {
      Arn: 'arn:aws:iam::111111111111:instance-profile/other',
      Id: profileId,
    },
    Tags: tags.toReversed(),
    MetadataOptions: { State: 'applied', HttpTokens: 'required', HttpEndpoint: 'enabled' },
  };
  const reservation = { ReservationId: made.ReservationId, OwnerId: ec2.accountId, Groups: [] };
  assert.deepEqual(made, { ...reservation, Instances: [described] });
  assert.ok(launchedAt.getTime() > firstCallAt);
  const found = await ec2.call(describeInstances, {});
  assert.deepEqual(found, {
    Reservations: [
      { ...reservation, Instances: [{ ...described, State: { Code: 16, Name: 'running' } }] },
    ],
  });
  assert.deepEqual(
    ec2.changes.slice(before).map(({ kind, id }) => [kind, id]),
    [['instance', instance?.InstanceId]],
  );
  const others = await ec2.inAccount(secondAccount).call(describeInstances, {});
  assert.deepEqual(others, { Reservations: [] });
});

test('several instances are one reservation, each with an association of its own', async (t) => {
  const ec2 = await openTestEc2(t);
  const { Instances } = await ec2.call(runInstances, {
    ImageId: 'ami-12345678',
    MinCount: 2,
    MaxCount: 3,
    InstanceType: 't3.micro',
    IamInstanceProfile: { Arn: profileArn },
  });
  assert.deepEqual(
    Instances?.map(({ AmiLaunchIndex: index }) => index),
    [0, 1, 2],
  );
  assert.equal(new Set(Instances?.map(({ InstanceId: id }) => id)).size, 3);
  assert.ok(Instances?.every((each) => each.IamInstanceProfile?.Arn === profileArn));
  assert.ok(Instances?.every((each) => each.InstanceType === 't3.micro'));
});

test('a thousand instances are one call', async (t) => {
  const ec2 = await openTestEc2(t);
  const Tags = [{ Key: 'team', Value: 'photos' }];
  const { Instances } = await ec2.call(runInstances, {
    ImageId: imageId,
    MinCount: 1000,
    MaxCount: 5000,
    IamInstanceProfile: { Name: 'photos' },
    TagSpecifications: [{ ResourceType: 'instance', Tags }],
  });
  assert.equal(Instances?.length, 1000);
  assert.ok(Instances.every((each) => each.Tags?.length === 1 && each.IamInstanceProfile));
});

test('as many instances are one call as one answer can show with their tags', async (t) => {
  const ec2 = await openTestEc2(t, { instancesPerAccount: 10_000 });
  const Tags = Array.from({ length: 50 }, (_, at) => ({
    Key: `${at}`.padEnd(128, '<'),
    Value: '<'.repeat(256),
  }));
  const launch = (MinCount: number) => ({
    ImageId: imageId,
    MinCount,
    MaxCount: 2000,
    ClientToken: 'once',
    TagSpecifications: [{ ResourceType: 'instance' as const, Tags }],
  });
  const refused = (call: Promise<unknown>, min: number, room: number) =>
    assertRefused(
      call,
      'InstanceLimitExceeded',
      400,
      `You have requested more instances (${min}) than one request with tags of this size can launch (${room}).`,
    );
  const readOnly = { ...runInstances, access: 'read' } as const;
  await refused(ec2.call(readOnly, launch(9)), 9, 8);
  await refused(ec2.call(readOnly, { ...launch(1001), TagSpecifications: [] }), 1001, 1000);
  const { Instances } = await ec2.call(runInstances, launch(1));
  assert.equal(Instances?.length, 8);
  // What is set later is no part of the answer to the same call.
  const Resources = Instances.map(({ InstanceId = '' }) => InstanceId);
  await ec2.call(createTags, { Resources, Tags: [{ Key: Tags[0]?.Key, Value: 'later' }] });
  const again = await ec2.call(runInstances, launch(1));
  assert.deepEqual(again.Instances?.[0]?.Tags, Instances[0]?.Tags);
});

test('the quota counts what is not terminated', async (t) => {
  const ec2 = await openTestEc2(t, { instancesPerAccount: 2 });
  const first = await runOne(ec2);
  const limit = (count: number) =>
    `You have requested more instances (${count}) than your current instance limit of 2 allows for the specified instance type.`;
  const two = { ...one, MinCount: 2, MaxCount: 2 };
  await assertRefused(ec2.call(runInstances, two), 'InstanceLimitExceeded', 400, limit(3));
  const { Instances } = await ec2.call(runInstances, { ...two, MinCount: 1 });
  assert.equal(Instances?.length, 1, 'as many as there is room for');
  await assertRefused(ec2.call(runInstances, one), 'InstanceLimitExceeded', 400, limit(3));
  await ec2.call(terminateInstances, { InstanceIds: [first] });
  await runOne(ec2);
  await runOne(ec2.inAccount(secondAccount));
});

test('a call with a client token is made once', async (t) => {
  const ec2 = await openTestEc2(t);
  const call = { ...one, ClientToken: 'once', IamInstanceProfile: { Name: 'photos' } };
  const first = await ec2.call(runInstances, call);
  assert.equal(first.Instances?.[0]?.ClientToken, 'once');
  const [id = ''] = first.Instances?.map(({ InstanceId }) => InstanceId ?? '') ?? [];
  const reordered = Object.fromEntries(Object.entries(call).reverse()) as typeof call;
  const again = await ec2.call(runInstances, reordered);
  assert.equal(again.ReservationId, first.ReservationId);
  assert.deepEqual(again.Instances?.[0]?.State, { Code: 16, Name: 'running' });
  assert.equal(again.Instances?.length, 1);
  await assertRefused(
    ec2.call(runInstances, { ...call, InstanceType: 't3.nano' }),
    'IdempotentParameterMismatch',
    400,
    'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
  );
  const elsewhere = ec2.inAccount(secondAccount);
  assert.notEqual(await runOne(elsewhere, { ClientToken: 'once' }), id);
  await ec2.call(terminateInstances, { InstanceIds: [id] });
  await assertRefused(
    ec2.call(runInstances, call),
    'IdempotentInstanceTerminated',
    400,
    'The client token you have provided is associated with a terminated instance. Please use a different client token.',
  );
  ec2.clock.now += 3_600_000;
  assert.notEqual(await runOne(ec2, call), id, 'forgotten with its instance');
});

test('a dry run makes nothing', async (t) => {
  const ec2 = await openTestEc2(t);
  const before = ec2.changes.length;
  const message = 'Request would have succeeded, but DryRun flag is set.';
  const dry = { ...one, DryRun: true };
  await assertRefused(ec2.call(runInstances, dry), 'DryRunOperation', 412, message);
  const all = ec2.call(describeInstances, { DryRun: true });
  await assertRefused(all, 'DryRunOperation', 412, message);
  assert.deepEqual(await ec2.call(describeInstances, {}), { Reservations: [] });
  assert.equal(ec2.changes.length, before);
  // Of a database that takes no writes, and not after writing and taking back.
  const id = await runOne(ec2);
  const dryOf = async <Input>(
    operation: Operation<Input, unknown>,
    input: NoInfer<Input>,
  ): Promise<void> => {
    const readOnly = { ...operation, access: 'read' } as const;
    const call = ec2.call(readOnly, { ...input, DryRun: true });
    await assertRefused(call, 'DryRunOperation', 412, message);
  };
  await dryOf(runInstances, { ...one, IamInstanceProfile: { Name: 'photos' } });
  await dryOf(startInstances, { InstanceIds: [id] });
  await dryOf(stopInstances, { InstanceIds: [id] });
  await dryOf(terminateInstances, { InstanceIds: [id] });
  await dryOf(createTags, { Resources: [id], Tags: [{ Key: 'a', Value: '' }] });
  await dryOf(deleteTags, { Resources: [id], Tags: [] });
  const broken = ec2.call(runInstances, { ...dry, KeyName: 'photos' });
  const missing = "The key pair 'photos' does not exist";
  await assertRefused(broken, 'InvalidKeyPair.NotFound', 400, missing);
});

const invalid = 'InvalidParameterValue';
const unsupported = 'UnsupportedOperation';
const tagged = (ResourceType: string, ...keys: string[]) => ({
  TagSpecifications: [{ ResourceType, Tags: keys.map((Key) => ({ Key, Value: '' })) }],
});
const refusals: readonly (readonly [input: object, code: string, message: string])[] = [
  [{ ImageId: undefined }, 'MissingParameter', 'The request must contain the parameter ImageId'],
  [{ ImageId: 'ami-*' }, 'InvalidAMIID.Malformed', 'Invalid id: "ami-*" (expecting "ami-...")'],
  [
    { MinCount: 0 },
    invalid,
    'Value (0) for parameter minCount is invalid. Expecting a value greater than 0.',
  ],
  [
    { MaxCount: -1 },
    invalid,
    'Value (-1) for parameter maxCount is invalid. Expecting a value greater than 0.',
  ],
  [
    { MinCount: 2 },
    'InvalidParameterCombination',
    'The minimum count 2 may not be greater than the maximum count 1',
  ],
  [
    { IamInstanceProfile: { Name: 'missing' } },
    invalid,
    'Value (missing) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
  ],
  [
    { IamInstanceProfile: { Arn: 'arn:aws:iam::222222222222:instance-profile/photos' } },
    invalid,
    'Value (arn:aws:iam::222222222222:instance-profile/photos) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN',
  ],
  [
    { IamInstanceProfile: { Name: 'photos', Arn: profileArn } },
    'InvalidParameterCombination',
    "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
  ],
  [
    { IamInstanceProfile: {} },
    'MissingParameter',
    'The request must contain the parameter IamInstanceProfile.Name',
  ],
  [
    { IamInstanceProfile: { Name: 'empty' } },
    invalid,
    'IAM Instance Profile "arn:aws:iam::111111111111:instance-profile/empty" has no associated IAM Roles',
  ],
  [tagged('vpc', 'a'), invalid, "'vpc' is not a valid taggable resource type for this operation."],
  [tagged('volume', 'a'), unsupported, 'There is no volume here that could be tagged.'],
  [tagged('instance'), invalid, 'Tag specification must have at least one tag'],
  [
    {
      TagSpecifications: [
        ...tagged('instance', 'a').TagSpecifications,
        ...tagged('instance', 'b').TagSpecifications,
      ],
    },
    invalid,
    'The same resource type may not be specified more than once in tag specifications',
  ],
  [
    tagged('instance', ...Array.from({ length: 51 }, (_, at) => `${at}`)),
    'TagLimitExceeded',
    'The maximum number of tags for a resource, 50, has been reached',
  ],
  [tagged('instance', 'a', 'a'), invalid, "Duplicate tag key 'a' specified."],
  [
    tagged('instance', 'AWS:a'),
    invalid,
    "Tag keys starting with 'aws:' are reserved for internal use",
  ],
  [
    { KeyName: 'k'.repeat(200) },
    'InvalidKeyPair.NotFound',
    `The key pair '${'k'.repeat(128)}' does not exist`,
  ],
  [{ KeyName: 'k' }, 'InvalidKeyPair.NotFound', "The key pair 'k' does not exist"],
  [{ SubnetId: 's' }, 'InvalidSubnetID.NotFound', "The subnet ID 's' does not exist"],
  [{ SecurityGroupIds: ['g'] }, 'InvalidGroup.NotFound', "The security group 'g' does not exist"],
  [{ SecurityGroups: ['g'] }, 'InvalidGroup.NotFound', "The security group 'g' does not exist"],
  [
    { LaunchTemplate: { LaunchTemplateName: 't' } },
    'InvalidLaunchTemplateName.NotFoundException',
    'The specified launch template, t, does not exist.',
  ],
  [
    { LaunchTemplate: { LaunchTemplateId: 'lt-1' } },
    'InvalidLaunchTemplateId.NotFound',
    'The specified launch template, lt-1, does not exist.',
  ],
  [{ UserData: 'IyEvYmluL3No' }, unsupported, 'The parameter UserData is not supported.'],
  [
    { DisableApiTermination: true, DisableApiStop: false },
    unsupported,
    'The parameter DisableApiTermination is not supported.',
  ],
  [
    { MetadataOptions: { HttpTokens: 'optional' } },
    unsupported,
    'The metadata service takes no requests without a token.',
  ],
  [
    { MetadataOptions: { HttpEndpoint: 'disabled' } },
    unsupported,
    'The metadata service cannot be disabled.',
  ],
  [
    { MetadataOptions: { InstanceMetadataTags: 'enabled' } },
    unsupported,
    'The metadata service serves no tags.',
  ],
];

test('what cannot be launched is refused, and nothing is made', async (t) => {
  const ec2 = await openTestEc2(t);
  await addProfile(ec2, 'empty');
  for (const [input, code, message] of refusals) {
    const readOnly = { ...runInstances, access: 'read' } as const;
    await assertRefused(ec2.call(readOnly, { ...one, ...input }), code, 400, message);
  }
  assert.deepEqual(await ec2.call(describeInstances, {}), { Reservations: [] });
});

test('wishes about a machine change nothing', async (t) => {
  const ec2 = await openTestEc2(t);
  await runOne(ec2, {
    EbsOptimized: true,
    Monitoring: { Enabled: true },
    DisableApiTermination: false,
    HibernationOptions: { Configured: false },
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
  });
  const { Reservations } = await ec2.call(describeInstances, {});
  assert.deepEqual(Reservations?.[0]?.Instances?.[0]?.Monitoring, { State: 'disabled' });
});
