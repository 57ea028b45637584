import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy, parsePolicy } from '@carnet/policy';
import { mayServiceAssume } from './assume-role-as-service.ts';

const service = 'ec2.amazonaws.com';

/** What a trust policy that asks for a tag of the role says to the service. */
function isTrusted(tags: Readonly<Record<string, string>>, condition: object): boolean {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  const document = { Version: '2012-10-17', Statement: { ...statement, Condition: condition } };
  const parsed = parsePolicy(JSON.stringify(document), 'trust');
  assert.ok(parsed.ok);
  const role = {
    accountId: '111111111111',
    roleId: 'AROAPHOTO67890123456',
    roleName: 'PhotoAppRole',
    arn: 'arn:aws:iam::111111111111:role/PhotoAppRole',
    tags: new Map(Object.entries(tags)),
    trustPolicy: compilePolicy(parsed.document, { type: 'trust', name: 'PhotoAppRole' }),
    maxSessionDuration: 3600,
    policies: { inline: [], attached: [] },
    boundary: undefined,
  };
  const { decision } = mayServiceAssume({ service, role, sessionName: 'app', now: 0 });
  return decision.decision === 'allowed';
}

test('a tag of the role is found in any case of its key, and under no other letter', () => {
  const asked = { StringEquals: { 'aws:ResourceTag/kind': 'photos' } };
  assert.equal(isTrusted({ kind: 'photos' }, asked), true);
  assert.equal(isTrusted({ Kind: 'photos' }, asked), true);
  // The Kelvin sign: `toLowerCase` makes a k of it.
  assert.equal(isTrusted({ '\u212aind': 'photos' }, asked), false);
});

test('a tag that stands beside another spelling of its key opens nothing', () => {
  const asked = { StringEquals: { 'aws:ResourceTag/kind': 'photos' } };
  assert.equal(isTrusted({ kind: 'video', Kind: 'photos' }, asked), false);
  assert.equal(isTrusted({ kind: 'photos', Kind: 'video' }, asked), false);
});
