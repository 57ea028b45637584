import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import jsqr from 'jsqr';
import { mfaKeyUri, qrCodePng } from './mfa-qr-code.ts';

/** The chunks of a PNG, each with its sum verified. */
function chunksOf(png: Uint8Array): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(png);
  assert.equal(bytes.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    assert.equal(bytes.readUInt32BE(end), crc32(bytes.subarray(at + 4, end)));
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, end));
    at = end + 4;
  }
  assert.deepEqual([...chunks.keys()], ['IHDR', 'IDAT', 'IEND']);
  return chunks;
}

/** Reads the picture as a camera would. */
function scan(png: Uint8Array): string | undefined {
  const chunks = chunksOf(png);
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  // Eight bits of grey, deflate, no filter method of its own, not interlaced.
  assert.deepEqual([...header.subarray(8)], [8, 0, 0, 0, 0]);
  const lines = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  assert.equal(lines.length, height * (width + 1));
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    assert.equal(lines[y * (width + 1)], 0, 'an unfiltered line');
    for (let x = 0; x < width; x += 1) {
      const grey = lines[y * (width + 1) + 1 + x] ?? 0;
      pixels.fill(grey, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return jsqr.default(pixels, width, height)?.data;
}

test('the picture is a PNG that a camera reads', () => {
  const seed = 'MFRGGZDFMZTWQ2LK'.repeat(4);
  const uri = mfaKeyUri('phone', '111111111111', seed);
  assert.equal(uri, `otpauth://totp/Carnet:phone@111111111111?secret=${seed}&issuer=Carnet`);
  assert.equal(scan(qrCodePng(uri)), uri);
  const long = mfaKeyUri('p'.repeat(200), 'a-long-alias-of-an-account'.repeat(2), seed);
  assert.equal(scan(qrCodePng(long)), long);
});

test('what a name may hold does not end the label', () => {
  const uri = mfaKeyUri('dave+phone=1,a@b.c', 'photos', 'AAAA');
  const { pathname, searchParams } = new URL(uri);
  assert.equal(decodeURIComponent(pathname), '/Carnet:dave+phone=1,a@b.c@photos');
  assert.deepEqual(
    [...searchParams],
    [
      ['secret', 'AAAA'],
      ['issuer', 'Carnet'],
    ],
  );
});
