import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { checksumAlgorithms, findChecksumAlgorithm } from './checksum-algorithm.ts';
import { crc32c } from './crc32c.ts';
import { crc64nvme } from './crc64nvme.ts';

/** The check values of the catalogue of CRCs, and hashes by their own standards. */
const ofDigits: Readonly<Record<string, string>> = {
  crc32: 'cbf43926',
  crc32c: 'e3069283',
  crc64nvme: 'ae8b14860a799888',
  sha1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
  sha512: createHash('sha512').update('123456789').digest('hex'),
  md5: '25f9e794323b453885f5181f1b624d0b',
};

test('every algorithm gives its check value and its length', () => {
  for (const algorithm of checksumAlgorithms) {
    const hasher = algorithm.create();
    hasher.update(Buffer.from('123456789'));
    const digest = hasher.digest();
    assert.equal(digest.toString('hex'), ofDigits[algorithm.name], algorithm.name);
    assert.equal(digest.length, algorithm.length);
  }
});

test('of nothing every CRC is zero', () => {
  for (const name of ['crc32', 'crc32c', 'crc64nvme']) {
    const digest = findChecksumAlgorithm(name)?.create().digest();
    assert.equal(digest?.toString('hex').replaceAll('0', ''), '');
  }
});

test('a checksum does not depend on how the bytes are cut', () => {
  const bytes = Buffer.from(Array.from({ length: 4099 }, (_, index) => (index * 31 + 7) & 0xff));
  for (const algorithm of checksumAlgorithms) {
    const whole = algorithm.create();
    whole.update(bytes);
    const expected = whole.digest().toString('hex');
    for (const size of [1, 3, 7, 8, 9, 64, 1000]) {
      const cut = algorithm.create();
      for (let at = 0; at < bytes.length; at += size) cut.update(bytes.subarray(at, at + size));
      assert.equal(cut.digest().toString('hex'), expected, `${algorithm.name} by ${size}`);
    }
  }
});

test('the fast CRCs agree with the definition, bit by bit', () => {
  for (let length = 0; length < 40; length++) {
    const bytes = createHash('sha512').update(String(length)).digest().subarray(0, length);
    const low = bitwise(bytes, 0x82f63b78n, 32n);
    assert.equal(BigInt(crc32c(bytes)), low);
    const { high, low: half } = crc64nvme(bytes);
    const expected = bitwise(bytes, 0x9a6c9329ac4bc9b5n, 64n);
    assert.equal((BigInt(high) << 32n) | BigInt(half), expected);
  }
});

/** A reflected CRC with all ones before and after, from its definition. */
function bitwise(bytes: Uint8Array, polynomial: bigint, width: bigint): bigint {
  const ones = (1n << width) - 1n;
  let crc = ones;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return crc ^ ones;
}
