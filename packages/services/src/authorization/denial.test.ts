import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorize, compilePolicy, parsePolicy } from '@carnet/policy';
import { openStore } from '@carnet/store';
import { decodeAuthorizationMessage } from './authorization-message.ts';
import { type Denied, denial } from './denial.ts';

const accountId = '111111111111';
const arn = `arn:aws:iam::${accountId}:user/dave`;
const role = `arn:aws:iam::${accountId}:role/PhotoAppRole`;

function deniedBy(statement: object | undefined, resourceAccount = accountId): Denied {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement ?? [] });
  const parsed = parsePolicy(text, 'identity');
  const identity =
    statement && parsed.ok
      ? [compilePolicy(parsed.document, { type: 'identity', name: 'own' })]
      : [];
  const question = {
    principal: { kind: 'user', accountId, arn, uniqueId: 'AIDA1' },
    action: 'ec2:RunInstances',
    resource: role,
    resourceAccount,
    context: new Map(),
  } as const;
  return {
    caller: {
      kind: 'user',
      accountId,
      arn,
      userId: 'AIDA1',
      userName: 'dave',
      accessKeyId: 'AKIAEXAMPLEEXAMPLE22',
    },
    service: 'ec2',
    question,
    resource: { arn: role, accountId: resourceAccount },
    decision: authorize(question, { identity }),
    conditions: () => [['ec2:Region', 'us-east-1']],
  };
}

const everything = { Effect: 'Deny', Action: '*', Resource: '*' };
const head = `User: ${arn} is not authorized to perform: ec2:RunInstances on resource: ${role}`;

describe('a denied call', async () => {
  const store = await openStore({ dataDirectory: undefined });
  const refusal = (denied: Denied) => {
    const { code, status, message } = denial(store.sealing, denied);
    return { code, status, message };
  };

  it('of EC2 is unauthorized, with the reason encoded for the account', () => {
    const denied = deniedBy(everything);
    const { code, status, message } = refusal(denied);
    assert.deepEqual([code, status], ['UnauthorizedOperation', 403]);
    const before =
      `You are not authorized to perform this operation. ${head} with an explicit deny in an ` +
      'identity-based policy. Encoded authorization failure message: ';
    assert.ok(message.startsWith(before), message);
    const text = decodeAuthorizationMessage(store.sealing, accountId, message.slice(before.length));
    const told = JSON.parse(text ?? '');
    assert.equal(told.explicitDeny, true);
    assert.deepEqual(told.context.principal, { id: 'AIDA1', arn });
    assert.deepEqual(told.context.conditions.items, [
      { key: 'ec2:Region', values: { items: [{ value: 'us-east-1' }] } },
    ]);
  });

  it('of another service reads the sentence alone', () => {
    assert.deepEqual(refusal({ ...deniedBy(undefined), service: 'iam' }), {
      code: 'AccessDenied',
      status: 403,
      message: `${head} because no identity-based policy allows the ec2:RunInstances action`,
    });
  });

  it('names no reason where it would tell of the resource', () => {
    const hidden = { arn: role, accountId, reasonHidden: true };
    const ofSts = { service: 'sts', resource: hidden };
    assert.equal(refusal({ ...deniedBy(undefined), ...ofSts }).message, head);
    assert.equal(
      refusal({ ...deniedBy(everything), ...ofSts }).message,
      `${head} with an explicit deny in an identity-based policy`,
    );
    assert.equal(refusal({ ...deniedBy(everything, '222222222222'), ...ofSts }).message, head);
  });

  it('of STS names no resource where there is none', async () => {
    const nothing = { ...deniedBy(undefined), service: 'sts', resource: undefined };
    assert.doesNotMatch(refusal(nothing).message, / on resource: /);
    await store.close();
  });
});
