import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize } from '../evaluate/authorize.ts';
import { checkExpectation } from './check-expectation.ts';
import { readCases } from './read-cases.ts';

const ARN = 'arn:aws:iam::111122223333:user/dave';

function differencesOf(action: string, resource: string, expect: object, document?: object) {
  const policies = document === undefined ? [] : [{ type: 'identity', name: 'p', document }];
  const request = { principal: ARN, action, resource };
  const result = readCases(JSON.stringify({ policies, request, expect }));
  assert.ok(result.ok, JSON.stringify(result));
  return result.cases
    .flatMap((one) => checkExpectation(one, authorize(one.request, one.policies)))
    .map(({ field }) => field);
}

function message(action: string, resource: string): string {
  const head = `User: ${ARN} is not authorized to perform: ${action} on resource: ${resource}`;
  return `${head} because no identity-based policy allows the ${action} action`;
}

test('the sentence about a resource of S3 is right with quotes and without', () => {
  const decision = 'implicitDeny';
  const object = 'arn:aws:s3:::photos/pic.jpg';
  const quoted = message('s3:GetObject', `"${object}"`);
  for (const text of [message('s3:GetObject', object), quoted]) {
    assert.deepEqual(differencesOf('s3:GetObject', object, { decision, message: text }), []);
  }
  const wrong = { decision, message: message('s3:GetObject', `'${object}'`) };
  assert.deepEqual(differencesOf('s3:GetObject', object, wrong), ['message']);
  const queue = 'arn:aws:sqs:eu-west-1:111122223333:jobs';
  const ofQueue = { decision, message: message('sqs:SendMessage', `"${queue}"`) };
  assert.deepEqual(differencesOf('sqs:SendMessage', queue, ofQueue), ['message']);
});

test('a statement with an empty Sid goes by its index', () => {
  const statement = { Sid: '', Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const document = { Version: '2012-10-17', Statement: statement };
  const expect = { decision: 'allowed', because: ['p[0]'] };
  assert.deepEqual(differencesOf('s3:GetObject', '*', expect, document), []);
});
