import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroup, listGroups } from './group.ts';
import { listUserTags, tagUser } from './tag.ts';
import { assertRefused, openTestIam, secondAccount, type TestIam } from './testing.ts';
import { createUser, listUsers } from './user.ts';

async function invalidMarker(call: Promise<unknown>): Promise<void> {
  await assertRefused(call, 'ValidationError', 400, 'Invalid Marker.');
}

async function withTwoUsers(iam: TestIam): Promise<string> {
  await iam.call(createUser, { UserName: 'a' });
  await iam.call(createUser, { UserName: 'b' });
  const { Marker: marker } = await iam.call(listUsers, { MaxItems: 1 });
  assert.ok(marker);
  return marker;
}

test('a marker serves its own operation and account alone', async (t) => {
  const iam = await openTestIam(t);
  const marker = await withTwoUsers(iam);
  await iam.call(createGroup, { GroupName: 'a' });
  await iam.call(createGroup, { GroupName: 'b' });
  const { Users: users } = await iam.call(listUsers, { Marker: marker });
  assert.deepEqual(
    users?.map((user) => user.UserName),
    ['b'],
  );
  await invalidMarker(iam.call(listGroups, { Marker: marker }));
  const other = iam.inAccount(secondAccount);
  await withTwoUsers(other);
  await invalidMarker(other.call(listUsers, { Marker: marker }));
});

test('an altered, cut or made-up marker is refused', async (t) => {
  const iam = await openTestIam(t);
  const marker = await withTwoUsers(iam);
  const middle = Math.floor(marker.length / 2);
  const flipped = marker[middle] === 'A' ? 'B' : 'A';
  await invalidMarker(
    iam.call(listUsers, { Marker: marker.slice(0, middle) + flipped + marker.slice(middle + 1) }),
  );
  await invalidMarker(iam.call(listUsers, { Marker: marker.slice(0, -8) }));
  await invalidMarker(iam.call(listUsers, { Marker: 'a' }));
  await invalidMarker(iam.call(listUsers, { Marker: '{"name":"a"}' }));
});

test('a marker of the longest names stays within its 320 characters and names nobody', async (t) => {
  const iam = await openTestIam(t);
  const name = 'g'.repeat(128);
  await iam.call(createGroup, { GroupName: name });
  await iam.call(createGroup, { GroupName: 'h' });
  const { Marker: marker = '' } = await iam.call(listGroups, { MaxItems: 1 });
  assert.ok(marker.length > 0 && marker.length <= 320, `${marker.length} characters`);
  assert.ok(!Buffer.from(marker, 'base64url').includes('gggg'));
});

test('a list that ends with its page has no marker', async (t) => {
  const iam = await openTestIam(t);
  await withTwoUsers(iam);
  const page = await iam.call(listUsers, { MaxItems: 2 });
  assert.equal(page.Users?.length, 2);
  assert.equal(page.IsTruncated, false);
  assert.equal(page.Marker, undefined);
});

test('the default page holds 100', async (t) => {
  const iam = await openTestIam(t);
  for (let number = 0; number < 101; number += 1) {
    await iam.call(createGroup, { GroupName: `group-${number}` });
  }
  const page = await iam.call(listGroups, {});
  assert.equal(page.Groups?.length, 100);
  assert.equal(page.IsTruncated, true);
});

test('what is removed between two pages hides nothing else', async (t) => {
  const iam = await openTestIam(t);
  const marker = await withTwoUsers(iam);
  await iam.store.transaction(async ({ database }) => {
    await database.deleteFrom('iam_user').where('name', '=', 'a').execute();
  });
  const { Users: users } = await iam.call(listUsers, { Marker: marker });
  assert.deepEqual(
    users?.map((user) => user.UserName),
    ['b'],
  );
});

test('tag keys of any script are paged', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const keys = ['\u{10400}'.repeat(60), 'ключ', 'team'];
  await iam.call(tagUser, {
    UserName: 'dave',
    Tags: keys.map((Key) => ({ Key, Value: '' })),
  });
  const seen: (string | undefined)[] = [];
  let marker: string | undefined;
  do {
    const page = await iam.call(listUserTags, { UserName: 'dave', MaxItems: 1, Marker: marker });
    seen.push(...(page.Tags ?? []).map((tag) => tag.Key));
    marker = page.Marker;
    assert.ok((marker ?? '').length <= 320);
  } while (marker !== undefined);
  assert.deepEqual(seen.toSorted(), keys.toSorted());
});
