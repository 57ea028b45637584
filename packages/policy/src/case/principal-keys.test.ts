import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '../principal.ts';
import { principalKeys } from './principal-keys.ts';

const accountId = '111122223333';
const userArn = `arn:aws:iam::${accountId}:user/photos/dave`;
const root = `arn:aws:iam::${accountId}:root`;
const roleArn = `arn:aws:iam::${accountId}:role/photos/App`;
const session = `arn:aws:sts::${accountId}:assumed-role/App/one`;
const federated = `arn:aws:sts::${accountId}:federated-user/guest`;

/** Account, ARN, type, whether a service, name, id. */
function keysOf(principal: Principal): readonly (string | undefined)[] {
  const keys = principalKeys(principal, '444455556666');
  assert.equal(keys.get('aws:resourceaccount'), '444455556666');
  const names = ['principalaccount', 'principalarn', 'principaltype', 'principalisawsservice'];
  return [...names, 'username', 'userid'].map((name) => keys.get(`aws:${name}`));
}

test('the keys that follow from who asks, and none that would be a guess', () => {
  const absent = undefined;
  const rows: readonly (readonly [Principal, readonly (string | undefined)[]])[] = [
    [{ kind: 'anonymous' }, [absent, absent, 'Anonymous', absent, absent, absent]],
    [
      { kind: 'service', service: 'ec2.amazonaws.com' },
      [absent, absent, absent, 'true', absent, absent],
    ],
    [
      { kind: 'root', accountId, arn: root },
      [accountId, root, 'Account', 'false', absent, accountId],
    ],
    [
      { kind: 'user', accountId, arn: userArn, uniqueId: 'unknown' },
      [accountId, userArn, 'User', 'false', 'dave', absent],
    ],
    [
      { kind: 'user', accountId, arn: userArn, uniqueId: 'AIDA1' },
      [accountId, userArn, 'User', 'false', 'dave', 'AIDA1'],
    ],
    [
      { kind: 'assumedRole', accountId, arn: session, roleArn, uniqueId: 'unknown' },
      [accountId, roleArn, 'AssumedRole', 'false', absent, absent],
    ],
    [
      { kind: 'assumedRole', accountId, arn: session, roleArn, uniqueId: 'AROA1' },
      [accountId, roleArn, 'AssumedRole', 'false', absent, 'AROA1:one'],
    ],
    [
      { kind: 'federatedUser', accountId, arn: federated, userArn, uniqueId: 'unknown' },
      [accountId, federated, 'FederatedUser', 'false', absent, `${accountId}:guest`],
    ],
  ];
  for (const [principal, expected] of rows) assert.deepEqual(keysOf(principal), expected);
});
