import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileAction, serviceOf } from './action.ts';

test('an action is compared without regard to ASCII case', () => {
  const entry = compileAction('S3:PUTObject');
  assert.equal(entry.literal, 's3:putobject');
  assert.equal(entry.service, 's3');
  assert.ok(entry.matches('s3:putobject'));
  assert.ok(!compileAction('\u212aMS:Decrypt').matches('kms:decrypt'));
});

test('wildcards stand for parts of the name', () => {
  const entry = compileAction('s3:*Object');
  assert.equal(entry.literal, undefined);
  assert.equal(entry.service, 's3');
  assert.ok(entry.matches('s3:getobject'));
  assert.ok(!entry.matches('s3:getobjectacl'));
  assert.ok(compileAction('iam:Get?ser').matches('iam:getuser'));
});

test('a lone star is every action of every service', () => {
  for (const text of ['*', '*:*']) {
    const entry = compileAction(text);
    assert.equal(entry.service, undefined);
    assert.ok(entry.matches('iam:createuser'));
  }
});

test('the service is what stands before the colon', () => {
  assert.equal(serviceOf('s3:putobject'), 's3');
  assert.equal(serviceOf('*'), '*');
  assert.equal(serviceOf(':putobject'), '');
  assert.equal(serviceOf('s3:a:b'), 's3');
});
