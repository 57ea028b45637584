import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceName, servicesAllowedBy, servicesAllowedByAll } from './service-access.ts';

/** Statements as [Effect, element, actions, further elements]. */
type Statement = readonly [effect: string, element: string, actions: unknown, further?: object];

function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(([Effect, element, actions, further]) => ({
      Effect,
      [element]: actions,
      Resource: '*',
      ...further,
    })),
  });
}

test('services have names', () => {
  assert.equal(serviceName('s3'), 'Amazon S3');
  assert.equal(serviceName('sts'), 'AWS Security Token Service');
  assert.equal(serviceName('nothing'), 'nothing');
});

test('an Allow names services by their prefixes, in any case', () => {
  const services = (...statements: readonly Statement[]) =>
    [...servicesAllowedBy(policy(...statements))].sort();
  assert.deepEqual(services(['Allow', 'Action', ['s3:Get*', 'IAM:ListUsers', 'own:Thing']]), [
    'iam',
    's3',
  ]);
  assert.deepEqual(services(['Deny', 'Action', 's3:*']), []);
  const everything = services(['Allow', 'Action', '*']);
  assert.ok(everything.length > 400);
  assert.ok(['ec2', 'iam', 's3', 'sts'].every((service) => everything.includes(service)));
  const butS3 = services(['Allow', 'NotAction', ['s3:*', 'iam:ListUsers']]);
  assert.equal(butS3.length, everything.length - 1);
  assert.equal(butS3.includes('s3'), false);
  assert.equal(butS3.includes('iam'), true);
});

test('a service that is denied as a whole is none', () => {
  const services = (...texts: readonly string[]) => servicesAllowedByAll(texts);
  const open = policy(['Allow', 'Action', ['sts:*', 's3:*', 'iam:*']]);
  const deny = (element: string, actions: unknown, further?: object) =>
    services(open, policy(['Deny', element, actions, further]));
  assert.deepEqual(services(open), ['iam', 's3', 'sts']);
  assert.deepEqual(deny('Action', 's3:*'), ['iam', 'sts']);
  assert.deepEqual(deny('Action', 's3:Get*'), ['iam', 's3', 'sts']);
  assert.deepEqual(deny('Action', '*'), []);
  assert.deepEqual(deny('NotAction', ['s3:GetObject']), ['s3']);
  assert.deepEqual(deny('NotAction', '*'), ['iam', 's3', 'sts']);
  const narrower = [
    { Resource: 'arn:aws:s3:::photos' },
    { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ];
  for (const further of narrower) {
    assert.deepEqual(deny('Action', 's3:*', further), ['iam', 's3', 'sts']);
  }
});
