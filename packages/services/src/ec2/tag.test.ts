import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, secondAccount, type TestIam } from '../iam/testing.ts';
import { createTags, deleteTags, describeTags } from './tag.ts';
import { openTestEc2, runOne } from './testing.ts';

interface TagInput {
  readonly Key?: string;
  readonly Value?: string;
}

const tagsOf = async (ec2: TestIam, id: string) => {
  const Filters = [{ Name: 'resource-id', Values: [id] }];
  const { Tags = [] } = await ec2.call(describeTags, { Filters });
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
};

test('tags are set on several instances, replaced and deleted', async (t) => {
  const ec2 = await openTestEc2(t);
  const Resources = [await runOne(ec2), await runOne(ec2)];
  const [first = '', second = ''] = Resources;
  const before = ec2.changes.length;
  await ec2.call(createTags, {
    Resources,
    Tags: [
      { Key: 'team', Value: 'photos' },
      { Key: 'Team', Value: '' },
    ],
  });
  assert.equal(ec2.changes.length, before + 2);
  await ec2.call(createTags, { Resources: [first], Tags: [{ Key: 'team', Value: 'web' }] });
  assert.deepEqual(await tagsOf(ec2, first), { team: 'web', Team: '' });
  assert.deepEqual(await tagsOf(ec2, second), { team: 'photos', Team: '' });

  const Tags = [{ Key: 'team', Value: 'photos' }, { Key: 'Team' }, { Key: 'missing' }];
  await ec2.call(deleteTags, { Resources, Tags });
  assert.deepEqual(await tagsOf(ec2, first), { team: 'web' }, 'another value stays');
  assert.deepEqual(await tagsOf(ec2, second), {});
  await ec2.call(deleteTags, { Resources: [first], Tags: [{ Key: 'team', Value: '' }] });
  assert.deepEqual(await tagsOf(ec2, first), { team: 'web' });
  await ec2.call(deleteTags, { Resources: [first] });
  assert.deepEqual(await tagsOf(ec2, first), {});
});

test('tags are described by filters, in pages', async (t) => {
  const ec2 = await openTestEc2(t);
  const id = await runOne(ec2);
  const keys = Array.from({ length: 12 }, (_, at) => `key ${at.toString().padStart(2, '0')}`);
  const Tags = keys.map((Key, at) => ({ Key, Value: `${at}` }));
  await ec2.call(createTags, { Resources: [id], Tags });
  const first = await ec2.call(describeTags, { MaxResults: 10 });
  assert.equal(first.Tags?.length, 10);
  assert.deepEqual(first.Tags?.[1], {
    Key: 'key 01',
    ResourceId: id,
    ResourceType: 'instance',
    Value: '1',
  });
  const { NextToken } = first;
  const rest = await ec2.call(describeTags, { MaxResults: 10, NextToken });
  assert.deepEqual(
    [...first.Tags, ...(rest.Tags ?? [])].map(({ Key }) => Key),
    keys,
  );
  assert.equal(rest.NextToken, undefined);
  const filters: Record<string, number> = {
    'key=key 0*': 10,
    'value=11': 1,
    'resource-type=instance': 12,
    'resource-type=vpc': 0,
    'tag:key 03=3': 1,
    'tag:key 03=4': 0,
  };
  for (const [filter, count] of Object.entries(filters)) {
    const [Name, value = ''] = filter.split('=');
    const found = await ec2.call(describeTags, { Filters: [{ Name, Values: [value] }] });
    assert.equal(found.Tags?.length, count, filter);
  }
  const others = await ec2.inAccount(secondAccount).call(describeTags, {});
  assert.deepEqual(others, { Tags: [] });
});

test('what cannot be tagged is refused', async (t) => {
  const ec2 = await openTestEc2(t, { tagsPerResource: 2 });
  const id = await runOne(ec2);
  const tag = { Key: 'a', Value: '' };
  const invalid = 'InvalidParameterValue';
  const rows: readonly (readonly [[TagInput[], ...string[]], code: string, message: string])[] = [
    [[[tag], 'vol-0123456789abcdef0'], 'InvalidID', "The ID 'vol-0123456789abcdef0' is not valid"],
    [[[tag], id, '*'], 'InvalidID', "The ID '*' is not valid"],
    [
      [[tag], 'i-0123456789abcdef0'],
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-0123456789abcdef0' does not exist",
    ],
    [[[tag]], 'MissingParameter', 'The request must contain the parameter ResourceId'],
    [[[], id], 'MissingParameter', 'The request must contain the parameter Tag'],
    [[[{ Value: 'a' }], id], invalid, 'Tag key cannot be null or empty.'],
    [[[{ Key: 'a' }], id], invalid, 'Tag value cannot be null. Use empty string instead.'],
    [
      [[{ Key: 'aws:a', Value: '' }], id],
      invalid,
      "Tag keys starting with 'aws:' are reserved for internal use",
    ],
    [
      [['a', 'b', 'c'].map((Key) => ({ Key, Value: '' })), id],
      'TagLimitExceeded',
      'The maximum number of tags for a resource, 2, has been reached',
    ],
  ];
  for (const [[tags, ...ids], code, message] of rows) {
    // Of a database that takes no writes: what is refused has written nothing.
    const call = ec2.call({ ...createTags, access: 'read' }, { Resources: ids, Tags: tags });
    await assertRefused(call, code, 400, message);
  }
  const elsewhere = ec2.inAccount(secondAccount);
  const notFound = `The instance ID '${id}' does not exist`;
  for (const operation of [createTags, deleteTags]) {
    const call = elsewhere.call<{ Resources: string[]; Tags: object[] }, undefined, undefined>(
      operation,
      { Resources: [id], Tags: [tag] },
    );
    await assertRefused(call, 'InvalidInstanceID.NotFound', 400, notFound);
  }
  assert.deepEqual(await tagsOf(ec2, id), {});
});

test('tags are counted beside those that an instance has, by their keys', async (t) => {
  const ec2 = await openTestEc2(t, { tagsPerResource: 3 });
  const Resources = [await runOne(ec2), await runOne(ec2)];
  const tags = (...keys: string[]) => keys.map((Key) => ({ Key, Value: '' }));
  await ec2.call(createTags, { Resources, Tags: tags('a', 'b') });
  await ec2.call(createTags, { Resources: Resources.slice(1), Tags: tags('c') });
  await ec2.call(createTags, { Resources, Tags: tags('a', 'b', 'c') });
  const before = await ec2.call(describeTags, {});
  const one = { ...createTags, access: 'read' } as const;
  await assertRefused(
    ec2.call(one, { Resources, Tags: tags('a', 'd') }),
    'TagLimitExceeded',
    400,
    'The maximum number of tags for a resource, 3, has been reached',
  );
  assert.deepEqual(await ec2.call(describeTags, {}), before);
});

test('a page of tags ends with a megabyte of text', async (t) => {
  const ec2 = await openTestEc2(t);
  const Tags = Array.from({ length: 50 }, (_, at) => ({
    Key: `${at}`.padEnd(128, '<'),
    Value: '<'.repeat(256),
  }));
  const ids = await Promise.all(Array.from({ length: 20 }, () => runOne(ec2)));
  await ec2.call(createTags, { Resources: ids, Tags });
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.call(describeTags, { NextToken });
    sizes.push(page.Tags?.length ?? 0);
    NextToken = page.NextToken;
  } while (NextToken !== undefined && sizes.length < 20);
  assert.equal(
    sizes.reduce((sum, size) => sum + size),
    1000,
  );
  assert.ok(
    sizes.every((size) => size < 500),
    sizes.join(', '),
  );
});
