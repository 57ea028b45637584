import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newAccessKeyId } from '@carnet/store';
import {
  decodeAuthorizationMessage,
  encodeAuthorizationMessage,
} from '../authorization/authorization-message.ts';
import { firstAccountId } from '../testing.ts';
import { openTestSts, refusalOf } from './testing-world.ts';

const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });
const needs = (action: string) =>
  `AccessDenied 403 User: ${dave} is not authorized to perform: ${action} because no ` +
  `identity-based policy allows the ${action} action`;

describe('GetAccessKeyInfo', () => {
  it('reads the account out of the id, and tells of no key whether it is there', async (test) => {
    const sts = await openTestSts(test);
    const credentials = await sts.createUser('dave');
    const ask = (AccessKeyId: string) =>
      sts.call('sts', 'GetAccessKeyInfo', { AccessKeyId }, credentials);
    assert.equal(await refusalOf(ask(credentials.accessKeyId)), needs('sts:GetAccessKeyInfo'));
    await sts.allowUser('dave', [allow('sts:GetAccessKeyInfo')]);
    for (const [id, account] of [
      [credentials.accessKeyId, firstAccountId],
      [sts.administrator.accessKeyId, firstAccountId],
      [newAccessKeyId('AKIA', firstAccountId), firstAccountId],
      [newAccessKeyId('ASIA', '000000000001'), '000000000001'],
    ] as const) {
      assert.deepEqual(await ask(id), { Account: account });
    }
    const malformed = 'ValidationError 400 The access key ID is not valid.';
    for (const id of ['AKIAIOSFODNN7EXAMPLE0', 'AIDAAAAAAAAAAAAAAAAA', 'AKIA1111111111111111']) {
      assert.equal(await refusalOf(ask(id)), malformed, id);
    }
  });
});

describe('DecodeAuthorizationMessage', () => {
  const question = {
    principal: { kind: 'user', accountId: firstAccountId, arn: dave, uniqueId: 'AIDA1' },
    principalId: 'AIDA1',
    action: 'ec2:RunInstances',
    resource: '*',
    resourceAccount: firstAccountId,
    conditions: [],
  } as const;
  const decision = {
    decision: 'implicitDeny',
    matchedStatements: [],
    stoppedBy: 'identity',
    missingContextValues: [],
  } as const;

  it('opens what was sealed for the caller’s account', async (test) => {
    const sts = await openTestSts(test);
    const { sealing } = sts.store;
    const credentials = await sts.createUser('dave');
    const message = encodeAuthorizationMessage(sealing, firstAccountId, question, decision);
    const decode = (EncodedMessage: string, by: object = credentials) =>
      sts.call('sts', 'DecodeAuthorizationMessage', { EncodedMessage }, by as never);
    assert.equal(await refusalOf(decode(message)), needs('sts:DecodeAuthorizationMessage'));
    await sts.allowUser('dave', [allow('sts:DecodeAuthorizationMessage')]);
    assert.deepEqual(await decode(message), {
      DecodedMessage: decodeAuthorizationMessage(sealing, firstAccountId, message),
    });
    await sts.services.operator.createAccount({ name: 'second', accountId: '222222222222' });
    const other = await sts.services.operator.credentials({ accountId: '222222222222' });
    const ofOther = encodeAuthorizationMessage(sealing, '222222222222', question, decision);
    await decode(ofOther, other);
    const invalid = 'InvalidAuthorizationMessageException 400 The message was invalid.';
    const { sessionToken } = await sts.services.operator.credentials({});
    for (const [text, by] of [
      [ofOther, credentials],
      [message, other],
      [`${message}A`, credentials],
      [`${message}\n`, credentials],
      [message.slice(0, -1), credentials],
      ['AAAA', credentials],
      [sessionToken, credentials],
    ] as const) {
      assert.equal(await refusalOf(decode(text, by)), invalid);
    }
  });
});

describe('AssumeRoot', () => {
  it('is refused: no account manages others', async (test) => {
    const sts = await openTestSts(test);
    await sts.services.operator.createAccount({ name: 'second', accountId: '222222222222' });
    const credentials = await sts.createUser('dave');
    const task = 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy';
    const ask = (TargetPrincipal: string, arn = task) =>
      sts.call('sts', 'AssumeRoot', { TargetPrincipal, TaskPolicyArn: { arn } }, credentials);
    const denied = (accountId: string) =>
      `AccessDenied 403 User: ${dave} is not authorized to perform: sts:AssumeRoot on resource: ` +
      `arn:aws:iam::${accountId}:root`;
    const accounts = [firstAccountId, '222222222222', '333333333333'];
    for (const statements of [[], [allow('sts:AssumeRoot')]]) {
      if (statements.length > 0) await sts.allowUser('dave', statements);
      for (const accountId of accounts) {
        assert.equal(await refusalOf(ask(accountId)), denied(accountId));
        assert.equal(await refusalOf(ask(`arn:aws:iam::${accountId}:root`)), denied(accountId));
      }
    }
    for (const target of ['12345678901x', `${dave}`, 'arn:aws:iam::1:root:x']) {
      assert.equal(await refusalOf(ask(target)), `ValidationError 400 ${target} is invalid`);
    }
    assert.match(
      await refusalOf(ask(firstAccountId, 'arn:aws:iam::aws:policy/AdministratorAccess')),
      /^ValidationError 400 The task policy must be one of arn:aws:iam::aws:policy\/root-task\/IAMA/,
    );
  });
});

describe('what is refused for good', () => {
  it('says so, with its reason', async (test) => {
    const sts = await openTestSts(test);
    const federation = 'Federation with providers of identity is not served yet.';
    for (const [operation, reason] of [
      ['AssumeRoleWithSAML', federation],
      ['AssumeRoleWithWebIdentity', federation],
      ['GetWebIdentityToken', federation],
      ['GetScopedCredentials', 'AWS has not published what it does.'],
      [
        'GetDelegatedAccessToken',
        'Tokens to trade in are sent to partners that AWS has registered, and none is here.',
      ],
    ] as const) {
      assert.equal(
        await refusalOf(sts.call('sts', operation)),
        `NotImplemented 501 The operation ${operation} is not implemented. ${reason}`,
      );
    }
  });
});
