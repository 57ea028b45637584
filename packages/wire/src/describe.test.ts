import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeForRecord } from './describe.ts';
import { serviceModel } from './models.ts';

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

it('a record of any operation that gives credentials holds neither secret nor token', () => {
  const model = serviceModel('sts');
  assert.ok(model);
  const Credentials = {
    AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    SecretAccessKey: 'canary secret',
    SessionToken: 'canary token',
    Expiration: new Date(0),
  };
  const giving = Object.keys(model.operations).filter((operation) => {
    const described = describeForRecord(model, operation, 'output', { Credentials });
    if (described === undefined || JSON.stringify(described) === '{}') return false;
    const expected = {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: hidden,
      sessionToken: hidden,
      expiration: '1970-01-01T00:00:00.000Z',
    };
    assert.deepEqual(described, { credentials: expected }, operation);
    return true;
  });
  assert.deepEqual(giving.sort(), [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'AssumeRoot',
    'GetDelegatedAccessToken',
    'GetFederationToken',
    'GetScopedCredentials',
    'GetSessionToken',
  ]);
});

it('nor the codes and tokens that they are asked for with', () => {
  const model = serviceModel('sts');
  assert.ok(model);
  for (const [operation, member] of [
    ['AssumeRole', 'TokenCode'],
    ['GetSessionToken', 'TokenCode'],
    ['AssumeRoleWithSAML', 'SAMLAssertion'],
    ['AssumeRoleWithWebIdentity', 'WebIdentityToken'],
    ['GetDelegatedAccessToken', 'TradeInToken'],
  ] as const) {
    const described = describeForRecord(model, operation, 'input', { [member]: 'canary' });
    assert.deepEqual(Object.values(described ?? {}), [hidden], operation);
  }
});
