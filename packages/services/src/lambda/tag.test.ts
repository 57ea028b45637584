import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAccountId } from '../testing.ts';
import { openTestFunctions, refused } from './testing.ts';

const arn = `arn:aws:lambda:us-east-1:${firstAccountId}:function:thumbnail`;
const name = { FunctionName: 'thumbnail' };

const invalid = (words: RegExp | string) => refused('InvalidParameterValueException', words);

test('tags are set, replaced and removed, and decide', async (context) => {
  const { create, ask, call, createUser } = await openTestFunctions(context);
  await create({ Tags: { team: 'photos' } });
  const Resource = arn;
  await ask('TagResource', { Resource, Tags: { team: 'prints', Stage: 'test' } });
  const tags = async () => Object.entries((await ask('ListTags', { Resource })).Tags ?? {});
  assert.deepEqual(await tags(), [
    ['Stage', 'test'],
    ['team', 'prints'],
  ]);
  const found = (await ask('GetFunction', name)) as { Tags?: object };
  assert.deepEqual({ ...found.Tags }, { team: 'prints', Stage: 'test' });
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, at) => [`k${at}`, '']));
  await assert.rejects(
    ask('TagResource', { Resource, Tags: many }),
    invalid('Number of tags exceeds resource tag limit.'),
  );
  await assert.rejects(
    ask('TagResource', { Resource, Tags: { 'AWS:a': '' } }),
    invalid(/reserved/),
  );
  await assert.rejects(
    ask('TagResource', { Resource: `${arn}:$LATEST`, Tags: { a: '' } }),
    invalid(/^Tags on function aliases and versions are not supported/),
  );
  const signing = `arn:aws:lambda:us-east-1:${firstAccountId}:code-signing-config:csc-1`;
  await assert.rejects(ask('ListTags', { Resource: signing }), invalid(/is of a type/));
  const user = await createUser('dave');
  const statement = {
    Effect: 'Allow',
    Action: 'lambda:GetFunction',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/team': 'prints' } },
  };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await call('iam', 'PutUserPolicy', { UserName: 'dave', PolicyName: 'p', PolicyDocument });
  await call('lambda', 'GetFunction', name, user);
  await ask('UntagResource', { Resource, TagKeys: ['team', 'missing'] });
  assert.deepEqual(await tags(), [['Stage', 'test']]);
  await assert.rejects(
    call('lambda', 'GetFunction', name, user),
    refused('AccessDenied', /not auth/),
  );
});
