import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { readPrivateKey } from './private-key.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1') =>
  key.export({ type, format: 'pem' }).toString();

test('RSA and EC keys in every form that OpenSSL writes', () => {
  for (const text of [pem(rsa, 'pkcs1'), pem(rsa, 'pkcs8')]) {
    for (const written of [text, text.replaceAll('\n', '\r\n'), `  key\n${text}\n`]) {
      assert.ok(readPrivateKey(written)?.equals(rsa));
    }
  }
  const parameters =
    '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  for (const text of [pem(ec, 'sec1'), pem(ec, 'pkcs8'), parameters + pem(ec, 'sec1')]) {
    assert.ok(readPrivateKey(text)?.equals(ec));
  }
});

test('nothing else is a key', () => {
  const secret = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (const text of [
    '',
    'key',
    pem(rsa, 'pkcs8').slice(0, 200),
    pem(rsa, 'pkcs8').replaceAll('PRIVATE', 'PUBLIC'),
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    rsa.export(secret).toString(),
    pem(generateKeyPairSync('ed25519').privateKey, 'pkcs8'),
    pem(rsa, 'pkcs8').replace('M', '!'),
  ]) {
    assert.equal(readPrivateKey(text), undefined, text);
  }
});

/** A DSA or Diffie-Hellman key of 16,000 bits, whose public half takes seconds to work out. */
function slowKey(algorithm: string, numbers: number): Buffer {
  const bytes = (first: number) => Buffer.alloc(2000, 0x55).fill(first, 0, 1);
  const parameters = Array.from({ length: numbers }, () => tlv(0x02, bytes(0x7f)));
  const oid = tlv(0x06, Buffer.from(algorithm, 'hex'));
  return tlv(
    0x30,
    tlv(0x02, Buffer.of(0)),
    tlv(0x30, oid, tlv(0x30, ...parameters)),
    tlv(0x04, tlv(0x02, bytes(0x7f))),
  );
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = Buffer.of(0x82, content.length >> 8, content.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, content]);
}

const dsa = slowKey('2a8648ce380401', 3);
const diffieHellman = slowKey('2a864886f70d010301', 2);

for (const [name, der] of Object.entries({ DSA: dsa, 'Diffie-Hellman': diffieHellman })) {
  for (const label of ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY']) {
    test(`no work is done for a key of ${name} as ${label}`, () => {
      const block = `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
      const start = process.cpuUsage();
      assert.equal(readPrivateKey(block), undefined);
      readPrivateKey(pem(rsa, 'pkcs8') + block);
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < 300_000, `${user + system} µs`);
    });
  }
}
