import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAwsManagedPolicy, listAwsManagedPolicies } from './aws-managed-policies.ts';

test('AdministratorAccess has its real text', () => {
  const policy = findAwsManagedPolicy('arn:aws:iam::aws:policy/AdministratorAccess');
  assert(policy);
  assert.equal(policy.policyName, 'AdministratorAccess');
  assert.equal(policy.path, '/');
  assert.equal(policy.createDate, Date.parse('2015-02-06T18:39:46Z'));
  const [version] = policy.versions;
  assert.equal(version?.versionId, policy.defaultVersionId);
  assert.equal(version?.isDefault, true);
  const document = JSON.parse(version.document);
  assert.deepEqual(document.Statement, [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  assert(version.document.startsWith('{\n    "Version": "2012-10-17",\n'));
});

test('a path is part of the ARN and not of the name', () => {
  const name = 'AWSLambdaBasicExecutionRole';
  assert.equal(findAwsManagedPolicy(`arn:aws:iam::aws:policy/${name}`), undefined);
  const policy = findAwsManagedPolicy(`arn:aws:iam::aws:policy/service-role/${name}`);
  assert.equal(policy?.policyName, name);
  assert.equal(policy.path, '/service-role/');
});

test('an older version has its own text', () => {
  const policy = findAwsManagedPolicy('arn:aws:iam::aws:policy/ReadOnlyAccess');
  assert(policy);
  assert(policy.versions.length > 100);
  assert.deepEqual(
    policy.versions.filter((version) => version.isDefault).map((version) => version.versionId),
    [policy.defaultVersionId],
  );
  const first = policy.versions.at(-1);
  assert.equal(first?.versionId, 'v1');
  const actions: string[] = JSON.parse(first.document).Statement[0].Action;
  assert(actions.includes('appstream:Get*'));
  assert(!first.document.includes('access-analyzer'));
  assert(policy.versions[0]?.document.includes('access-analyzer'));
});

test('names are sorted, ARNs and ids are unique, every default document parses', () => {
  const policies = listAwsManagedPolicies();
  assert(policies.length >= 1594);
  const names = policies.map((policy) => policy.policyName);
  assert.deepEqual(names, names.toSorted());
  assert.equal(new Set(policies.map((policy) => policy.arn)).size, policies.length);
  assert.equal(new Set(policies.map((policy) => policy.policyId)).size, policies.length);
  for (const policy of policies) {
    assert.match(policy.policyId, /^ANPA[A-Z2-7]{17}$/);
    assert(JSON.parse(policy.versions[0]?.document ?? '').Statement, policy.arn);
  }
});

test('an unknown ARN, or one in another case, finds nothing', () => {
  assert.equal(findAwsManagedPolicy('arn:aws:iam::aws:policy/administratoraccess'), undefined);
  assert.equal(findAwsManagedPolicy('arn:aws:iam::123456789012:policy/ReadOnlyAccess'), undefined);
  assert.equal(findAwsManagedPolicy('__proto__'), undefined);
});
