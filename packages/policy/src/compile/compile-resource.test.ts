import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize } from '../evaluate/authorize.ts';
import { ACCOUNT, compiled, compileText, DAVE } from '../test-support.ts';

type Context = ReadonlyMap<string, string | readonly string[]>;

function allows(statement: object, resource: string, context: Context = new Map()): boolean {
  const policy = compiled('identity', { Effect: 'Allow', Action: 's3:*', ...statement });
  return ask(policy, resource, context);
}

function ask(policy: ReturnType<typeof compiled>, resource: string, context: Context): boolean {
  const request = {
    principal: DAVE,
    action: 's3:GetObject',
    resource,
    resourceAccount: ACCOUNT,
    context,
  };
  return authorize(request, { identity: [policy] }).decision === 'allowed';
}

const HOME = `arn:aws:s3:::home/\${aws:username}/*`;

test('a star alone is every resource, and the resource of actions that have none', () => {
  assert.ok(allows({ Resource: '*' }, '*'));
  assert.ok(allows({ Resource: '*' }, 'arn:aws:s3:::photos'));
  assert.ok(!allows({ Resource: 'arn:aws:s3:::*' }, '*'));
});

test('the entries of a list are alternatives, and NotResource is everything but them', () => {
  const list = ['arn:aws:s3:::photos/*', 'arn:aws:s3:::music/*'];
  assert.ok(allows({ Resource: list }, 'arn:aws:s3:::music/a'));
  assert.ok(!allows({ Resource: list }, 'arn:aws:s3:::films/a'));
  assert.ok(!allows({ NotResource: list }, 'arn:aws:s3:::music/a'));
  assert.ok(allows({ NotResource: list }, 'arn:aws:s3:::films/a'));
  assert.ok(!allows({ NotResource: '*' }, 'arn:aws:s3:::films/a'));
});

test('a variable stands for its value, literally', () => {
  const dave = new Map([['aws:username', 'dave']]);
  assert.ok(allows({ Resource: HOME }, 'arn:aws:s3:::home/dave/a', dave));
  assert.ok(!allows({ Resource: HOME }, 'arn:aws:s3:::home/eve/a', dave));
  const star = new Map([['aws:username', '*']]);
  assert.ok(!allows({ Resource: HOME }, 'arn:aws:s3:::home/eve/a', star));
  assert.ok(allows({ Resource: HOME }, 'arn:aws:s3:::home/*/a', star));
});

test('without a value an entry of Resource matches nothing, one of NotResource excludes nothing', () => {
  assert.ok(!allows({ Resource: HOME }, 'arn:aws:s3:::home//a'));
  assert.ok(allows({ NotResource: HOME }, 'arn:aws:s3:::home/dave/a'));
  assert.ok(allows({ Resource: [HOME, '*'] }, 'arn:aws:s3:::home/dave/a'));
  const several = new Map([['aws:username', ['dave', 'eve']]]);
  assert.ok(!allows({ Resource: HOME }, 'arn:aws:s3:::home/dave/a', several));
});

test('a default and an escape', () => {
  const team = `arn:aws:s3:::teams/\${aws:PrincipalTag/team, 'all'}/*`;
  assert.ok(allows({ Resource: team }, 'arn:aws:s3:::teams/all/x'));
  const tagged = new Map([['aws:principaltag/team', 'red']]);
  assert.ok(allows({ Resource: team }, 'arn:aws:s3:::teams/red/x', tagged));
  assert.ok(!allows({ Resource: team }, 'arn:aws:s3:::teams/all/x', tagged));
  assert.ok(allows({ Resource: `arn:aws:s3:::a/\${*}` }, 'arn:aws:s3:::a/*'));
  assert.ok(!allows({ Resource: `arn:aws:s3:::a/\${*}` }, 'arn:aws:s3:::a/b'));
});

test('before the fifth colon a variable is only text', () => {
  const context = new Map([['aws:principalaccount', ACCOUNT]]);
  const resource = `arn:aws:sqs:eu-west-1:\${aws:PrincipalAccount}:queue`;
  assert.ok(!allows({ Resource: resource }, `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`, context));
});

test('a document of the older version has no variables', () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: HOME };
  const text = JSON.stringify({ Version: '2008-10-17', Statement: statement });
  const policy = compileText(text, 'resource');
  const request = {
    principal: { kind: 'anonymous' },
    action: 's3:GetObject',
    resourceAccount: ACCOUNT,
    context: new Map([['aws:username', 'dave']]),
  } as const;
  const decide = (resource: string) =>
    authorize({ ...request, resource }, { identity: [], resource: policy }).decision;
  assert.equal(decide('arn:aws:s3:::home/dave/a'), 'implicitDeny');
  assert.equal(decide(`arn:aws:s3:::home/\${aws:username}/a`), 'allowed');
});
