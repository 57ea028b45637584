import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteInstanceProfile, removeRoleFromInstanceProfile } from '../iam/instance-profile.ts';
import { assertRefused, secondAccount, type TestIam } from '../iam/testing.ts';
import { findInstance } from './find-instance.ts';
import { describeInstances } from './instance.ts';
import {
  associateIamInstanceProfile,
  describeIamInstanceProfileAssociations,
  disassociateIamInstanceProfile,
  replaceIamInstanceProfileAssociation,
} from './instance-profile-association.ts';
import { terminateInstances } from './instance-transition.ts';
import { addProfile, openTestEc2, profileArn, runOne } from './testing.ts';

const list = async (ec2: TestIam, input: object = {}) =>
  (await ec2.call(describeIamInstanceProfileAssociations, input)).IamInstanceProfileAssociations;

async function associate(ec2: TestIam, InstanceId: string): Promise<string> {
  const IamInstanceProfile = { Name: 'photos' };
  const { IamInstanceProfileAssociation: made } = await ec2.call(associateIamInstanceProfile, {
    InstanceId,
    IamInstanceProfile,
  });
  return made?.AssociationId ?? '';
}

test('a profile is associated, replaced and disassociated', async (t) => {
  const ec2 = await openTestEc2(t);
  const otherId = await addProfile(ec2, 'other', 'PhotoAppRole');
  const id = await runOne(ec2);
  const before = ec2.changes.length;
  const at = new Date(ec2.clock.now);
  const { IamInstanceProfileAssociation: made } = await ec2.call(associateIamInstanceProfile, {
    InstanceId: id,
    IamInstanceProfile: { Name: 'PHOTOS' },
  });
  assert.match(made?.AssociationId ?? '', /^iip-assoc-[0-9a-f]{17}$/);
  const described = {
    AssociationId: made?.AssociationId,
    InstanceId: id,
    IamInstanceProfile: { Arn: profileArn, Id: made?.IamInstanceProfile?.Id },
    Timestamp: at,
  };
  assert.deepEqual(made, { ...described, State: 'associating' });
  assert.deepEqual(await list(ec2), [{ ...described, State: 'associated' }]);

  const other = 'arn:aws:iam::111111111111:instance-profile/other';
  const { IamInstanceProfileAssociation: replaced } = await ec2.call(
    replaceIamInstanceProfileAssociation,
    { AssociationId: made?.AssociationId, IamInstanceProfile: { Arn: other } },
  );
  assert.notEqual(replaced?.AssociationId, made?.AssociationId);
  assert.deepEqual(
    [replaced?.State, replaced?.IamInstanceProfile],
    ['associating', { Arn: other, Id: otherId }],
  );
  const { Reservations } = await ec2.call(describeInstances, {});
  const profile = Reservations?.[0]?.Instances?.[0]?.IamInstanceProfile;
  assert.deepEqual(profile, { Arn: other, Id: otherId });

  const { IamInstanceProfileAssociation: gone } = await ec2.call(disassociateIamInstanceProfile, {
    AssociationId: replaced?.AssociationId,
  });
  assert.deepEqual(gone, { ...replaced, State: 'disassociating' });
  assert.deepEqual(await list(ec2), []);
  assert.deepEqual(
    ec2.changes.slice(before).map(({ kind, id: changed }) => [kind, changed]),
    Array.from({ length: 3 }, () => ['instance', id]),
  );
});

test('associations are found by id, instance and state', async (t) => {
  const ec2 = await openTestEc2(t);
  const instances = [await runOne(ec2), await runOne(ec2)];
  const [first = '', second = ''] = [
    await associate(ec2, instances[0] ?? ''),
    await associate(ec2, instances[1] ?? ''),
  ];
  const ids = async (input: object) =>
    (await list(ec2, input))?.map(({ AssociationId: id }) => id).sort();
  assert.deepEqual(await ids({}), [first, second].sort());
  assert.deepEqual(await ids({ AssociationIds: [second] }), [second]);
  const byInstance = { Name: 'instance-id', Values: [instances[0] ?? ''] };
  assert.deepEqual(await ids({ Filters: [byInstance] }), [first]);
  assert.deepEqual(await ids({ Filters: [{ Name: 'state', Values: ['associated'] }] }), [
    ...[first, second].sort(),
  ]);
  assert.deepEqual(await ids({ Filters: [{ Name: 'state', Values: ['associating'] }] }), []);
  const found = await list(ec2.inAccount(secondAccount));
  assert.deepEqual(found, []);
});

test('an association whose profile is gone leads nowhere', async (t) => {
  const ec2 = await openTestEc2(t);
  const id = await runOne(ec2, { IamInstanceProfile: { Name: 'photos' } });
  const photos = { InstanceProfileName: 'photos' };
  await ec2.call(removeRoleFromInstanceProfile, { ...photos, RoleName: 'PhotoAppRole' });
  await ec2.call(deleteInstanceProfile, photos);
  // Made again under its name it is another one.
  await addProfile(ec2, 'photos', undefined);
  assert.equal((await list(ec2))?.[0]?.IamInstanceProfile?.Arn, profileArn);
  const found = await findInstance(ec2.store.database, ec2.accountId, id);
  assert.ok(found?.association);
  assert.equal(found.profile, undefined);
});

const missing = 'iip-assoc-0123456789abcdef0';

test('what cannot be associated is refused', async (t) => {
  const ec2 = await openTestEc2(t);
  await addProfile(ec2, 'empty');
  const id = await runOne(ec2);
  const association = await associate(ec2, id);
  const photos = { IamInstanceProfile: { Name: 'photos' } };
  const ofInstance = (InstanceId: string, profile: object = photos) =>
    ec2.call(associateIamInstanceProfile, {
      IamInstanceProfile: undefined,
      ...profile,
      InstanceId,
    });
  const existing = `There is an existing association for instance ${id}`;
  await assertRefused(ofInstance(id), 'IncorrectState', 400, existing);
  const unknown = 'i-0123456789abcdef0';
  const notFound = `The instance ID '${unknown}' does not exist`;
  await assertRefused(ofInstance(unknown), 'InvalidInstanceID.NotFound', 400, notFound);
  const noId = 'Invalid id: "web" (expecting "i-...")';
  await assertRefused(ofInstance('web'), 'InvalidInstanceID.Malformed', 400, noId);
  const bare = await runOne(ec2);
  await assertRefused(
    ofInstance(bare, { IamInstanceProfile: { Name: 'empty' } }),
    'InvalidParameterValue',
    400,
    'IAM Instance Profile "arn:aws:iam::111111111111:instance-profile/empty" has no associated IAM Roles',
  );
  await ec2.call(terminateInstances, { InstanceIds: [bare] });
  const over = `The instance '${bare}' is not in a state from which it can be associated.`;
  await assertRefused(ofInstance(bare), 'IncorrectInstanceState', 400, over);

  const invalid = `An invalid association-id of '${missing}' was given`;
  const replace = (AssociationId: string, profile = photos): Promise<unknown> =>
    ec2.call(replaceIamInstanceProfileAssociation, { ...profile, AssociationId });
  const remove = (AssociationId: string, account = ec2): Promise<unknown> =>
    account.call(disassociateIamInstanceProfile, { AssociationId });
  for (const call of [replace, remove, (id: string) => list(ec2, { AssociationIds: [id] })]) {
    await assertRefused(call(missing), 'InvalidAssociationID.NotFound', 400, invalid);
    const malformed = 'Invalid value for associationId.';
    await assertRefused(call('x'), 'InvalidParameterValue', 400, malformed);
  }
  await assertRefused(
    remove(association, ec2.inAccount(secondAccount)),
    'InvalidAssociationID.NotFound',
    400,
    `An invalid association-id of '${association}' was given`,
  );
  await assertRefused(
    replace(association, { IamInstanceProfile: { Name: 'missing' } }),
    'InvalidParameterValue',
    400,
    'Value (missing) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
  );
  await assertRefused(
    list(ec2, { AssociationIds: [association], MaxResults: 5 }),
    'InvalidParameterCombination',
    400,
    'The parameter associationIdsSet cannot be used with the parameter maxResults',
  );
  const [left] = (await list(ec2)) ?? [];
  assert.equal(left?.AssociationId, association, 'what was refused changed nothing');
});
