import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../explain/explain.ts';
import { ACCOUNT, compiled, DAVE, EC2, PHOTO_APP } from '../test-support.ts';
import { countMatch, type Matches } from './ask-policies.ts';
import type { ApplicablePolicies, AuthorizationRequest } from './authorization-request.ts';
import { authorize } from './authorize.ts';

const REQUEST: AuthorizationRequest = {
  principal: DAVE,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/pic.jpg',
  resourceAccount: ACCOUNT,
  context: new Map(),
};
const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const DENY = { ...ALLOW, Effect: 'Deny' };
const ASKS = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } };

function decide(policies: Partial<ApplicablePolicies>) {
  return authorize(REQUEST, { identity: [], ...policies });
}

test('of several policies that deny the first that is asked is named', () => {
  const serviceControl = [[compiled('serviceControl', ALLOW, DENY)]];
  const identity = [compiled('identity', DENY)];
  const permissionsBoundary = compiled('permissionsBoundary', DENY);
  assert.equal(decide({ serviceControl, identity }).stoppedBy, 'serviceControl');
  assert.equal(decide({ identity, permissionsBoundary }).stoppedBy, 'identity');
});

test('statements that match stand in the order in which they are asked', () => {
  for (const statement of [ALLOW, DENY]) {
    const identity = [compiled('identity', statement), compiled('identity', statement)];
    const permissionsBoundary = compiled('permissionsBoundary', ALLOW, statement);
    const { matchedStatements } = decide({ identity, permissionsBoundary });
    const ofIdentity = matchedStatements.map(({ policy }) => policy).slice(0, 2);
    assert.deepEqual(ofIdentity, identity);
    assert.equal(matchedStatements.at(-1)?.policy, permissionsBoundary);
  }
});

test('a statement that denies allows nothing beside', () => {
  const { gates } = explain(REQUEST, { identity: [compiled('identity', DENY)] });
  const gate = gates.find(({ type }) => type === 'identity');
  assert.deepEqual([gate?.verdict, gate?.nearest], ['explicitDeny', 'none']);
});

test('a statement about another caller or resource asks for no key', () => {
  const aboutDave = { ...ALLOW, ...ASKS, Principal: { AWS: DAVE.arn } };
  const aboutOther = { ...ALLOW, ...ASKS, Principal: { AWS: PHOTO_APP.arn } };
  const missing = (statement: object) =>
    decide({ resource: compiled('resource', statement) }).missingContextValues;
  assert.deepEqual(missing(aboutDave), ['aws:PrincipalTag/team']);
  assert.deepEqual(missing(aboutOther), []);
  assert.deepEqual(missing({ ...aboutDave, Resource: 'arn:aws:s3:::music/*' }), []);
});

test('a role that is assumed in any way needs its trust policy', () => {
  const identity = [compiled('identity', { ...ALLOW, Action: '*' })];
  const everyone = { ...ALLOW, Action: '*', Principal: '*' };
  const stopped = (action: string) =>
    authorize(
      { ...REQUEST, action, resource: PHOTO_APP.roleArn },
      { identity, resource: compiled('resource', everyone) },
    ).stoppedBy;
  for (const name of ['', 'WithSAML', 'WithWebIdentity']) {
    assert.equal(stopped(`sts:AssumeRole${name}`), 'trust');
  }
  for (const name of ['TagSession', 'SetSourceIdentity', 'SetContext']) {
    assert.equal(stopped(`sts:${name}`), 'trust');
  }
  for (const action of ['other-sts:AssumeRole', 'sts:NeverAssumeRole', 'abc:AssumeRole']) {
    assert.equal(stopped(action), undefined, action);
  }
  assert.equal(stopped('sts:GetCallerIdentity'), undefined);
  assert.equal(stopped('abc:TagSession'), undefined);
});

test('a trust policy that is handed in has to agree, whatever is asked', () => {
  const trust = compiled('trust', {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: PHOTO_APP.arn },
  });
  assert.equal(decide({ identity: [compiled('identity', ALLOW)], trust }).stoppedBy, 'trust');
});

test('of statements that allow the nearest counts, in any order', () => {
  const byName = { ...ALLOW, Principal: { AWS: DAVE.arn } };
  const byAccount = { ...ALLOW, Principal: { AWS: ACCOUNT } };
  for (const statements of [
    [byName, byAccount],
    [byAccount, byName],
  ]) {
    const resource = compiled('resource', ...statements);
    assert.equal(decide({ resource }).decision, 'allowed');
  }
});

test('all conditions have to hold, the first as well as the last', () => {
  const holds = { Null: { 'aws:none': 'true' } };
  const fails = { Bool: { 'aws:none': 'true' } };
  for (const Condition of [
    { ...holds, ...fails },
    { ...fails, ...holds },
  ]) {
    const identity = [compiled('identity', { ...ALLOW, Condition })];
    assert.equal(decide({ identity }).decision, 'implicitDeny');
  }
});

test('a statement that names nobody is about the caller', () => {
  const { gates } = explain(REQUEST, { identity: [compiled('identity', ALLOW)] });
  assert.equal(gates.find(({ type }) => type === 'identity')?.nearest, 'direct');
});

test('a service has no policies of its own', () => {
  const request = { ...REQUEST, principal: EC2 };
  const resource = compiled('resource', { ...ALLOW, Principal: { Service: EC2.service } });
  const identity = [compiled('identity', DENY)];
  assert.equal(authorize(request, { identity, resource }).decision, 'allowed');
});

test('an empty list that is handed in is left as it is: others may share it', () => {
  const none: Matches['allowing'] = [];
  for (const effect of ['Allow', 'Deny'] as const) {
    const matches: Matches = { allowing: none, denying: none, deniedBy: undefined };
    const policy = compiled('identity', ALLOW);
    for (const statementIndex of [0, 1]) {
      countMatch('identity', effect, { policy, statementIndex }, 'direct', matches);
    }
    assert.equal(matches[effect === 'Allow' ? 'allowing' : 'denying'].length, 2);
    assert.deepEqual(none, []);
  }
  assert.ok(Object.isFrozen(decide({}).missingContextValues));
});
