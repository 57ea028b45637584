import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  accountIdOfAccessKey,
  newAccessKeyId,
  newAccountId,
  newSamlId,
  newSecretAccessKey,
  newUniqueId,
} from './identifier.ts';

function many(make: () => string): Set<string> {
  return new Set(Array.from({ length: 2000 }, make));
}

it('unique ids have 21 characters of base32, all of them in use', () => {
  const ids = many(() => newUniqueId('AIDA'));
  assert.equal(ids.size, 2000);
  for (const id of ids) assert.match(id, /^AIDA[A-Z2-7]{17}$/);
  assert.equal(new Set([...ids].join('')).size, 32);
});

it('ids of SAML providers and of their keys have 22 characters', () => {
  const ids = many(() => newSamlId('SAMLSP'));
  assert.equal(ids.size, 2000);
  for (const id of ids) assert.match(id, /^SAMLSP[A-Z0-9]{16}$/);
  assert.match(newSamlId('SAMLPK'), /^SAMLPK[A-Z0-9]{16}$/);
});

it('access key ids carry their account as AWS writes it', () => {
  for (const accountId of ['000000000000', '000000000001', '123456789012', '999999999999']) {
    const ids = many(() => newAccessKeyId('AKIA', accountId));
    assert.equal(ids.size, 2000);
    for (const id of ids) {
      assert.match(id, /^AKIA[Q-Z2-7][A-Z2-7]{15}$/);
      assert.equal(accountIdOfAccessKey(id), accountId);
      assert.equal(byTheFormula(id), accountId);
    }
  }
  assert.match(newAccessKeyId('ASIA', newAccountId()), /^ASIA/);
  assert.throws(() => newAccessKeyId('AKIA', '12345678901'), /12 digits/);
});

/** As published: six bytes of base32, big-endian, `& 0x7fffffffff80`, `>> 7`. */
function byTheFormula(accessKeyId: string): string {
  const bits = [...accessKeyId.slice(4)]
    .map((character) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character))
    .map((value) => value.toString(2).padStart(5, '0'))
    .join('');
  const value = (BigInt(`0b${bits.slice(0, 48)}`) & 0x7fffffffff80n) >> 7n;
  return value.toString().padStart(12, '0');
}

it('the account of ids that AWS made is found', () => {
  // Of published articles on the format; an id alone is no secret.
  assert.equal(accountIdOfAccessKey('ASIAY34FZKBOKMUTVV7A'), '609629065308');
  assert.equal(accountIdOfAccessKey('ASIAQNZGKIQY56JQ7WML'), '029608264753');
});

it('what is no access key id has no account', () => {
  for (const id of [
    '',
    'AKIA',
    'AKIAQNZGKIQY56JQ7WM',
    'AKIAQNZGKIQY56JQ7WML1',
    'akiaqnzgkiqy56jq7wml',
  ]) {
    assert.equal(accountIdOfAccessKey(id), undefined);
  }
  assert.equal(accountIdOfAccessKey('AKIAQNZGKIQY56JQ7WM1'), undefined);
  assert.equal(accountIdOfAccessKey('AKIAQNZGKIQY56JQ7WM\n'), undefined);
  // Forty set bits are more than twelve digits hold.
  assert.equal(accountIdOfAccessKey('AKIA7777777777777777'), undefined);
});

it('secrets have 40 characters of base64', () => {
  const secrets = many(newSecretAccessKey);
  assert.equal(secrets.size, 2000);
  for (const secret of secrets) assert.match(secret, /^[A-Za-z0-9+/]{40}$/);
});

it('account ids have 12 digits and no leading zero', () => {
  const ids = many(newAccountId);
  for (const id of ids) assert.match(id, /^[1-9][0-9]{11}$/);
  assert.ok(ids.size > 1990);
});
