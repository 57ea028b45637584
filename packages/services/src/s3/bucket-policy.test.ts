import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBucket } from './bucket.ts';
import {
  deleteBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
} from './bucket-policy.ts';
import { getObject } from './get-object.ts';
import { listObjectsV2 } from './list-objects.ts';
import { putObject } from './put-object.ts';
import {
  assertRefused,
  body,
  firstAccount,
  openTestS3,
  secondAccount,
  type TestCaller,
  type TestS3,
  textOf,
} from './testing.ts';

const Bucket = 'photos';
const objects = `arn:aws:s3:::${Bucket}/*`;
const read = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: objects };

async function withBucket(t: Parameters<typeof openTestS3>[0]): Promise<TestS3> {
  const s3 = await openTestS3(t);
  await s3.root.call(createBucket, { Bucket });
  await s3.root.call(putObject, { Bucket, Key: 'pic.jpg', Body: body('pic') });
  return s3;
}

function put(s3: TestS3, statements: unknown, caller: TestCaller = s3.root) {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return caller.call(putBucketPolicy, { Bucket, Policy });
}

async function policyOf(s3: TestS3) {
  const { Policy = '' } = await s3.root.call(getBucketPolicy, { Bucket });
  return JSON.parse(Policy) as { readonly Statement: Record<string, unknown>[] };
}

async function readText(caller: TestCaller) {
  const got = await caller.call(getObject, { Bucket, Key: 'pic.jpg' });
  return textOf(got.Body);
}

test('a policy is put, read as it was written, and deleted', async (t) => {
  const s3 = await withBucket(t);
  const get = () => s3.root.call(getBucketPolicy, { Bucket });
  await assertRefused(get(), 'NoSuchBucketPolicy', 404);
  const status = s3.root.call(getBucketPolicyStatus, { Bucket });
  await assertRefused(status, 'NoSuchBucketPolicy', 404);
  const Policy = JSON.stringify({ Id: 'x', Version: '2012-10-17', Statement: read }, null, 3);
  s3.changes.length = 0;
  await s3.root.call(putBucketPolicy, { Bucket, Policy });
  assert.equal((await get()).Policy, Policy);
  await s3.root.call(deleteBucketPolicy, { Bucket });
  await s3.root.call(deleteBucketPolicy, { Bucket });
  await assertRefused(get(), 'NoSuchBucketPolicy', 404);
  assert.deepEqual(s3.changes[0], { accountId: firstAccount, kind: 'bucket', id: Bucket });
});

test('a policy lets in whom it names, at once, and no longer than it stands', async (t) => {
  const s3 = await withBucket(t);
  const dave = await s3.user(firstAccount, 'dave');
  const editor = await s3.user(firstAccount, 'editor');
  await assertRefused(readText(dave), 'AccessDenied', 403);
  const arn = `arn:aws:iam::${firstAccount}:user/dave`;
  await put(s3, [{ ...read, Principal: { AWS: arn } }]);
  assert.equal(await readText(dave), 'pic');
  await assertRefused(readText(editor), 'AccessDenied', 403);
  await assertRefused(readText(s3.anonymous), 'AccessDenied', 403);
  await s3.root.call(deleteBucketPolicy, { Bucket });
  await assertRefused(readText(dave), 'AccessDenied', 403);
});

test('an anonymous caller reads what is public, and nothing more', async (t) => {
  const s3 = await withBucket(t);
  await put(s3, [read]);
  assert.equal(await readText(s3.anonymous), 'pic');
  const missing = s3.anonymous.call(getObject, { Bucket, Key: 'missing' });
  await assertRefused(missing, 'AccessDenied', 403);
  const overridden = s3.anonymous.call(getObject, {
    Bucket,
    Key: 'pic.jpg',
    ResponseContentType: 'text/html',
  });
  await assertRefused(overridden, 'InvalidRequest', 400);
  const list = s3.anonymous.call(listObjectsV2, { Bucket });
  await assertRefused(list, 'AccessDenied', 403);
});

test('another account needs both sides', async (t) => {
  const s3 = await withBucket(t);
  const own = { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' };
  const allowed = await s3.user(secondAccount, 'dave', [own]);
  const bare = await s3.user(secondAccount, 'editor');
  await assertRefused(readText(allowed), 'AccessDenied', 403);
  const Principal = { AWS: [secondAccount] };
  const Action = ['s3:GetObject', 's3:PutObject'];
  await put(s3, [{ ...read, Principal, Action }]);
  assert.equal(await readText(allowed), 'pic');
  await assertRefused(readText(bare), 'AccessDenied', 403);
  // What another account puts belongs to the bucket's owner.
  await allowed.call(putObject, { Bucket, Key: 'foreign', Body: body('x') });
  await s3.root.call(getObject, { Bucket, Key: 'foreign' });
});

test('a Deny stops the owner, but not the root user from undoing it', async (t) => {
  const s3 = await withBucket(t);
  const bucket = `arn:aws:s3:::${Bucket}`;
  await put(s3, [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [bucket, objects] }]);
  await assertRefused(readText(s3.root), 'AccessDenied', 403);
  const all = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const admin = await s3.user(firstAccount, 'admin', [all]);
  await assertRefused(admin.call(deleteBucketPolicy, { Bucket }), 'AccessDenied', 403);
  await s3.root.call(getBucketPolicy, { Bucket });
  await s3.root.call(deleteBucketPolicy, { Bucket });
  assert.equal(await readText(s3.root), 'pic');
});

test('only the account of the bucket has to do with its policy', async (t) => {
  const s3 = await withBucket(t);
  const bucket = `arn:aws:s3:::${Bucket}`;
  await put(s3, [
    { Effect: 'Allow', Principal: { AWS: secondAccount }, Action: 's3:*', Resource: bucket },
  ]);
  const refused = [
    put(s3, [read], s3.otherRoot),
    s3.otherRoot.call(getBucketPolicy, { Bucket }),
    s3.otherRoot.call(getBucketPolicyStatus, { Bucket }),
    s3.otherRoot.call(deleteBucketPolicy, { Bucket }),
  ];
  for (const call of refused) await assertRefused(call, 'MethodNotAllowed', 405);
  await s3.otherRoot.call(listObjectsV2, { Bucket });
});

test('a user who is made again under the same name is somebody else', async (t) => {
  const s3 = await withBucket(t);
  const dave = await s3.user(firstAccount, 'dave');
  const arn = `arn:aws:iam::${firstAccount}:user/dave`;
  await put(s3, [{ ...read, Principal: { AWS: arn } }]);
  assert.deepEqual((await policyOf(s3)).Statement[0]?.Principal, { AWS: arn });
  await s3.deleteUser(dave);
  const again = await s3.user(firstAccount, 'dave');
  await assertRefused(readText(again), 'AccessDenied', 403);
  const shown = (await policyOf(s3)).Statement[0]?.Principal;
  const id = dave.caller.kind === 'user' ? dave.caller.userId : '';
  assert.deepEqual(shown, { AWS: id });
  await assertRefused(put(s3, [{ ...read, Principal: shown }]), 'MalformedPolicy', 400);
});

test('what is no policy for this bucket is refused with the text of S3', async (t) => {
  const s3 = await withBucket(t);
  const { Principal, Action, Resource, ...bare } = read;
  const other = `arn:aws:s3:::${Bucket}-other/*`;
  const nobody = `arn:aws:iam::${firstAccount}:user/nobody`;
  const ofCloudFront = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABC';
  const refused: readonly [unknown, string][] = [
    [[{ ...bare, Action, Resource }], 'Missing required field Principal'],
    [[{ ...bare, Principal, Resource }], 'Missing required field Action'],
    [[{ ...bare, Principal, Action }], 'Missing required field Resource'],
    [[{ ...read, Effect: 'allow' }], 'Invalid effect'],
    [[{ ...read, Action: 's3:GetObjects' }], 'Policy has invalid action'],
    [[{ ...read, Action: 'iam:ListUsers' }], 'Policy has invalid action'],
    [[{ ...read, Action: 'GetObject' }], 'Policy has invalid action'],
    [[{ ...read, Action: 's3:ListAllMyBuckets' }], 'Policy has invalid action'],
    ...['aws:SourceIpp', 's3:prefixes', 'aws:PrincipalTag', 'aws:SourceIp/x'].map(
      (key): [unknown, string] => [
        [{ ...read, Condition: { StringNotEquals: { [key]: 'x' } } }],
        'Policy has an invalid condition key',
      ],
    ),
    [[{ ...read, Resource: other }], 'Policy has invalid resource'],
    [[{ ...read, Resource: '*' }], 'Policy has invalid resource'],
    [[{ ...read, Resource: 'arn:aws:s3:::*' }], 'Policy has invalid resource'],
    [[{ ...read, Resource: Bucket }], 'Policy has invalid resource'],
    [
      [{ ...read, Action: 's3:ListBucket' }],
      'Action does not apply to any resource(s) in statement',
    ],
    [
      [{ ...read, Resource: `arn:aws:s3:::${Bucket}` }],
      'Action does not apply to any resource(s) in statement',
    ],
    [[{ ...read, Principal: { AWS: nobody } }], 'Invalid principal in policy'],
    [[{ ...read, Principal: { AWS: '999999999999' } }], 'Invalid principal in policy'],
    [[{ ...read, Principal: { AWS: 'dave' } }], 'Invalid principal in policy'],
    [[{ ...read, Principal: { AWS: 'arn:aws:iam::*:root' } }], 'Invalid principal in policy'],
    [[{ ...read, Principal: { AWS: ofCloudFront } }], 'Invalid principal in policy'],
    [[{ ...read, Principal: { CanonicalUser: 'a'.repeat(64) } }], 'Invalid principal in policy'],
    [[{ ...read, Principal: { Service: 'ec2.amazonaw.com' } }], 'Invalid principal in policy'],
    [
      [{ ...read, Principal: { Federated: 'accounts.example.com' } }],
      'Invalid principal in policy',
    ],
  ];
  for (const [statements, message] of refused) {
    const error = await assertRefused(put(s3, statements), 'MalformedPolicy', 400);
    assert.equal(error.message, message, JSON.stringify(statements));
  }
  const notJson = "Policies must be valid JSON and the first byte must be '{'";
  for (const Policy of ['', ' {}', '[]', '{', 'x', '{"Statement": [}']) {
    const call = s3.root.call(putBucketPolicy, { Bucket, Policy });
    const error = await assertRefused(call, 'MalformedPolicy', 400);
    assert.equal(error.message, notJson, Policy);
  }
  const get = s3.root.call(getBucketPolicy, { Bucket });
  await assertRefused(get, 'NoSuchBucketPolicy', 404);
});

test('policies that S3 takes', async (t) => {
  const s3 = await withBucket(t);
  await s3.user(firstAccount, 'dave');
  const bucket = `arn:aws:s3:::${Bucket}`;
  const user = { AWS: [`arn:aws:iam::${firstAccount}:user/dave`, firstAccount] };
  const taken: unknown[] = [
    read,
    [{ ...read, Action: ['s3:Get*', '*'], Resource: [bucket, objects] }],
    [{ ...read, Action: 'S3:getobject' }],
    [{ ...read, Action: 's3:ListBucket', Resource: `${bucket}*` }],
    [{ ...read, Principal: user }],
    [{ ...read, Principal: { AWS: '*', Service: 'cloudtrail.amazonaws.com' } }],
    [{ ...read, Principal: { AWS: `arn:aws:sts::${firstAccount}:assumed-role/Administrator/x` } }],
    [{ ...read, Principal: { AWS: `arn:aws:iam::${firstAccount}:role/Administrator` } }],
    [{ Effect: 'Deny', NotPrincipal: user, NotAction: 's3:GetObject', NotResource: objects }],
  ];
  for (const statements of taken) {
    await put(s3, statements);
    const { Statement } = await policyOf(s3);
    assert.deepEqual(Statement, statements);
  }
});

test('the size of a policy', async (t) => {
  const s3 = await withBucket(t);
  const Sid = (length: number) => 'x'.repeat(length);
  await put(s3, [{ ...read, Sid: Sid(20_000) }]);
  await assertRefused(put(s3, [{ ...read, Sid: Sid(20_480) }]), 'PolicyTooLarge', 400);
  const spaced = JSON.stringify({ Version: '2012-10-17', Statement: [read] }, null, 10);
  await s3.root.call(putBucketPolicy, { Bucket, Policy: spaced + ' '.repeat(20_480) });
});

test('what counts as public', async (t) => {
  const s3 = await withBucket(t);
  await s3.user(firstAccount, 'dave');
  const dave = { AWS: `arn:aws:iam::${firstAccount}:user/dave` };
  const when = (Condition: unknown) => ({ ...read, Condition });
  const cases: readonly [object, boolean][] = [
    [read, true],
    [{ ...read, Principal: { AWS: '*' } }, true],
    [{ ...read, Principal: dave }, false],
    [{ ...read, Effect: 'Deny' }, false],
    [when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }), false],
    [when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/7' } }), true],
    [when({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '0.0.0.0/0'] } }), true],
    [when({ IpAddress: { 'aws:SourceIp': '2001:db8::/31' } }), true],
    [when({ IpAddress: { 'aws:SourceIp': '::ffff:0:0/96' } }), true],
    [when({ IpAddress: { 'aws:SourceIp': '::ffff:10.0.0.0/104' } }), false],
    [when({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }), true],
    [when({ StringEquals: { 'AWS:SourceVpc': 'vpc-1' } }), false],
    [when({ StringLike: { 'aws:SourceVpc': 'vpc-*' } }), true],
    [when({ StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } }), true],
    [when({ StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }), true],
    [when({ StringEquals: { 'aws:SourceVpc': `\${aws:username}` } }), true],
    [when({ StringEquals: { 'aws:UserAgent': 'x' } }), true],
    [when({ StringEquals: { 'aws:PrincipalAccount': firstAccount } }), false],
  ];
  for (const [statement, isPublic] of cases) {
    await put(s3, [statement]);
    const { PolicyStatus } = await s3.root.call(getBucketPolicyStatus, { Bucket });
    assert.equal(PolicyStatus?.IsPublic, isPublic, JSON.stringify(statement));
  }
  await put(s3, [
    { Effect: 'Allow', NotPrincipal: dave, Action: 's3:GetObject', Resource: objects },
  ]);
  const { PolicyStatus } = await s3.root.call(getBucketPolicyStatus, { Bucket });
  assert.equal(PolicyStatus?.IsPublic, true);
});
