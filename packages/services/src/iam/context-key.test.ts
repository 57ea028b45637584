import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachUserPolicy } from './attached-policy.ts';
import { getContextKeysForCustomPolicy, getContextKeysForPrincipalPolicy } from './context-key.ts';
import { createGroup } from './group.ts';
import { addUserToGroup } from './group-membership.ts';
import { putGroupPolicy, putUserPolicy } from './inline-policy.ts';
import { createPolicy } from './managed-policy.ts';
import { putUserPermissionsBoundary } from './permissions-boundary.ts';
import { addRole, assertRefused, firstAccount, openTestIam } from './testing.ts';
import { createUser } from './user.ts';

const asking = (...keys: readonly string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: '*',
      Resource: `arn:aws:s3:::photos/\${aws:username}`,
      Condition: { StringEquals: Object.fromEntries(keys.map((key) => [key, 'x'])) },
    },
  });

const arnOf = (resource: string) => `arn:aws:iam::${firstAccount}:${resource}`;

test('the keys and variables of every policy that is passed, each once', async (t) => {
  const iam = await openTestIam(t);
  const PolicyInputList = [asking('s3:prefix', 'aws:SourceIp'), asking('s3:prefix')];
  assert.deepEqual(await iam.call(getContextKeysForCustomPolicy, { PolicyInputList }), {
    ContextKeyNames: ['aws:SourceIp', 'aws:username', 's3:prefix'],
  });
  assert.deepEqual(await iam.call(getContextKeysForCustomPolicy, { PolicyInputList: [] }), {
    ContextKeyNames: [],
  });
});

test('a policy that is none is named by its place', async (t) => {
  const iam = await openTestIam(t);
  const PolicyInputList = [asking('s3:prefix'), '{'];
  const invalid = 'Policy input list item 2 has invalid content';
  await assertRefused(
    iam.call(getContextKeysForCustomPolicy, { PolicyInputList }),
    'InvalidInput',
    400,
    invalid,
  );
  await iam.call(createUser, { UserName: 'dave' });
  const PolicySourceArn = arnOf('user/dave');
  await assertRefused(
    iam.call(getContextKeysForPrincipalPolicy, { PolicySourceArn, PolicyInputList }),
    'InvalidInput',
    400,
    invalid,
  );
});

test('of a principal all its policies are asked, those of its groups and its boundary too', async (t) => {
  const iam = await openTestIam(t);
  await iam.call(createUser, { UserName: 'dave', Path: '/d/' });
  await iam.call(createGroup, { GroupName: 'Developers' });
  await iam.call(addUserToGroup, { UserName: 'dave', GroupName: 'Developers' });
  const PolicyName = 'one';
  await iam.call(putUserPolicy, {
    UserName: 'dave',
    PolicyName,
    PolicyDocument: asking('own:inline'),
  });
  await iam.call(putGroupPolicy, {
    GroupName: 'Developers',
    PolicyName,
    PolicyDocument: asking('group:inline'),
  });
  const { Policy: managed } = await iam.call(createPolicy, {
    PolicyName: 'Photos',
    PolicyDocument: asking('own:managed'),
  });
  await iam.call(attachUserPolicy, { UserName: 'dave', PolicyArn: managed?.Arn });
  const { Policy: boundary } = await iam.call(createPolicy, {
    PolicyName: 'Limit',
    PolicyDocument: asking('own:boundary'),
  });
  await iam.call(putUserPermissionsBoundary, {
    UserName: 'dave',
    PermissionsBoundary: boundary?.Arn,
  });
  const keys = async (PolicySourceArn: string, PolicyInputList?: string[]) => {
    const input = { PolicySourceArn, PolicyInputList };
    return (await iam.call(getContextKeysForPrincipalPolicy, input)).ContextKeyNames;
  };
  const own = ['aws:username', 'group:inline', 'own:boundary', 'own:inline', 'own:managed'];
  assert.deepEqual(await keys(arnOf('user/d/dave')), own);
  assert.deepEqual(await keys(arnOf('user/d/dave'), [asking('a:passed')]), ['a:passed', ...own]);
  assert.deepEqual(await keys(arnOf('group/Developers')), ['aws:username', 'group:inline']);
  await addRole(iam, { name: 'App', inline: [['one', asking('role:inline')]] });
  assert.deepEqual(await keys(arnOf('role/App')), ['aws:username', 'role:inline']);
});

test('the source is somebody of the own account', async (t) => {
  const iam = await openTestIam(t);
  const refused = (PolicySourceArn: string, ...refusal: [string, number, string]) =>
    assertRefused(iam.call(getContextKeysForPrincipalPolicy, { PolicySourceArn }), ...refusal);
  const noEntity = 'Unable to retrieve specified IAM entity.';
  await refused(arnOf('user/nobody'), 'NoSuchEntity', 404, noEntity);
  const invalid = `Invalid ARN provided in the request: ${arnOf('root')}`;
  await refused(arnOf('root'), 'InvalidInput', 400, invalid);
});
