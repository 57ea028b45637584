import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openStore } from './open-store.ts';
import { createSealing, generateDataKey, unwrapDataKey, wrapDataKey } from './sealing.ts';
import { openTestStore, temporaryDirectory } from './test-support.ts';

const plaintext = Buffer.from('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');

describe('sealing', () => {
  const key = generateDataKey('secret');
  const sealing = createSealing([key, generateDataKey('session')]);

  it('opensExactlyWhatItSealed', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), text, text, (bytes, context, other) => {
        const sealed = sealing.seal('secret', context, bytes);
        const opened = sealing.open('secret', context, sealed);
        assert.ok(opened !== undefined && Buffer.compare(opened, bytes) === 0);
        if (other !== context) assert.equal(sealing.open('secret', other, sealed), undefined);
        assert.equal(sealing.open('secret', context, other), undefined);
      }),
    );
  });

  it('names its data key, hides the text, and never seals alike twice', () => {
    const sealed = sealing.seal('secret', 'c', plaintext);
    assert.match(sealed, /^[A-Za-z0-9_-]+$/);
    const bytes = Buffer.from(sealed, 'base64url');
    assert.ok(bytes.includes(Buffer.from(key.id, 'hex')));
    assert.ok(!bytes.includes(plaintext.subarray(0, 8)));
    assert.notEqual(sealing.seal('secret', 'c', plaintext), sealed);
  });

  it('refuses what has any byte flipped, cut or added', () => {
    const sealed = Buffer.from(sealing.seal('secret', 'c', plaintext), 'base64url');
    for (let index = 0; index < sealed.length; index += 1) {
      for (const bit of [0x01, 0x80]) {
        const altered = Buffer.from(sealed);
        altered.writeUInt8(altered.readUInt8(index) ^ bit, index);
        assert.equal(sealing.open('secret', 'c', altered.toString('base64url')), undefined);
      }
      assert.equal(
        sealing.open('secret', 'c', sealed.subarray(0, index).toString('base64url')),
        undefined,
      );
    }
    const longer = Buffer.concat([sealed, Buffer.alloc(1)]).toString('base64url');
    assert.equal(sealing.open('secret', 'c', longer), undefined);
  });

  it('refuses another spelling of the same bytes', () => {
    const sealed = sealing.seal('secret', 'c', Buffer.from('abc'));
    const last = sealed.length - 1;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spellings = [...alphabet].map((character) => sealed.slice(0, last) + character);
    const bytes = Buffer.from(sealed, 'base64url');
    const same = spellings.filter((text) => Buffer.from(text, 'base64url').equals(bytes));
    assert.ok(same.length > 1);
    assert.deepEqual(
      same.filter((text) => sealing.open('secret', 'c', text) !== undefined),
      [sealed],
    );
    for (const text of [`${sealed}=`, `${sealed}\n`, ` ${sealed}`, '', 'x']) {
      assert.equal(sealing.open('secret', 'c', text), undefined);
    }
  });

  it('refuses another context, purpose or deployment', () => {
    const sealed = sealing.seal('secret', 'AKIA1', plaintext);
    assert.ok(sealing.open('secret', 'AKIA1', sealed));
    for (const context of ['AKIA2', '', 'AKIA', 'AKIA11', 'akia1']) {
      assert.equal(sealing.open('secret', context, sealed), undefined);
    }
    assert.equal(sealing.open('session', 'AKIA1', sealed), undefined);
    const sameIds = createSealing([
      { ...key, key: generateDataKey('secret').key },
      { ...key, id: '00'.repeat(8), purpose: 'session' },
    ]);
    assert.equal(sameIds.open('secret', 'AKIA1', sealed), undefined);
    assert.equal(createSealing([]).open('secret', 'AKIA1', sealed), undefined);
    assert.throws(() => createSealing([]).seal('secret', '', plaintext), /no data key/);
  });

  it('does not take the head of one sealing for that of another', () => {
    const twice = createSealing([key, { ...key, id: '11'.repeat(8) }]);
    const sealed = Buffer.from(sealing.seal('secret', 'c', plaintext), 'base64url');
    sealed.fill(0x11, 1, 9);
    assert.equal(twice.open('secret', 'c', sealed.toString('base64url')), undefined);
  });
});

describe('a wrapped data key', () => {
  const masterKey = Buffer.alloc(32, 1);

  it('opens under its master key, id and purpose alone', () => {
    const dataKey = generateDataKey('secret');
    const { id, purpose } = dataKey;
    const wrapped = wrapDataKey(masterKey, dataKey);
    assert.deepEqual(unwrapDataKey(masterKey, { id, purpose, wrapped })?.key, dataKey.key);
    const other = Buffer.alloc(32, 2);
    assert.equal(unwrapDataKey(other, { id, purpose, wrapped }), undefined);
    assert.equal(unwrapDataKey(masterKey, { id: '00', purpose, wrapped }), undefined);
    assert.equal(unwrapDataKey(masterKey, { id, purpose: 'session', wrapped }), undefined);
    assert.equal(unwrapDataKey(masterKey, { id, purpose, wrapped: 'AAAA' }), undefined);
  });
});

describe('rotateDataKey', () => {
  it('seals under a new key, and still opens what the old one sealed', async (t) => {
    const store = await openTestStore(t, 'memory', { clock: () => 0 });
    const old = store.sealing.seal('secret', 'c', plaintext);
    const session = store.sealing.seal('session', 'c', plaintext);
    await store.rotateDataKey('secret');
    const renewed = store.sealing.seal('secret', 'c', plaintext);
    assert.notEqual(keyIdOf(renewed), keyIdOf(old));
    assert.equal(keyIdOf(store.sealing.seal('session', 'c', plaintext)), keyIdOf(session));
    for (const sealed of [old, renewed]) {
      assert.deepEqual(store.sealing.open('secret', 'c', sealed), plaintext);
    }
  });

  it('lasts, even when the clock was set back', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    let now = 5000;
    const first = await openStore({ dataDirectory, clock: () => now });
    const old = first.sealing.seal('secret', 'c', plaintext);
    now = 1000;
    await first.rotateDataKey('secret');
    const renewed = first.sealing.seal('secret', 'c', plaintext);
    await first.close();
    const second = await openStore({ dataDirectory, clock: () => now });
    t.after(() => second.close());
    assert.equal(keyIdOf(second.sealing.seal('secret', 'c', plaintext)), keyIdOf(renewed));
    for (const sealed of [old, renewed]) {
      assert.deepEqual(second.sealing.open('secret', 'c', sealed), plaintext);
    }
  });

  function keyIdOf(sealed: string): string {
    return Buffer.from(sealed, 'base64url').toString('hex', 1, 9);
  }
});
