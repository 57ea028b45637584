import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachGroupPolicy, attachUserPolicy, detachUserPolicy } from './attached-policy.ts';
import { createGroup } from './group.ts';
import { createPolicy, deletePolicy, getPolicy, listPolicies } from './managed-policy.ts';
import { createPolicyVersion, deletePolicyVersion } from './policy-version.ts';
import { listPolicyTags, tagPolicy, untagPolicy } from './tag.ts';
import {
  allow,
  assertRefused,
  firstAccount,
  firstCallAt,
  openTestIam,
  secondAccount,
  type TestIam,
} from './testing.ts';
import { createUser } from './user.ts';

const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function createNamed(iam: TestIam, name: string, path?: string): Promise<string> {
  const { Policy: policy } = await iam.call(createPolicy, {
    PolicyName: name,
    Path: path,
    PolicyDocument: allow('s3:GetObject'),
  });
  return policy?.Arn ?? '';
}

test('a created policy is described, with description and tags where AWS shows them', async (t) => {
  const iam = await openTestIam(t);
  const created = await iam.call(createPolicy, {
    PolicyName: 'Photos',
    Path: '/teams/',
    PolicyDocument: allow('s3:GetObject'),
    Description: 'reads photos',
    Tags: [{ Key: 'team', Value: 'photos' }],
  });
  const arn = 'arn:aws:iam::111111111111:policy/teams/Photos';
  const described = {
    PolicyName: 'Photos',
    PolicyId: created.Policy?.PolicyId,
    Arn: arn,
    Path: '/teams/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: new Date(firstCallAt),
    UpdateDate: new Date(firstCallAt),
  };
  const tags = [{ Key: 'team', Value: 'photos' }];
  assert.match(described.PolicyId ?? '', /^ANPA[A-Z0-9]{17}$/);
  assert.deepEqual(created.Policy, { ...described, Tags: tags });
  assert.deepEqual((await iam.call(getPolicy, { PolicyArn: arn })).Policy, {
    ...described,
    Description: 'reads photos',
    Tags: tags,
  });
  assert.deepEqual((await iam.call(listPolicies, { Scope: 'Local' })).Policies, [described]);
  assert.deepEqual(iam.changes, [{ accountId: firstAccount, kind: 'managedPolicy', id: arn }]);
});

test('a policy name is taken in any case and on any path', async (t) => {
  const iam = await openTestIam(t);
  await createNamed(iam, 'Photos', '/one/');
  await assertRefused(
    createNamed(iam, 'PHOTOS', '/two/'),
    'EntityAlreadyExists',
    409,
    'A policy called PHOTOS already exists. Duplicate names are not allowed.',
  );
});

test('an ARN is compared exactly, and another account’s policy is not found', async (t) => {
  const iam = await openTestIam(t);
  const arn = await createNamed(iam, 'Photos', '/teams/');
  const theirs = await createNamed(iam.inAccount(secondAccount), 'Theirs');
  for (const other of [
    arn.replace('Photos', 'photos'),
    arn.replace('/teams/', '/'),
    arn.replace('/teams/', '/Teams/'),
    theirs,
    administratorAccess.toLowerCase().replace('administratoraccess', 'administratorAccess'),
  ]) {
    for (const operation of [getPolicy, deletePolicy, listPolicyTags]) {
      await assertRefused(
        iam.call(operation as typeof getPolicy, { PolicyArn: other }),
        'NoSuchEntity',
        404,
        `Policy ${other} was not found.`,
      );
    }
  }
});

test('two accounts with the same policy name have their own policies', async (t) => {
  const first = await openTestIam(t);
  const second = first.inAccount(secondAccount);
  const arns: string[] = [];
  for (const iam of [first, second]) {
    await createNamed(iam, 'Another');
    arns.push(await createNamed(iam, 'Photos', `/of-${iam.accountId}/`));
  }
  for (const [index, iam] of [first, second].entries()) {
    const { Policy: policy } = await iam.call(getPolicy, { PolicyArn: arns[index] });
    assert.equal(policy?.Arn, arns[index]);
    const { Policies: policies } = await iam.call(listPolicies, { Scope: 'Local' });
    assert.deepEqual(
      policies?.map(({ PolicyName: name, Path: path }) => `${path}${name}`),
      ['/Another', `/of-${iam.accountId}/Photos`],
    );
  }
  await second.call(deletePolicy, { PolicyArn: arns[1] });
  await first.call(getPolicy, { PolicyArn: arns[0] });
});

test('what is no policy ARN is refused as such', async (t) => {
  const iam = await openTestIam(t);
  for (const arn of [
    'arn:aws:iam::111111111111:role/Photos',
    'arn:aws:iam:eu-west-1:111111111111:policy/Photos',
    'arn:aws:s3::111111111111:policy/Photos',
    'arn:aws:iam::1111:policy/Photos',
    'arn:aws:iam::111111111111:policy/teams/',
    'arn:aws:iam::111111111111:policy/Photos ',
    'arn:aws:iam::aws:policy/arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess',
    'this is not an ARN at all',
  ]) {
    await assertRefused(
      iam.call(getPolicy, { PolicyArn: arn }),
      'InvalidInput',
      400,
      `ARN ${arn} is not valid.`,
    );
  }
  await assertRefused(
    iam.call(getPolicy, { PolicyArn: 'arn:aws-cn:iam::aws:policy/AdministratorAccess' }),
    'ValidationError',
    400,
    'Invalid ARN partition',
  );
});

test('what is no policy is refused with the first problem', async (t) => {
  const iam = await openTestIam(t);
  const cases = [
    ['{', 'Syntax errors in policy.'],
    [
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}',
      'Policy statement must contain actions.',
    ],
  ] as const;
  for (const [document, message] of cases) {
    await assertRefused(
      iam.call(createPolicy, { PolicyName: 'Photos', PolicyDocument: document }),
      'MalformedPolicyDocument',
      400,
      message,
    );
  }
  assert.deepEqual((await iam.call(listPolicies, { Scope: 'Local' })).Policies, []);
});

test('a policy holds 6,144 characters, white space not counted', async (t) => {
  const iam = await openTestIam(t);
  const sized = (length: number) => {
    const empty = allow('s3:').length;
    return allow(`s3:${'x'.repeat(length - empty)}`);
  };
  await iam.call(createPolicy, {
    PolicyName: 'full',
    PolicyDocument: `${sized(6144)}${' \n'.repeat(500)}`,
  });
  await assertRefused(
    iam.call(createPolicy, { PolicyName: 'over', PolicyDocument: sized(6145) }),
    'LimitExceeded',
    409,
    'Cannot exceed quota for PolicySize: 6144',
  );
});

test('the quota of policies counts the account alone', async (t) => {
  const iam = await openTestIam(t, { policiesPerAccount: 1 });
  await createNamed(iam, 'one');
  await assertRefused(
    createNamed(iam, 'two'),
    'LimitExceeded',
    409,
    'Cannot exceed quota for PoliciesPerAccount: 1',
  );
  await createNamed(iam.inAccount(secondAccount), 'two');
});

test('DeletePolicy waits for attachments and versions, and leaves nothing', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  const arn = await createNamed(iam, 'Photos');
  await iam.call(tagPolicy, { PolicyArn: arn, Tags: [{ Key: 'team', Value: 'photos' }] });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: arn });
  await iam.call(createPolicyVersion, { PolicyArn: arn, PolicyDocument: allow('s3:PutObject') });

  const conflict = async (message: string) =>
    await assertRefused(iam.call(deletePolicy, { PolicyArn: arn }), 'DeleteConflict', 409, message);
  await conflict('Cannot delete a policy attached to entities.');
  await iam.call(detachUserPolicy, { UserName: 'dave', PolicyArn: arn });
  await conflict(
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  );
  await iam.call(deletePolicyVersion, { PolicyArn: arn, VersionId: 'v2' });
  await iam.call(deletePolicy, { PolicyArn: arn });
  await assertRefused(
    iam.call(getPolicy, { PolicyArn: arn }),
    'NoSuchEntity',
    404,
    `Policy ${arn} was not found.`,
  );
  for (const table of ['iam_policy', 'iam_policy_version', 'iam_tag'] as const) {
    assert.deepEqual(await iam.store.database.selectFrom(table).selectAll().execute(), [], table);
  }
});

test('AWS’s own policies are read by everybody and changed by nobody', async (t) => {
  const iam = await openTestIam(t);
  const which = { PolicyArn: administratorAccess };
  const { Policy: policy } = await iam.call(getPolicy, which);
  assert.equal(policy?.PolicyName, 'AdministratorAccess');
  assert.equal(policy?.Path, '/');
  assert.deepEqual(policy?.Tags, []);
  assert.deepEqual(await iam.call(listPolicyTags, which), { Tags: [], IsTruncated: false });
  const caller = 'arn:aws:sts::111111111111:assumed-role/Administrator/test';
  const refused = async (action: string, call: Promise<unknown>) =>
    await assertRefused(
      call,
      'AccessDenied',
      403,
      `User: ${caller} is not authorized to perform: iam:${action} on resource: policy ${administratorAccess}`,
    );
  await refused('DeletePolicy', iam.call(deletePolicy, which));
  await refused(
    'CreatePolicyVersion',
    iam.call(createPolicyVersion, { ...which, PolicyDocument: allow('s3:GetObject') }),
  );
  await refused(
    'DeletePolicyVersion',
    iam.call(deletePolicyVersion, { ...which, VersionId: 'v1' }),
  );
  await refused('TagPolicy', iam.call(tagPolicy, { ...which, Tags: [] }));
  await refused('UntagPolicy', iam.call(untagPolicy, { ...which, TagKeys: ['team'] }));
});

test('ListPolicies pages through the account’s policies, then AWS’s, each once', async (t) => {
  const iam = await openTestIam(t);
  const own = ['a', 'B', 'c'];
  for (const name of own.toReversed()) await createNamed(iam, name);
  await createNamed(iam.inAccount(secondAccount), 'theirs');
  const seen: string[] = [];
  let marker: string | undefined;
  do {
    const page = await iam.call(listPolicies, { MaxItems: 700, Marker: marker });
    seen.push(...(page.Policies ?? []).map((policy) => policy.PolicyName ?? ''));
    marker = page.Marker;
  } while (marker !== undefined);
  assert.deepEqual(seen.slice(0, 3), own);
  const aws = seen.slice(3);
  assert.ok(aws.length > 1000);
  assert.deepEqual(aws, aws.toSorted());
  assert.equal(new Set(seen).size, seen.length);
  const small = await iam.call(listPolicies, { MaxItems: 2 });
  const next = await iam.call(listPolicies, { MaxItems: 2, Marker: small.Marker });
  assert.deepEqual(
    [...(small.Policies ?? []), ...(next.Policies ?? [])].map((policy) => policy.PolicyName),
    seen.slice(0, 4),
  );
});

test('ListPolicies filters by scope, path and use', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave' });
  await iam.call(createGroup, { GroupName: 'Developers' });
  const arn = await createNamed(iam, 'Photos', '/teams/');
  await createNamed(iam, 'Unused');
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: arn });
  await iam.call(attachGroupPolicy, { GroupName: 'Developers', PolicyArn: arn });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: administratorAccess });
  const names = async (filter: Parameters<typeof listPolicies.run>[1]) =>
    ((await iam.call(listPolicies, filter)).Policies ?? []).map(
      (policy) => `${policy.PolicyName} ${policy.AttachmentCount}`,
    );
  assert.deepEqual(await names({ OnlyAttached: true }), ['Photos 2', 'AdministratorAccess 1']);
  assert.deepEqual(await names({ OnlyAttached: true, Scope: 'AWS' }), ['AdministratorAccess 1']);
  assert.deepEqual(await names({ Scope: 'Local' }), ['Photos 2', 'Unused 0']);
  assert.deepEqual(await names({ Scope: 'Local', PathPrefix: '/teams/' }), ['Photos 2']);
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsPolicy', Scope: 'Local' }), [
    'Photos 2',
  ]);
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsBoundary' }), []);
  const job = await names({ Scope: 'AWS', PathPrefix: '/job-function/' });
  assert.ok(job.includes('ViewOnlyAccess 0') && !job.includes('AdministratorAccess 1'));
  const first = await iam.call(listPolicies, { OnlyAttached: true, MaxItems: 1 });
  const second = await iam.call(listPolicies, { OnlyAttached: true, Marker: first.Marker });
  assert.deepEqual(
    second.Policies?.map((policy) => policy.PolicyName),
    ['AdministratorAccess'],
  );
});
