import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPolicy, getPolicy } from './managed-policy.ts';
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './policy-version.ts';
import {
  allow,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';

const arn = 'arn:aws:iam::111111111111:policy/Photos';
const which = { PolicyArn: arn };

async function withPolicy(iam: TestIam): Promise<void> {
  await iam.call(createPolicy, { PolicyName: 'Photos', PolicyDocument: allow('s3:GetObject') });
  iam.changes.length = 0;
}

async function versionIds(iam: TestIam): Promise<string[]> {
  const { Versions: versions } = await iam.call(listPolicyVersions, which);
  return (versions ?? []).map(
    (version) => `${version.VersionId}${version.IsDefaultVersion ? ' default' : ''}`,
  );
}

test('a version becomes the default when asked to, and changes the policy', async (t) => {
  const iam = await openTestIam(t);
  await withPolicy(iam);
  const created = await iam.call(createPolicyVersion, {
    ...which,
    PolicyDocument: allow('s3:PutObject'),
  });
  assert.deepEqual(created.PolicyVersion, {
    VersionId: 'v2',
    IsDefaultVersion: false,
    CreateDate: new Date(firstCallAt + 1000),
  });
  assert.deepEqual(await versionIds(iam), ['v2', 'v1 default']);
  await iam.call(createPolicyVersion, {
    ...which,
    PolicyDocument: allow('s3:DeleteObject'),
    SetAsDefault: true,
  });
  assert.deepEqual(await versionIds(iam), ['v3 default', 'v2', 'v1']);
  const { Policy: policy } = await iam.call(getPolicy, which);
  assert.equal(policy?.DefaultVersionId, 'v3');
  assert.deepEqual(policy?.CreateDate, new Date(firstCallAt));
  assert.deepEqual(policy?.UpdateDate, new Date(firstCallAt + 3000));
  const change = { accountId: firstAccount, kind: 'managedPolicy' as const, id: arn };
  assert.deepEqual(iam.changes, [change, change]);
});

test('a version’s document comes back URL-encoded, as it was given', async (t) => {
  const iam = await openTestIam(t);
  const document =
    '{ "Version": "2012-10-17",\n\t"Statement": {"Effect":"Allow",\n' +
    '"Action":["s3:Get*"],"Resource":"arn:aws:s3:::photos/(caf\u00e9)!\'"} }';
  await iam.call(createPolicy, {
    PolicyName: 'Photos',
    PolicyDocument: document,
  });
  const { PolicyVersion: version } = await iam.call(getPolicyVersion, {
    ...which,
    VersionId: 'v1',
  });
  const encoded = version?.Document ?? '';
  assert.match(encoded, /^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
  assert.equal(decodeURIComponent(encoded), document);
});

test('the default moves back and forth, and decides nothing else', async (t) => {
  const iam = await openTestIam(t);
  await withPolicy(iam);
  await iam.call(createPolicyVersion, { ...which, PolicyDocument: allow('s3:PutObject') });
  await iam.call(setDefaultPolicyVersion, { ...which, VersionId: 'v2' });
  assert.deepEqual(await versionIds(iam), ['v2 default', 'v1']);
  await iam.call(setDefaultPolicyVersion, { ...which, VersionId: 'v1' });
  assert.deepEqual(await versionIds(iam), ['v2', 'v1 default']);
  assert.equal(iam.changes.length, 3);
});

test('the default version cannot be deleted, and no id is given out twice', async (t) => {
  const iam = await openTestIam(t);
  await withPolicy(iam);
  await assertRefused(
    iam.call(deletePolicyVersion, { ...which, VersionId: 'v1' }),
    'DeleteConflict',
    409,
    'Cannot delete the default version of a policy.',
  );
  await iam.call(createPolicyVersion, { ...which, PolicyDocument: allow('s3:PutObject') });
  await iam.call(deletePolicyVersion, { ...which, VersionId: 'v2' });
  const { PolicyVersion: next } = await iam.call(createPolicyVersion, {
    ...which,
    PolicyDocument: allow('s3:PutObject'),
  });
  assert.equal(next?.VersionId, 'v3');
});

test('a policy has five versions and no sixth', async (t) => {
  const iam = await openTestIam(t);
  await withPolicy(iam);
  const create = async () =>
    await iam.call(createPolicyVersion, { ...which, PolicyDocument: allow('s3:PutObject') });
  for (let version = 2; version <= 5; version += 1) await create();
  await assertRefused(
    create(),
    'LimitExceeded',
    409,
    'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
  );
  await iam.call(deletePolicyVersion, { ...which, VersionId: 'v2' });
  await create();
  assert.deepEqual(await versionIds(iam), ['v6', 'v5', 'v4', 'v3', 'v1 default']);
  const page = await iam.call(listPolicyVersions, { ...which, MaxItems: 3 });
  const rest = await iam.call(listPolicyVersions, { ...which, MaxItems: 3, Marker: page.Marker });
  assert.deepEqual(
    [page, rest].map((part) => part.Versions?.map((version) => version.VersionId)),
    [
      ['v6', 'v5', 'v4'],
      ['v3', 'v1'],
    ],
  );
});

test('an unknown version is not found by any operation', async (t) => {
  const iam = await openTestIam(t);
  await withPolicy(iam);
  for (const operation of [getPolicyVersion, setDefaultPolicyVersion, deletePolicyVersion]) {
    await assertRefused(
      iam.call(operation as typeof deletePolicyVersion, { ...which, VersionId: 'v9' }),
      'NoSuchEntity',
      404,
      `Policy ${arn} version v9 does not exist or is not attachable.`,
    );
  }
});

test('an unknown policy has no versions', async (t) => {
  const iam = await openTestIam(t);
  const refused = async (call: Promise<unknown>, message: string) =>
    await assertRefused(call, 'NoSuchEntity', 404, message);
  const none = `Policy ${arn} was not found.`;
  await refused(iam.call(listPolicyVersions, which), none);
  await refused(iam.call(createPolicyVersion, { ...which, PolicyDocument: allow('s3:*') }), none);
  const first = { ...which, VersionId: 'v1' };
  const noVersion = `Policy ${arn} version v1 does not exist or is not attachable.`;
  await refused(iam.call(getPolicyVersion, first), noVersion);
  await refused(iam.call(setDefaultPolicyVersion, first), noVersion);
  await refused(iam.call(deletePolicyVersion, first), noVersion);
});

test('a malformed document makes no version', async (t) => {
  const iam = await openTestIam(t);
  await withPolicy(iam);
  await assertRefused(
    iam.call(createPolicyVersion, { ...which, PolicyDocument: '[]', SetAsDefault: true }),
    'MalformedPolicyDocument',
    400,
    'Syntax errors in policy.',
  );
  assert.deepEqual(await versionIds(iam), ['v1 default']);
});

test('an AWS managed policy has its versions and their text', async (t) => {
  const iam = await openTestIam(t);
  const aws = { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
  const { Policy: policy } = await iam.call(getPolicy, aws);
  const { Versions: versions = [] } = await iam.call(listPolicyVersions, aws);
  assert.ok(versions.length > 1);
  assert.deepEqual(
    versions.filter((version) => version.IsDefaultVersion).map((version) => version.VersionId),
    [policy?.DefaultVersionId],
  );
  const { PolicyVersion: version } = await iam.call(getPolicyVersion, {
    ...aws,
    VersionId: policy?.DefaultVersionId,
  });
  const document = JSON.parse(decodeURIComponent(version?.Document ?? ''));
  assert.equal(document.Version, '2012-10-17');
  await assertRefused(
    iam.call(getPolicyVersion, { ...aws, VersionId: 'v99999' }),
    'NoSuchEntity',
    404,
    `Policy ${aws.PolicyArn} version v99999 does not exist or is not attachable.`,
  );
});

test('another account neither reads nor changes a policy', async (t) => {
  const first = await openTestIam(t);
  await withPolicy(first);
  const second = first.inAccount(secondAccount);
  await second.call(createPolicy, { PolicyName: 'Photos', PolicyDocument: allow('s3:*') });
  const refused = async (
    call: Promise<unknown>,
    version = ' version v1 does not exist or is not attachable.',
  ) => await assertRefused(call, 'NoSuchEntity', 404, `Policy ${arn}${version}`);
  await refused(second.call(getPolicyVersion, { ...which, VersionId: 'v1' }));
  await refused(second.call(setDefaultPolicyVersion, { ...which, VersionId: 'v1' }));
  const made = second.call(createPolicyVersion, { ...which, PolicyDocument: allow('s3:*') });
  await refused(made, ' was not found.');
  await refused(second.call(deletePolicyVersion, { ...which, VersionId: 'v1' }));
});
