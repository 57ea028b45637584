import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPolicy } from './managed-policy.ts';
import {
  listPolicyTags,
  listRoleTags,
  listUserTags,
  tagPolicy,
  tagRole,
  tagUser,
  untagPolicy,
  untagRole,
  untagUser,
} from './tag.ts';
import {
  addRole,
  allow,
  assertRefused,
  firstAccount,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser, getUser, listUsers } from './user.ts';

const user = { UserName: 'dave' };

async function tagsOfDave(iam: TestIam): Promise<string[]> {
  const { Tags: tags } = await iam.call(listUserTags, user);
  return (tags ?? []).map((tag) => `${tag.Key}=${tag.Value}`);
}

test('tags are added, replaced whatever their case, listed by key and removed', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'analyst', Tags: [{ Key: 'team', Value: 'analyst' }] });
  const { User: created } = await iam.call(createUser, user);
  iam.changes.length = 0;
  await iam.call(tagUser, {
    ...user,
    Tags: [
      { Key: 'team', Value: 'photos' },
      { Key: 'Cost', Value: '' },
    ],
  });
  assert.deepEqual(await tagsOfDave(iam), ['Cost=', 'team=photos']);
  await iam.call(tagUser, { ...user, Tags: [{ Key: 'TEAM', Value: 'video' }] });
  assert.deepEqual(await tagsOfDave(iam), ['Cost=', 'TEAM=video']);
  assert.deepEqual((await iam.call(getUser, user)).User?.Tags, [
    { Key: 'Cost', Value: '' },
    { Key: 'TEAM', Value: 'video' },
  ]);
  for (const listed of (await iam.call(listUsers, {})).Users ?? []) {
    assert.equal(listed.Tags, undefined);
  }
  await iam.call(untagUser, { ...user, TagKeys: ['team', 'absent'] });
  assert.deepEqual(await tagsOfDave(iam), ['Cost=']);
  const change = { accountId: firstAccount, kind: 'user' as const, id: created?.UserId ?? '' };
  assert.deepEqual(iam.changes, [change, change, change]);
  assert.deepEqual((await iam.call(getUser, { UserName: 'analyst' })).User?.Tags, [
    { Key: 'team', Value: 'analyst' },
  ]);
});

test('__proto__ and constructor are tag keys as any other', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, user);
  const tags = [
    { Key: '__proto__', Value: 'a' },
    { Key: 'constructor', Value: 'b' },
  ];
  await iam.call(tagUser, { ...user, Tags: tags });
  assert.deepEqual((await iam.call(listUserTags, user)).Tags, tags);
});

test('the tags of one call have different keys, none of them AWS’s', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, user);
  await assertRefused(
    iam.call(tagUser, {
      ...user,
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'TEAM', Value: 'b' },
      ],
    }),
    'InvalidInput',
    400,
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  );
  for (const key of ['aws:team', 'AWS:team']) {
    await assertRefused(
      iam.call(tagUser, { ...user, Tags: [{ Key: key, Value: 'a' }] }),
      'InvalidInput',
      400,
      'Tag keys beginning with aws: are reserved for system use.',
    );
  }
  await assertRefused(
    iam.call(createUser, {
      UserName: 'editor',
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'Team', Value: 'b' },
      ],
    }),
    'InvalidInput',
    400,
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  );
  assert.equal((await iam.call(listUsers, {})).Users?.length, 1);
  assert.deepEqual(await tagsOfDave(iam), []);
});

test('a resource has so many tags and no more, and replacing one is free', async (t) => {
  const iam = await openTestIam(t, { tagsPerResource: 2 });
  await iam.call(createUser, user);
  const tag = async (...keys: string[]) =>
    await iam.call(tagUser, { ...user, Tags: keys.map((Key) => ({ Key, Value: 'v' })) });
  await tag('a', 'b');
  await tag('A', 'B');
  await assertRefused(
    tag('c'),
    'LimitExceeded',
    409,
    'The number of tags has reached the maximum limit.',
  );
  assert.deepEqual(await tagsOfDave(iam), ['A=v', 'B=v']);
});

test('policies are tagged like users, but for their keys, which differ by case', async (t) => {
  const iam = await openTestIam(t);
  const { Policy: policy } = await iam.call(createPolicy, {
    PolicyName: 'Photos',
    PolicyDocument: allow('s3:GetObject'),
  });
  const which = { PolicyArn: policy?.Arn };
  await iam.call(tagPolicy, {
    ...which,
    Tags: [
      { Key: 'b', Value: '2' },
      { Key: 'a', Value: '1' },
    ],
  });
  const page = await iam.call(listPolicyTags, { ...which, MaxItems: 1 });
  assert.deepEqual(page.Tags, [{ Key: 'a', Value: '1' }]);
  const rest = await iam.call(listPolicyTags, { ...which, Marker: page.Marker });
  assert.deepEqual(rest, { Tags: [{ Key: 'b', Value: '2' }], IsTruncated: false });
  await iam.call(tagPolicy, { ...which, Tags: [{ Key: 'B', Value: '3' }] });
  await iam.call(untagPolicy, { ...which, TagKeys: ['A', 'b'] });
  assert.deepEqual((await iam.call(listPolicyTags, which)).Tags, [
    { Key: 'B', Value: '3' },
    { Key: 'a', Value: '1' },
  ]);
  assert.equal(iam.changes.filter((change) => change.id === policy?.Arn).length, 4);
  const twice = { Key: 'c', Value: '' };
  await assertRefused(
    iam.call(tagPolicy, { ...which, Tags: [twice, twice] }),
    'InvalidInput',
    400,
    'Duplicate tag keys found.',
  );
  await assertRefused(
    iam.call(tagPolicy, { ...which, Tags: [{ Key: 'Aws:team', Value: '' }] }),
    'InvalidInput',
    400,
    'Tag keys beginning with aws: are reserved for system use.',
  );
});

test('roles are tagged like users', async (t) => {
  const iam = await openTestIam(t);
  const id = await addRole(iam, { name: 'App', tags: [['team', 'photos']] });
  await addRole(iam.inAccount(secondAccount), { name: 'App', tags: [['team', 'video']] });
  iam.changes.length = 0;
  const role = { RoleName: 'app' };
  await iam.call(tagRole, { ...role, Tags: [{ Key: 'TEAM', Value: 'film' }] });
  await iam.call(tagRole, { ...role, Tags: [{ Key: 'Cost', Value: '' }] });
  assert.deepEqual((await iam.call(listRoleTags, role)).Tags, [
    { Key: 'Cost', Value: '' },
    { Key: 'TEAM', Value: 'film' },
  ]);
  await iam.call(untagRole, { ...role, TagKeys: ['team', 'absent'] });
  assert.deepEqual((await iam.call(listRoleTags, role)).Tags, [{ Key: 'Cost', Value: '' }]);
  const change = { accountId: firstAccount, kind: 'role', id };
  assert.deepEqual(iam.changes, [change, change, change]);
  const { Tags: others } = await iam.inAccount(secondAccount).call(listRoleTags, role);
  assert.deepEqual(others, [{ Key: 'team', Value: 'video' }]);
  for (const call of [
    iam.call(tagRole, { RoleName: 'X', Tags: [{ Key: 'a', Value: '1' }] }),
    iam.call(untagRole, { RoleName: 'X', TagKeys: ['a'] }),
  ]) {
    await assertRefused(call, 'NoSuchEntity', 404, 'The role with name X cannot be found.');
  }
});

test('what does not exist has no tags', async (t) => {
  const iam = await openTestIam(t);
  const arn = 'arn:aws:iam::111111111111:policy/Unknown';
  const noUser = async (call: Promise<unknown>) =>
    await assertRefused(call, 'NoSuchEntity', 404, 'The user with name dave cannot be found.');
  const noPolicy = async (call: Promise<unknown>) =>
    await assertRefused(call, 'NoSuchEntity', 404, `Policy ${arn} was not found.`);
  const tags = [{ Key: 'a', Value: '1' }];
  await noUser(iam.call(tagUser, { ...user, Tags: tags }));
  await noUser(iam.call(untagUser, { ...user, TagKeys: ['a'] }));
  await noUser(iam.call(listUserTags, user));
  await noPolicy(iam.call(tagPolicy, { PolicyArn: arn, Tags: tags }));
  await noPolicy(iam.call(untagPolicy, { PolicyArn: arn, TagKeys: ['a'] }));
  await noPolicy(iam.call(listPolicyTags, { PolicyArn: arn }));
});

test('two accounts tag the same name apart from each other', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  await first.call(createUser, user);
  await second.call(createUser, user);
  await first.call(tagUser, { ...user, Tags: [{ Key: 'of', Value: 'first' }] });
  assert.deepEqual(await tagsOfDave(second), []);
  await second.call(tagUser, { ...user, Tags: [{ Key: 'of', Value: 'second' }] });
  await second.call(untagUser, { ...user, TagKeys: ['of'] });
  assert.deepEqual(await tagsOfDave(first), ['of=first']);
});
