import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../parse/parse-policy.ts';
import { contextKeys } from './context-keys.ts';

function keysOf(statement: object, version = '2012-10-17'): readonly string[] {
  const text = JSON.stringify({ Version: version, Statement: [statement] });
  const parsed = parsePolicy(text, 'identity', { anyVersion: true });
  assert.ok(parsed.ok, text);
  return contextKeys(parsed.document);
}

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

test('the keys of conditions, as written and in order, each once', () => {
  const Condition = {
    StringEquals: { 'aws:PrincipalTag/team': 'red', 's3:prefix': 'a' },
    StringLike: { 's3:prefix': 'b', 'AWS:PrincipalTag/team': 'blue' },
  };
  const keys = ['AWS:PrincipalTag/team', 'aws:PrincipalTag/team', 's3:prefix'];
  assert.deepEqual(keysOf({ ...allow, Condition }), keys);
  assert.deepEqual(keysOf(allow), []);
});

test('the variables of resources and of values, with a default or without', () => {
  const Resource = [
    `arn:aws:s3:::a/\${aws:username}`,
    `arn:aws:s3:::a/\${aws:PrincipalTag/team, 'x'}`,
  ];
  const Condition = { StringEquals: { 's3:prefix': [`\${aws:userid}`, `\${*}`] } };
  const keys = ['aws:PrincipalTag/team', 'aws:userid', 'aws:username', 's3:prefix'];
  assert.deepEqual(keysOf({ ...allow, Resource, Condition }), keys);
});

test('before the version of 2012 a variable is text', () => {
  const Resource = `arn:aws:s3:::a/\${aws:username}`;
  assert.deepEqual(keysOf({ ...allow, Resource }, '2008-10-17'), []);
});
