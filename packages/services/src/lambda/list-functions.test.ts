import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestFunctions, refused } from './testing.ts';

const invalid = (words: RegExp | string) => refused('InvalidParameterValueException', words);

test('functions are listed by name, in pages of an account’s own', async (context) => {
  const { create, ask, call, services } = await openTestFunctions(context);
  for (const FunctionName of ['c', 'a', 'b']) await create({ FunctionName });
  const names = (page: object) =>
    (page as { Functions: { FunctionName: string }[] }).Functions.map((one) => one.FunctionName);
  const first = await ask('ListFunctions', { MaxItems: 2 });
  assert.deepEqual(names(first), ['a', 'b']);
  const second = await ask('ListFunctions', { Marker: first.NextMarker });
  assert.deepEqual(names(second), ['c']);
  assert.equal(second.NextMarker, undefined);
  await assert.rejects(ask('ListFunctions', { Marker: 'mine' }), invalid('Invalid Marker.'));
  const { accountId } = await services.operator.createAccount({ name: 'second' });
  const other = await services.operator.credentials({ accountId });
  assert.deepEqual(names((await call('lambda', 'ListFunctions', {}, other)) as object), []);
  const Marker = { Marker: first.NextMarker };
  await assert.rejects(call('lambda', 'ListFunctions', Marker, other), invalid('Invalid Marker.'));
});
