import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  fingerprintOf,
  isPem,
  type RsaPublicKey,
  readRsaPublicKey,
  writePem,
  writeSshLine,
} from './rsa-public-key.ts';
import { otherPrivateKey, rsaCertificate, rsaPrivateKey } from './testing-certificate.ts';
import {
  ecPublicKeyPem,
  madeSshPublicKey,
  shortSshPublicKey,
  sshField,
  sshPublicKey,
  sshPublicKeyFingerprint,
  sshPublicKeyPem,
  sshPublicKeyPkcs1,
} from './testing-ssh-public-key.ts';

function read(body: string): RsaPublicKey {
  const key = readRsaPublicKey(body);
  assert.ok(typeof key !== 'string', `${key}: ${body.slice(0, 60)}`);
  return key;
}

const line = (...fields: Buffer[]) => `ssh-rsa ${Buffer.concat(fields).toString('base64')}`;
const type = sshField('ssh-rsa');
const exponent = sshField(Buffer.of(1, 0, 1));
const modulusBytes = Buffer.concat([Buffer.of(0), Buffer.alloc(255, 0xab), Buffer.of(1)]);
const modulus = sshField(modulusBytes);

test('each form of a key is the same key, as ssh-keygen has it', () => {
  const forms = [
    sshPublicKey,
    `${sshPublicKey} dave`,
    `  ${sshPublicKey} dave@photos two words\n`,
    sshPublicKey.replace(' ', '\t '),
    sshPublicKeyPem,
    sshPublicKeyPem.replaceAll('\n', '\r\n'),
    sshPublicKeyPkcs1.trim(),
  ];
  for (const form of forms) {
    const key = read(form);
    assert.equal(writeSshLine(key), sshPublicKey);
    assert.equal(writePem(key), sshPublicKeyPem);
    assert.equal(fingerprintOf(key), sshPublicKeyFingerprint);
  }
  assert.deepEqual(forms.map(isPem), [false, false, false, false, true, true, true]);
});

test('made keys are taken, so that what is refused below is refused for what it says', () => {
  assert.equal(writeSshLine(read(line(type, exponent, modulus))), line(type, exponent, modulus));
  assert.equal(writeSshLine(read(madeSshPublicKey(7))), madeSshPublicKey(7));
  assert.match(madeSshPublicKey(7, 257), /Q==$/);
  read(madeSshPublicKey(7, 257));
  read(madeSshPublicKey(7, 2048));
});

test('what has neither form is not recognized', () => {
  for (const body of [
    'photos',
    'ssh-rsa',
    'ssh-rsa ',
    'ssh-rsaAAAA',
    sshPublicKey.replace('ssh-rsa', 'ssh-ed25519'),
    sshPublicKey.replace('ssh-rsa', 'SSH-RSA'),
    `from="127.0.0.1" ${sshPublicKey}`,
    rsaPrivateKey,
    otherPrivateKey,
    rsaCertificate,
    sshPublicKeyPem + rsaPrivateKey,
    rsaPrivateKey + sshPublicKeyPem,
    sshPublicKeyPem + sshPublicKeyPem,
    sshPublicKeyPem + rsaPrivateKey + sshPublicKeyPem,
    `key\n${sshPublicKeyPem}`,
    `${sshPublicKeyPem}key`,
    sshPublicKeyPem.replace('-----END PUBLIC KEY-----', ''),
    '-----END PUBLIC KEY----------BEGIN PUBLIC KEY-----',
    '-----BEGIN PUBLIC KEY-----',
  ]) {
    assert.equal(readRsaPublicKey(body), 'unrecognized', body.slice(0, 60));
  }
});

/** RSA for one kind of signature alone, which has no form of SSH. */
const pssKey = generateKeyPairSync('rsa-pss', { modulusLength: 1024 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

test('hostile keys are invalid', () => {
  const bytes = (...values: number[]) => sshField(Buffer.from(values));
  const length = (value: number) => {
    const written = Buffer.alloc(4);
    written.writeUInt32BE(value);
    return written;
  };
  const keys = {
    'no base64': 'ssh-rsa %%%%',
    'two lines': `${sshPublicKey} dave\n${sshPublicKey}`,
    base64url: sshPublicKey.replace(/[+/]/, '_'),
    'base64 without its end': madeSshPublicKey(7, 257).replace(/=+$/, ''),
    'base64 with bits behind its end': madeSshPublicKey(7, 257).replace(/.==$/, 'R=='),
    'the type alone': line(type),
    'no modulus': line(type, exponent),
    'four fields': line(type, exponent, modulus, exponent),
    'bytes behind it': line(type, exponent, modulus, Buffer.of(0)),
    'a length beyond the end': line(type, exponent, length(258), modulusBytes),
    'the greatest length': line(type, exponent, length(0xffffffff), modulusBytes),
    'half a length': line(type, exponent, Buffer.of(0, 0)),
    'another type inside': line(sshField('ssh-dss'), exponent, modulus),
    'a longer type inside': line(sshField('ssh-rsa\0'), exponent, modulus),
    'exponent and modulus exchanged': line(type, modulus, exponent),
    'no exponent': line(type, bytes(), modulus),
    'exponent zero': line(type, bytes(0), modulus),
    'exponent one': line(type, bytes(1), modulus),
    'an even exponent': line(type, bytes(4), modulus),
    'a negative exponent': line(type, bytes(0x83), modulus),
    'a padded exponent': line(type, bytes(0, 3), modulus),
    'a giant exponent': line(type, sshField(Buffer.alloc(33, 1)), modulus),
    'a negative modulus': line(type, exponent, sshField(modulusBytes.subarray(1))),
    'a padded modulus': line(type, exponent, sshField(Buffer.concat([Buffer.of(0), modulusBytes]))),
    'an even modulus': line(type, exponent, sshField(Buffer.concat([modulusBytes, Buffer.of(0)]))),
    '1,024 bits': shortSshPublicKey,
    '2,047 bits': line(type, exponent, sshField(Buffer.alloc(256, 0x7f))),
    '16,392 bits': madeSshPublicKey(7, 2049),
    'a curve': ecPublicKeyPem,
    'an RSASSA-PSS key': pssKey,
    'an empty PEM': '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
    'PEM of nonsense': '-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----',
    'the wrong label': sshPublicKeyPkcs1.replaceAll('RSA PUBLIC', 'PUBLIC').replace('M', 'N'),
  };
  for (const [what, body] of Object.entries(keys)) {
    assert.equal(readRsaPublicKey(body), 'invalid', what);
  }
});

test('no cut or changed byte of a key is anything but a key or invalid', () => {
  const wire = Buffer.from(sshPublicKey.slice('ssh-rsa '.length), 'base64');
  for (let index = 1; index < wire.length; index += 1) {
    assert.equal(readRsaPublicKey(line(wire.subarray(0, index))), 'invalid', `cut at ${index}`);
    const changed = Buffer.from(wire);
    changed[index] = (changed[index] ?? 0) ^ 0xff;
    const key = readRsaPublicKey(line(changed));
    assert.ok(key === 'invalid' || typeof key !== 'string', `changed at ${index}`);
  }
});
