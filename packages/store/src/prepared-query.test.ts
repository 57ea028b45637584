import assert from 'node:assert/strict';
import { it } from 'node:test';
import { prepareQuery } from './prepared-query.ts';
import type { Schema } from './schema.ts';
import { kinds, openTestStore } from './test-support.ts';

const insertTag = prepareQuery<Schema['iam_tag'], unknown>((database, value) =>
  database.insertInto('iam_tag').values({
    value: value('value'),
    account_id: value('account_id'),
    resource_id: 'fixed',
    key: value('key'),
    key_fold: value('key_fold'),
  }),
);

const selectTags = prepareQuery<
  { readonly keyFold: string; readonly accountId: string },
  Pick<Schema['iam_tag'], 'key' | 'value'>
>((database, value) =>
  database
    .selectFrom('iam_tag')
    .select(['key', 'value'])
    .where('account_id', '=', value('accountId'))
    .where('resource_id', '=', 'fixed')
    .where('key_fold', '=', value('keyFold')),
);

for (const kind of kinds) {
  it(`a query prepared once takes the values of each call (${kind})`, async (t) => {
    const store = await openTestStore(t, kind);
    const tag = (account: string, key: string, value: string) => ({
      account_id: account,
      resource_id: 'not asked for',
      key,
      key_fold: key.toLowerCase(),
      value,
    });
    await store.transaction(async ({ database, changed }) => {
      await insertTag(database, tag('1', 'Team', 'photos'));
      await insertTag(database, tag('2', 'Team', "o'clock"));
      await insertTag(database, tag('1', 'Zone', '$1 ? :x'));
      changed({ accountId: '1', kind: 'account', id: '1' });
      // Sees what its transaction wrote.
      const inside = await selectTags(database, { accountId: '2', keyFold: 'team' });
      assert.deepEqual(inside, [{ key: 'Team', value: "o'clock" }]);
    });
    const find = (accountId: string, keyFold: string) =>
      selectTags(store.database, { accountId, keyFold });
    assert.deepEqual(await find('1', 'team'), [{ key: 'Team', value: 'photos' }]);
    assert.deepEqual(await find('1', 'zone'), [{ key: 'Zone', value: '$1 ? :x' }]);
    assert.deepEqual(await find('2', 'zone'), []);
  });
}
