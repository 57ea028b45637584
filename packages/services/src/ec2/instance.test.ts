import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, secondAccount, type TestIam } from '../iam/testing.ts';
import { findInstance } from './find-instance.ts';
import { describeInstanceStatus, describeInstances } from './instance.ts';
import { stopInstances, terminateInstances } from './instance-transition.ts';
import { runInstances } from './run-instances.ts';
import { createTags } from './tag.ts';
import { imageId, openTestEc2, profileArn, runOne } from './testing.ts';

async function idsOf(ec2: TestIam, input: object): Promise<(string | undefined)[]> {
  const { Reservations = [] } = await ec2.call(describeInstances, input);
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId: id }) => id));
}

test('every filter finds its instance and no other', async (t) => {
  const ec2 = await openTestEc2(t);
  const Tags = [{ Key: 'Team', Value: 'photos' }];
  const { Instances, ReservationId } = await ec2.call(runInstances, {
    ImageId: 'ami-12345678',
    MinCount: 1,
    MaxCount: 1,
    InstanceType: 't3.micro',
    ClientToken: 'token',
    IamInstanceProfile: { Name: 'photos' },
    TagSpecifications: [{ ResourceType: 'instance', Tags }],
  });
  const [wanted] = Instances ?? [];
  const other = await runOne(ec2, {
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'x' }] }],
  });
  await ec2.call(stopInstances, { InstanceIds: [other] });
  const filters: Record<string, string | undefined> = {
    'client-token': 'token',
    'iam-instance-profile.arn': profileArn,
    'iam-instance-profile.id': wanted?.IamInstanceProfile?.Id,
    'image-id': 'ami-1*',
    'instance-id': wanted?.InstanceId,
    'instance-state-code': '16',
    'instance-state-name': 'running',
    'instance-type': 't3.micro',
    'reservation-id': ReservationId,
    'tag:Team': 'photos',
    'tag-key': 'Team',
    'tag-value': 'ph?tos',
  };
  for (const [Name, value = ''] of Object.entries(filters)) {
    const Filters = [{ Name, Values: ['nothing', value] }];
    assert.deepEqual(await idsOf(ec2, { Filters }), [wanted?.InstanceId], Name);
    assert.deepEqual(await idsOf(ec2, { Filters, InstanceIds: [other] }), [], Name);
  }
  const both = [
    { Name: 'tag:Team', Values: ['photos'] },
    { Name: 'image-id', Values: [imageId] },
  ];
  assert.deepEqual(await idsOf(ec2, { Filters: both }), []);
  await assertRefused(
    ec2.call(describeInstances, { Filters: [{ Name: 'vpc-id', Values: ['v'] }] }),
    'InvalidParameterValue',
    400,
    "The filter 'vpc-id' is invalid",
  );
});

test('pages hold every instance once, and their tokens are good for nothing else', async (t) => {
  const ec2 = await openTestEc2(t);
  for (const count of [4, 7, 2]) {
    await ec2.call(runInstances, { ImageId: imageId, MinCount: count, MaxCount: count });
  }
  const all = await idsOf(ec2, {});
  assert.equal(new Set(all).size, 13);
  const found: (string | undefined)[] = [];
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.call(describeInstances, { MaxResults: 5, NextToken });
    const ids = page.Reservations?.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId: id }) => id),
    );
    found.push(...(ids ?? []));
    sizes.push(ids?.length ?? 0);
    NextToken = page.NextToken ?? NextToken;
    if (page.NextToken === undefined) break;
  } while (found.length < 100);
  assert.deepEqual([found, sizes], [all, [5, 5, 3]]);

  const foreign = async (call: Promise<unknown>, token = NextToken) =>
    await assertRefused(
      call,
      'InvalidNextToken',
      400,
      `The token '${token?.slice(0, 128)}' is invalid`,
    );
  await foreign(ec2.inAccount(secondAccount).call(describeInstances, { NextToken }));
  await foreign(ec2.call(describeInstanceStatus, { NextToken }));
  await foreign(ec2.call(describeInstances, { NextToken: 'abc' }), 'abc');
});

test('a page that ends with the last instance wanted has no token', async (t) => {
  const ec2 = await openTestEc2(t);
  await ec2.call(runInstances, { ImageId: imageId, MinCount: 5, MaxCount: 5 });
  const { NextToken } = await ec2.call(describeInstances, { MaxResults: 5 });
  assert.equal(NextToken, undefined);
});

test('more instances than are read at once are found by a filter', async (t) => {
  const ec2 = await openTestEc2(t);
  await ec2.call(runInstances, { ImageId: imageId, MinCount: 450, MaxCount: 450 });
  const wanted = await runOne(ec2, { InstanceType: 't3.nano' });
  const Filters = [{ Name: 'instance-type', Values: ['t3.nano'] }];
  assert.deepEqual(await idsOf(ec2, { Filters, MaxResults: 5 }), [wanted]);
  assert.equal((await idsOf(ec2, {})).length, 451);
});

test('what cannot be a page, or is no instance, is refused', async (t) => {
  const ec2 = await openTestEc2(t);
  const id = await runOne(ec2);
  const invalid = 'InvalidParameterValue';
  const size = (count: number, expected: string) =>
    `Value ( ${count} ) for parameter maxResults is invalid. Expecting a value ${expected}.`;
  const missing = ['i-0123456789abcdef0', 'i-12345678'];
  const rows: readonly (readonly [input: object, code: string, message: string])[] = [
    [{ MaxResults: 4 }, invalid, size(4, 'greater than 5')],
    [{ MaxResults: 1001 }, invalid, size(1001, 'smaller than 1000')],
    [
      { MaxResults: 5, InstanceIds: [id] },
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    ],
    [
      { InstanceIds: ['web'] },
      'InvalidInstanceID.Malformed',
      'Invalid id: "web" (expecting "i-...")',
    ],
    [{ InstanceIds: ['i-xyz'] }, 'InvalidInstanceID.Malformed', 'Invalid id: "i-xyz"'],
    [
      { InstanceIds: [id, missing[0]] },
      'InvalidInstanceID.NotFound',
      `The instance ID '${missing[0]}' does not exist`,
    ],
    [
      { InstanceIds: missing },
      'InvalidInstanceID.NotFound',
      `The instance IDs '${missing.join(', ')}' do not exist`,
    ],
  ];
  for (const [input, code, message] of rows) {
    await assertRefused(ec2.call(describeInstances, input), code, 400, message);
    await assertRefused(ec2.call(describeInstanceStatus, input), code, 400, message);
  }
  const elsewhere = ec2.inAccount(secondAccount).call(describeInstances, { InstanceIds: [id] });
  const notFound = `The instance ID '${id}' does not exist`;
  await assertRefused(elsewhere, 'InvalidInstanceID.NotFound', 400, notFound);
});

test('the status of what runs, or of all', async (t) => {
  const ec2 = await openTestEc2(t);
  const running = await runOne(ec2);
  const stopped = await runOne(ec2);
  await ec2.call(stopInstances, { InstanceIds: [stopped] });
  const ok = { Details: [{ Name: 'reachability', Status: 'passed' }], Status: 'ok' };
  const none = { Status: 'not-applicable' };
  const status = async (input: object) =>
    (await ec2.call(describeInstanceStatus, input)).InstanceStatuses;
  const ofRunning = {
    InstanceId: running,
    InstanceState: { Code: 16, Name: 'running' },
    InstanceStatus: ok,
    SystemStatus: ok,
  };
  assert.deepEqual(await status({}), [ofRunning]);
  assert.deepEqual(await status({ InstanceIds: [stopped] }), []);
  assert.deepEqual(await status({ InstanceIds: [running, stopped], IncludeAllInstances: true }), [
    ofRunning,
    {
      InstanceId: stopped,
      InstanceState: { Code: 80, Name: 'stopped' },
      InstanceStatus: none,
      SystemStatus: none,
    },
  ]);
  const Filters = [{ Name: 'instance-state-name', Values: ['stopped'] }];
  assert.equal((await status({ Filters, IncludeAllInstances: true }))?.length, 1);
});

test('an instance is found with its profile; one that is terminated has none', async (t) => {
  const ec2 = await openTestEc2(t);
  const id = await runOne(ec2, { IamInstanceProfile: { Name: 'photos' } });
  const { database } = ec2.store;
  const found = await findInstance(database, ec2.accountId, id);
  assert.equal(found?.row.state, 'running');
  assert.equal(found.association?.instance_profile_arn, profileArn);
  assert.equal(found.profile?.name, 'photos');
  assert.match(found.profile.role_id ?? '', /^AROA/);
  assert.equal(await findInstance(database, secondAccount, id), undefined);
  await ec2.call(terminateInstances, { InstanceIds: [id] });
  const gone = await findInstance(database, ec2.accountId, id);
  assert.equal(gone?.row.state, 'terminated');
  assert.deepEqual([gone.association, gone.profile], [undefined, undefined]);
});

const hostileTags = Array.from({ length: 50 }, (_, at) => ({
  Key: `${at}`,
  Value: 'a'.repeat(256),
}));
const hostileValues = Array.from(
  { length: 100 },
  (_, at) => `*${'a'.repeat(100)}?${'a'.repeat(100)}b*${at}`,
);

/** Turns of the event loop that others had while a call was answered. */
async function turnsDuring(call: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await call();
  clearImmediate(timer);
  return turns;
}

test('filters let others have their turns, and end a page that costs too much', async (t) => {
  const ec2 = await openTestEc2(t);
  const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: hostileTags }];
  const { Instances } = await ec2.call(runInstances, {
    ImageId: imageId,
    MinCount: 3,
    MaxCount: 3,
    TagSpecifications,
  });
  const InstanceIds = Instances?.map(({ InstanceId = '' }) => InstanceId);
  const first = InstanceIds?.slice(0, 1);
  const turns = await turnsDuring(() =>
    ec2.call(describeInstances, {
      Filters: [{ Name: 'tag-value', Values: hostileValues }],
      InstanceIds: first,
    }),
  );
  assert.ok(turns > 3, `${turns} turns for one instance`);
  for (const named of [{}, { InstanceIds }]) {
    const Filters = [{ Name: 'tag-value', Values: Array.from({ length: 200 }, () => 'b?') }];
    const page = await ec2.call(describeInstances, { Filters, ...named });
    assert.deepEqual(page.Reservations, []);
    const { NextToken } = page;
    assert.ok(NextToken, 'two instances with fifty tags are one page');
    assert.deepEqual(await ec2.call(describeInstances, { Filters, NextToken, ...named }), {
      Reservations: [],
    });
  }
});

test('a page of instances ends with a megabyte of tags, also of those that are named', async (t) => {
  const ec2 = await openTestEc2(t);
  const Tags = hostileTags.map(({ Key }) => ({ Key, Value: '"'.repeat(256) }));
  const ids = await Promise.all(Array.from({ length: 30 }, () => runOne(ec2)));
  await ec2.call(createTags, { Resources: ids, Tags });
  for (const named of [{}, { InstanceIds: ids }]) {
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await ec2.call(describeInstances, { NextToken, ...named });
      for (const { Instances = [] } of page.Reservations ?? []) {
        found.push(...Instances.map(({ InstanceId: id }) => id));
      }
      NextToken = page.NextToken;
      pages++;
    } while (NextToken !== undefined && pages < 30);
    assert.equal(pages, 3);
    assert.deepEqual(found.toSorted(), ids.toSorted());
  }
});
