import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrincipalElement, PrincipalEntry } from '../policy-document.ts';
import type { Principal } from '../principal.ts';
import {
  ACCOUNT,
  ANONYMOUS,
  DAVE,
  EC2,
  FEDERATED,
  OTHER_ACCOUNT,
  PHOTO_APP,
  ROOT,
} from '../test-support.ts';
import { compilePrincipalElement, type PrincipalMatch } from './principal.ts';

const POSITION = { line: 1, column: 1, offset: 0 };

function element(negated: boolean, ...entries: (readonly [PrincipalEntry['type'], string])[]) {
  const read = entries.map(([type, text]) => ({ type, value: { text, position: POSITION } }));
  return { kind: 'PrincipalElement', negated, entries: read } satisfies PrincipalElement;
}

function match(
  principal: Principal,
  named: PrincipalElement,
  effect: 'Allow' | 'Deny' = 'Allow',
  hasBoundary = false,
): PrincipalMatch {
  return compilePrincipalElement(named, effect)({ principal, hasBoundary });
}

const ALL = [DAVE, ROOT, PHOTO_APP, FEDERATED, EC2, ANONYMOUS];

test('a star is everybody, anonymous included', () => {
  for (const principal of ALL) {
    assert.equal(match(principal, element(false, ['*', '*'])), 'direct');
    assert.equal(match(principal, element(false, ['AWS', '*'])), 'direct');
  }
});

test('an account delegates to everyone in it and names nobody', () => {
  for (const text of [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`]) {
    const named = element(false, ['AWS', text]);
    for (const principal of [DAVE, ROOT, PHOTO_APP, FEDERATED]) {
      assert.equal(match(principal, named), 'account');
    }
    assert.equal(match(EC2, named), 'none');
    assert.equal(match(ANONYMOUS, named), 'none');
  }
  assert.equal(match(DAVE, element(false, ['AWS', OTHER_ACCOUNT])), 'none');
});

test('users, sessions and what is behind a session', () => {
  const rows: readonly (readonly [Principal, string, PrincipalMatch])[] = [
    [DAVE, `arn:aws:iam::${ACCOUNT}:user/staff/dave`, 'direct'],
    [DAVE, 'AIDADAVE567890123456', 'direct'],
    [DAVE, `arn:aws:iam::${ACCOUNT}:user/dave`, 'none'],
    [DAVE, `arn:aws:iam::${ACCOUNT}:user/staff/Dave`, 'none'],
    [DAVE, 'AIDASOMEBODYELSE0000', 'none'],
    [{ ...DAVE, uniqueId: 'AIDA12345678' }, 'AIDA12345678', 'direct'],
    [{ ...DAVE, uniqueId: '111122223333AIDA' }, '111122223333AIDA', 'direct'],
    [PHOTO_APP, `arn:aws:sts::${ACCOUNT}:assumed-role/PhotoAppRole/i-0123`, 'direct'],
    [PHOTO_APP, `arn:aws:sts::${ACCOUNT}:assumed-role/PhotoAppRole/other`, 'none'],
    [PHOTO_APP, `arn:aws:iam::${ACCOUNT}:role/apps/PhotoAppRole`, 'role'],
    [PHOTO_APP, `arn:aws:iam::${ACCOUNT}:role/PhotoAppRole`, 'none'],
    [PHOTO_APP, 'AROAPHOTO67890123456', 'role'],
    [PHOTO_APP, 'AROAPHOTO67890123456:i-0123', 'direct'],
    [PHOTO_APP, 'AROAPHOTO67890123456:0123', 'none'],
    [PHOTO_APP, 'AROAPHOTO67890123456:i-01234', 'none'],
    [PHOTO_APP, 'AROAPHOTO67890123456:', 'none'],
    [PHOTO_APP, 'AROASOMEBODYELSE0000:i-0123', 'none'],
    [FEDERATED, 'AIDABROKER0123456789:guest', 'none'],
    [FEDERATED, `arn:aws:sts::${ACCOUNT}:federated-user/guest`, 'direct'],
    [FEDERATED, `arn:aws:iam::${ACCOUNT}:user/broker`, 'role'],
    [FEDERATED, `arn:aws:iam::${ACCOUNT}:user/guest`, 'none'],
    [FEDERATED, 'AIDABROKER0123456789', 'role'],
    [ROOT, `arn:aws:iam::${ACCOUNT}:user/staff/dave`, 'none'],
  ];
  for (const [principal, text, expected] of rows) {
    assert.equal(match(principal, element(false, ['AWS', text])), expected, text);
  }
});

test('a service is named by its own name, and by nothing else', () => {
  assert.equal(match(EC2, element(false, ['Service', 'ec2.amazonaws.com'])), 'direct');
  assert.equal(match(EC2, element(false, ['Service', 'lambda.amazonaws.com'])), 'none');
  assert.equal(match(EC2, element(false, ['AWS', 'ec2.amazonaws.com'])), 'none');
  assert.equal(match(DAVE, element(false, ['Service', 'ec2.amazonaws.com'])), 'none');
});

test('of several entries the nearest counts, in any order', () => {
  const account = ['AWS', ACCOUNT] as const;
  const user = ['AWS', 'AIDADAVE567890123456'] as const;
  assert.equal(match(DAVE, element(false, account, user)), 'direct');
  assert.equal(match(DAVE, element(false, user, account)), 'direct');
  assert.equal(match(DAVE, element(false, account, ['AWS', OTHER_ACCOUNT])), 'account');
  const role = ['AWS', 'AROAPHOTO67890123456'] as const;
  const session = ['AWS', PHOTO_APP.arn] as const;
  assert.equal(match(PHOTO_APP, element(false, account, role)), 'role');
  assert.equal(match(PHOTO_APP, element(false, role, account)), 'role');
  assert.equal(match(PHOTO_APP, element(false, role, session)), 'direct');
  assert.equal(match(PHOTO_APP, element(false, session, role)), 'direct');
});

test('Allow with NotPrincipal takes in all but those named in any way', () => {
  const named = element(true, ['AWS', ACCOUNT]);
  assert.equal(match(DAVE, named), 'none');
  assert.equal(match(EC2, named), 'direct');
  assert.equal(match(ANONYMOUS, named), 'direct');
  assert.equal(match(DAVE, element(true, ['*', '*'])), 'none');
});

test('Deny with NotPrincipal excepts only who is listed with all that stands for them', () => {
  const account = ['AWS', ACCOUNT] as const;
  const role = ['AWS', `arn:aws:iam::${ACCOUNT}:role/apps/PhotoAppRole`] as const;
  const session = ['AWS', `arn:aws:sts::${ACCOUNT}:assumed-role/PhotoAppRole/i-0123`] as const;
  const user = ['AWS', `arn:aws:iam::${ACCOUNT}:user/staff/dave`] as const;
  const rows: readonly (readonly [Principal, PrincipalElement, PrincipalMatch])[] = [
    [DAVE, element(true, user, account), 'none'],
    [DAVE, element(true, user), 'direct'],
    [DAVE, element(true, account), 'direct'],
    [PHOTO_APP, element(true, account, role, session), 'none'],
    [PHOTO_APP, element(true, role, session), 'direct'],
    [PHOTO_APP, element(true, account, role), 'direct'],
    [PHOTO_APP, element(true, account, session), 'direct'],
    [ROOT, element(true, account), 'none'],
    [EC2, element(true, ['Service', 'ec2.amazonaws.com']), 'none'],
    [EC2, element(true, account), 'direct'],
    [ANONYMOUS, element(true, account, user), 'direct'],
    [ANONYMOUS, element(true, ['AWS', '*']), 'none'],
    [ANONYMOUS, element(true, ['*', '*']), 'none'],
    [ANONYMOUS, element(true, user, ['AWS', '*']), 'none'],
    [ROOT, element(true, user), 'direct'],
    [DAVE, element(true, ['Service', '*']), 'direct'],
    [ANONYMOUS, element(true, ['Service', '*']), 'direct'],
  ];
  for (const [principal, named, expected] of rows) {
    assert.equal(match(principal, named, 'Deny'), expected, JSON.stringify(named.entries));
  }
});

test('Deny with NotPrincipal always denies a principal that carries a boundary', () => {
  const account = ['AWS', ACCOUNT] as const;
  const user = ['AWS', `arn:aws:iam::${ACCOUNT}:user/staff/dave`] as const;
  assert.equal(match(DAVE, element(true, user, account), 'Deny', true), 'direct');
  assert.equal(match(DAVE, element(true, ['*', '*']), 'Deny', true), 'direct');
  assert.equal(match(DAVE, element(true, ['AWS', '*']), 'Deny', true), 'direct');
});

test('principals that no caller is yet are met by nobody', () => {
  const provider = `arn:aws:iam::${ACCOUNT}:saml-provider/corp`;
  for (const principal of ALL) {
    assert.equal(match(principal, element(false, ['Federated', provider])), 'none');
    assert.equal(match(principal, element(false, ['CanonicalUser', 'a'.repeat(64)])), 'none');
  }
});

test('an account of another partition is another account', () => {
  const near = (text: string) =>
    compilePrincipalElement(
      element(false, ['AWS', text]),
      'Allow',
    )({
      principal: DAVE,
      hasBoundary: false,
    });
  assert.equal(near(`arn:aws:iam::${ACCOUNT}:root`), 'account');
  assert.equal(near(`arn:aws-cn:iam::${ACCOUNT}:root`), 'none');
  assert.equal(near(ACCOUNT), 'account');
  const chinese = { ...DAVE, arn: `arn:aws-cn:iam::${ACCOUNT}:user/arn:aws:/dave` };
  const named = element(false, ['AWS', `arn:aws:iam::${ACCOUNT}:root`]);
  const ask = compilePrincipalElement(named, 'Allow');
  assert.equal(ask({ principal: chinese, hasBoundary: false }), 'none');
});
