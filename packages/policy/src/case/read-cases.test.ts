import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCases } from './read-cases.ts';

const REQUEST = {
  principal: 'arn:aws:iam::111122223333:user/dave',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/pic.jpg',
};

function requestOf(changes: object) {
  const result = readCases(JSON.stringify({ request: { ...REQUEST, ...changes } }));
  assert.ok(result.ok, JSON.stringify(result));
  return result.cases[0]?.request;
}

function faultsOf(changes: object): readonly (string | undefined)[] {
  const result = readCases(JSON.stringify({ request: { ...REQUEST, ...changes } }));
  return result.ok ? [] : result.problems.map(({ help }) => help);
}

test('the resource is its own account, else the caller, else the example of the documentation', () => {
  const queue = 'arn:aws:sqs:eu-west-1:444455556666:jobs';
  const policy = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const principal = 'arn:aws:iam::555566667777:user/dave';
  for (const [changes, expected] of [
    [{ principal, resource: queue }, '444455556666'],
    [{ principal }, '555566667777'],
    [{ principal, resource: '*' }, '555566667777'],
    [{ principal, resource: policy }, '555566667777'],
    [{ principal: '*' }, '111122223333'],
    [{ principal, resource: queue, resourceAccount: '888899990000' }, '888899990000'],
  ] as const) {
    assert.equal(requestOf(changes)?.resourceAccount, expected, JSON.stringify(changes));
  }
});

test('the policy of a key of KMS has to agree, unless the question says otherwise', () => {
  const resource = 'arn:aws:kms:eu-west-1:111122223333:key/a';
  const alias = 'arn:aws:kms:eu-west-1:111122223333:alias/a';
  for (const [changes, expected] of [
    [{ action: 'kms:Decrypt', resource }, true],
    [{ action: 'KMS:Decrypt', resource }, true],
    [{ action: 'kms:Decrypt', resource, resourceMustAgree: false }, false],
    [{ action: 'kms:DeleteAlias', resource: alias }, false],
    [{ action: 'kms:ListKeys', resource: '*' }, false],
    [{ action: 's3:GetObject', resource }, false],
    [{ action: 'kms:Decrypt', resource: 'arn:aws:s3:::key/a' }, false],
    [{ resourceMustAgree: true }, true],
  ] as const) {
    assert.equal(requestOf(changes)?.resourceMustAgree, expected, JSON.stringify(changes));
  }
});

test('what no request can be is one fault', () => {
  const session = 'arn:aws:sts::111122223333:assumed-role';
  for (const [changes, expected] of [
    [{ action: 's3:*' }, /^one action/],
    [{ action: 'GetObject' }, /^one action/],
    [{ action: 's3:Get:Object' }, /^one action/],
    [{ resource: 'photos' }, /^an ARN, or `\*`$/],
    [{ resource: 'arn:aws:s3::photos' }, /^an ARN, or/],
    [{ resource: 'arn:aws:s3:::' }, /^an ARN, or/],
    [{ resourceAccount: '1111' }, /^an account of twelve digits$/],
    [{ principal: 'arn:aws:iam::1111:user/dave' }, /twelve digits$/],
    [{ principal: 'arn:aws:iam::111122223333:user/' }, /the name of a user/],
    [{ principal: `${session}/App` }, /the role and the session/],
    [{ principal: `${session}/App/one/two` }, /the role and the session/],
    [{ principal: 'arn:aws:sts::111122223333:root' }, /a root user$/],
    [{ principal: 'arn:aws:iam::111122223333:group/g' }, /a root user$/],
    [{ principal: 'arn:aws:sts::111122223333:federated-user/d' }, /`userArn`/],
    [{ principal: { kind: 'root', arn: 'root' } }, /twelve digits$/],
    [{ principal: { kind: 'root', arn: `${session}/App/one` } }, /the `arn` of one/],
    [{ principal: { kind: 'role', arn: `${session}/App/one` } }, /the `arn` of one/],
    [{ principal: { kind: 'assumedRole', arn: `${session}/App/one` } }, /^a `roleArn`$/],
    [{ principal: 'dave' }, /the name of a service/],
    [{ context: { 'aws:SourceIp': '::1', 'aws:sourceip': '::2' } }, /differ only by case/],
    [{ action: undefined }, /^a `principal`, an `action` and a `resource`$/],
  ] as const) {
    const [fault, ...others] = faultsOf(changes);
    assert.match(fault ?? '', expected, JSON.stringify(changes));
    assert.deepEqual(others, [], JSON.stringify(changes));
  }
  const [role] = faultsOf({ principal: 'arn:aws:iam::111122223333:role/path/App' });
  assert.equal(role, `a session: a role has none here, write \`${session}/App/SESSION\``);
});

test('a policy has its faults apart from the question, and as many as there are', () => {
  const document = { Version: '2012-10-17', Statement: Array.from({ length: 150_000 }, () => 1) };
  const result = readCases(
    JSON.stringify({ policies: [{ type: 'identity', file: 'p' }], request: {} }),
    () => JSON.stringify(document),
  );
  assert.ok(!result.ok);
  const policy = result.problems.filter(({ subject }) => subject === 'policy');
  assert.equal(policy.length, 150_000);
  assert.equal(policy[0]?.file, 'p');
  const others = result.problems.filter(({ subject }) => subject === 'question');
  assert.deepEqual(
    others.map(({ code }) => code),
    ['missing-element'],
  );
});
