import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileAction, serviceOf } from './action.ts';
import { fitsPattern } from './compiled-pattern.ts';

/** Takes a folded action, as the engine asks. */
function covers(entry: string, action: string): boolean {
  return fitsPattern(compileAction(entry), action);
}

test('an action is compared without regard to ASCII case', () => {
  assert.ok(covers('S3:PUTObject', 's3:putobject'));
  assert.ok(!covers('S3:PUTObject', 's3:putobjects'));
  assert.ok(!covers('\u212aMS:Decrypt', 'kms:decrypt'));
});

test('wildcards stand for parts of the name', () => {
  assert.ok(covers('s3:*Object', 's3:getobject'));
  assert.ok(!covers('s3:*Object', 's3:getobjectacl'));
  assert.ok(covers('iam:Get?ser', 'iam:getuser'));
});

test('a lone star is every action of every service', () => {
  for (const text of ['*', '*:*']) assert.ok(covers(text, 'iam:createuser'));
});

test('the service is what stands before the colon', () => {
  assert.equal(serviceOf('s3:putobject'), 's3');
  assert.equal(serviceOf('*'), '*');
  assert.equal(serviceOf(':putobject'), '');
  assert.equal(serviceOf('s3:a:b'), 's3');
});
