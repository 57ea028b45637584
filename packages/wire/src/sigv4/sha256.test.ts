import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptySha256, equalDigests, latin1Bytes, sha256Hex } from './sha256.ts';

describe('digests', () => {
  it('are hashed from bytes and from text', () => {
    assert.equal(sha256Hex(''), emptySha256);
    assert.equal(sha256Hex(new Uint8Array(0)), emptySha256);
    assert.equal(sha256Hex('é'), sha256Hex(Uint8Array.of(0xc3, 0xa9)));
    assert.deepEqual([...latin1Bytes('aé')], [0x61, 0xe9]);
  });

  it('are equal in every character or not at all', () => {
    assert.equal(equalDigests(emptySha256, emptySha256), true);
    for (let at = 0; at < 64; at++) {
      const other = `${emptySha256.slice(0, at)}x${emptySha256.slice(at + 1)}`;
      assert.equal(equalDigests(emptySha256, other), false);
    }
    for (const other of ['', emptySha256.slice(1), `${emptySha256}0`]) {
      assert.equal(equalDigests(emptySha256, other), false);
      assert.equal(equalDigests(other, emptySha256), false);
    }
    assert.equal(equalDigests('', ''), false);
  });

  it('never take a byte from the comparison before', () => {
    assert.equal(equalDigests(emptySha256, emptySha256), true);
    // Two bytes do not fit into the last place, which then holds what it held.
    const cut = `${emptySha256.slice(0, 63)}é`;
    assert.equal(equalDigests(emptySha256, cut), false);
    assert.equal(equalDigests(cut, emptySha256), false);
  });
});
