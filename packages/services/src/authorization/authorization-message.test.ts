import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorize, compilePolicy, type PolicyType, parsePolicy } from '@carnet/policy';
import { openStore } from '@carnet/store';
import {
  type DeniedQuestion,
  decodeAuthorizationMessage,
  encodeAuthorizationMessage,
} from './authorization-message.ts';

const accountId = '111111111111';
const arn = `arn:aws:iam::${accountId}:user/dave`;
const instance = `arn:aws:ec2:us-east-1:${accountId}:instance/*`;
const principal = { kind: 'user', accountId, arn, uniqueId: 'AIDAEXAMPLEEXAMPLE222' } as const;

function policy(type: PolicyType, statement: object) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const parsed = parsePolicy(text, type);
  assert.ok(parsed.ok);
  return compilePolicy(parsed.document, { type, name: type });
}

const question: DeniedQuestion = {
  principal,
  principalId: principal.uniqueId,
  action: 'ec2:RunInstances',
  resource: instance,
  resourceAccount: accountId,
  conditions: [
    ['ec2:InstanceType', 't3.micro'],
    ['aws:TagKeys', ['Team', 'Cost']],
  ],
};
const deny = policy('identity', {
  Sid: 'NoInstances',
  Effect: 'Deny',
  Action: ['ec2:RunInstances', 'ec2:StartInstances'],
  NotResource: 'arn:aws:s3:::*',
  Condition: { StringLike: { 'ec2:InstanceType': ['t3.*', 't4.*'] } },
});

const decisionOf = (
  resourceAccount: string,
  policies: Parameters<typeof authorize>[1],
  context = new Map([['ec2:instancetype', 't3.micro']]),
) =>
  authorize(
    { principal, action: 'ec2:RunInstances', resource: instance, resourceAccount, context },
    policies,
  );

const values = (...of: string[]) => ({ items: of.map((value) => ({ value })) });

describe('an authorization message', async () => {
  const store = await openStore({ dataDirectory: undefined });
  const { sealing } = store;
  const roundTrip = (asked: DeniedQuestion, decision: ReturnType<typeof decisionOf>) => {
    const message = encodeAuthorizationMessage(sealing, accountId, asked, decision);
    assert.match(message, /^[\w-]+$/);
    assert.ok(message.length <= 10_240);
    return JSON.parse(decodeAuthorizationMessage(sealing, accountId, message) ?? '');
  };

  it('tells of a deny the statements, and of everything who asked what with which keys', () => {
    const decision = decisionOf(accountId, { identity: [deny] });
    assert.deepEqual(roundTrip(question, decision), {
      allowed: false,
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: 'NoInstances',
            effect: 'DENY',
            principals: { items: [] },
            principalGroups: { items: [] },
            actions: values('ec2:RunInstances', 'ec2:StartInstances'),
            notResources: values('arn:aws:s3:::*'),
            conditions: {
              items: [
                {
                  operator: 'StringLike',
                  key: 'ec2:InstanceType',
                  values: values('t3.*', 't4.*'),
                },
              ],
            },
          },
        ],
      },
      failures: { items: [] },
      context: {
        principal: { id: principal.uniqueId, arn },
        action: 'ec2:RunInstances',
        resource: instance,
        conditions: {
          items: [
            { key: 'ec2:InstanceType', values: values('t3.micro') },
            { key: 'aws:TagKeys', values: values('Team', 'Cost') },
          ],
        },
      },
    });
  });

  it('tells of no Allow that was not enough', () => {
    const allow = policy('identity', { Effect: 'Allow', Action: '*', Resource: '*' });
    const boundary = policy('permissionsBoundary', {
      Effect: 'Allow',
      Action: 's3:*',
      Resource: '*',
    });
    const told = roundTrip(
      question,
      decisionOf(accountId, { identity: [allow], permissionsBoundary: boundary }),
    );
    assert.equal(told.explicitDeny, false);
    assert.deepEqual(told.matchedStatements.items, []);
  });

  it('tells nobody of the policy on another account’s resource', () => {
    const resource = policy('resource', {
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
    });
    const foreign = { ...question, resourceAccount: '222222222222' };
    const decision = decisionOf('222222222222', { identity: [deny], resource });
    const told = roundTrip(foreign, decision);
    assert.deepEqual(
      told.matchedStatements.items.map((item: { statementId: string }) => item.statementId),
      ['NoInstances'],
    );
    const own = roundTrip(question, decisionOf(accountId, { identity: [], resource }));
    assert.deepEqual(own.matchedStatements.items[0].principals, values('*'));
  });

  it('loses statements, keys and the end of the resource before it is too long', () => {
    const random = (length: number) =>
      Array.from({ length }, () => Math.random().toString(36).charAt(2)).join('');
    const long = policy('identity', {
      Effect: 'Deny',
      Action: '*',
      Resource: Array.from({ length: 100 }, () => `arn:aws:s3:::${random(200)}`).concat('*'),
    });
    const decision = decisionOf(accountId, { identity: [long] });
    const shorter = roundTrip(question, decision);
    assert.deepEqual(shorter.matchedStatements.items, []);
    assert.equal(shorter.context.conditions.items.length, 2);
    const conditions = [['aws:UserAgent', random(20_000)]] as const;
    const shortest = roundTrip({ ...question, conditions }, decision);
    assert.equal(shortest.explicitDeny, true);
    assert.deepEqual(shortest.context.conditions.items, []);
    const resource = `${instance}${random(100_000)}`;
    const cut = roundTrip({ ...question, resource }, decision);
    assert.deepEqual(cut.context.resource, resource.slice(0, 1_024));
    const threeBytes = Array.from({ length: 100_000 }, (_, at) =>
      String.fromCharCode(0x4e00 + ((at * 7919) % 20_000)),
    ).join('');
    roundTrip({ ...question, resource: threeBytes }, decision);
  });

  it('belongs to one account', async () => {
    const decision = decisionOf(accountId, { identity: [] });
    const message = encodeAuthorizationMessage(sealing, accountId, question, decision);
    assert.equal(decodeAuthorizationMessage(sealing, '222222222222', message), undefined);
    await store.close();
  });
});
