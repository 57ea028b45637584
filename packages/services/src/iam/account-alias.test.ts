import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccountAlias, deleteAccountAlias, listAccountAliases } from './account-alias.ts';
import {
  assertRefused,
  firstAccount,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';

async function aliasesOf(iam: TestIam): Promise<readonly string[]> {
  const { AccountAliases: aliases, IsTruncated: more } = await iam.call(listAccountAliases, {});
  assert.equal(more, false);
  return aliases ?? [];
}

test('an account has one alias, and a new one takes its place', async (t) => {
  const iam = await openTestIam(t);
  assert.deepEqual(await aliasesOf(iam), []);
  await iam.call(createAccountAlias, { AccountAlias: 'photos' });
  assert.deepEqual(await aliasesOf(iam), ['photos']);
  await iam.call(createAccountAlias, { AccountAlias: 'pictures' });
  assert.deepEqual(await aliasesOf(iam), ['pictures']);
  const change = { accountId: firstAccount, kind: 'account', id: firstAccount };
  assert.deepEqual(iam.changes, [change, change]);
});

test('an alias is taken for every account, and free again when it is let go of', async (t) => {
  const iam = await openTestIam(t);
  const other = iam.inAccount(secondAccount);
  await iam.call(createAccountAlias, { AccountAlias: 'photos' });
  await other.call(createAccountAlias, { AccountAlias: 'theirs' });
  for (const account of [iam, other]) {
    await assertRefused(
      account.call(createAccountAlias, { AccountAlias: 'photos' }),
      'EntityAlreadyExists',
      409,
      'The account alias photos already exists.',
    );
  }
  assert.deepEqual(await aliasesOf(other), ['theirs']);
  await iam.call(createAccountAlias, { AccountAlias: 'pictures' });
  await other.call(createAccountAlias, { AccountAlias: 'photos' });
  assert.deepEqual([await aliasesOf(iam), await aliasesOf(other)], [['pictures'], ['photos']]);
});

test('only the account’s own alias is deleted, by its name', async (t) => {
  const iam = await openTestIam(t);
  const other = iam.inAccount(secondAccount);
  const refused = async (account: TestIam, alias: string) =>
    await assertRefused(
      account.call(deleteAccountAlias, { AccountAlias: alias }),
      'NoSuchEntity',
      404,
      `The account alias with name ${alias} cannot be found.`,
    );
  await refused(iam, 'photos');
  await iam.call(createAccountAlias, { AccountAlias: 'photos' });
  await refused(iam, 'pictures');
  await refused(other, 'photos');
  await iam.call(deleteAccountAlias, { AccountAlias: 'photos' });
  assert.deepEqual(await aliasesOf(iam), []);
});
