import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Zippable, zipSync } from 'fflate';
import { MalformedZip, readZip, ZipTooLarge } from './zip.ts';

const bytes = new TextEncoder().encode('exports.handler = () => 1;');

/** A zip with a name written over another one of the same length, wherever it stands. */
function renamed(files: Zippable, from: string, to: string): Uint8Array {
  assert.equal(from.length, to.length);
  return Buffer.from(Buffer.from(zipSync(files)).toString('latin1').replaceAll(from, to), 'latin1');
}

/** The central directory's entry of a zip with one file, from its signature on. */
function withCentral(change: (entry: Buffer) => void): Uint8Array {
  const zip = Buffer.from(zipSync({ 'index.js': bytes }));
  change(zip.subarray(zip.indexOf('PK\x01\x02', 0, 'latin1')));
  return zip;
}

describe('a zip', () => {
  test('gives its files, and they unpack', async () => {
    const zip = zipSync({ 'index.js': bytes, lib: { 'a.js': [bytes, { level: 0 }] }, empty: {} });
    const files = await readZip(zip);
    assert.deepEqual(
      files.map(({ path, size }) => [path, size]),
      [
        ['index.js', bytes.length],
        ['lib/a.js', bytes.length],
      ],
    );
    for (const file of files) {
      assert.deepEqual(Buffer.concat(await (await file.open()).toArray()), Buffer.from(bytes));
    }
  });

  const refused: Readonly<Record<string, Uint8Array>> = {
    'that is none': bytes,
    'that is empty': new Uint8Array(),
    'that is cut off': zipSync({ 'index.js': bytes }).subarray(0, -5),
    'with a path that leads out': renamed({ 'aa/index.js': bytes }, 'aa/', '../'),
    'with a path that leads out from within': renamed({ 'a/bb/index.js': bytes }, '/bb/', '/../'),
    'with an absolute path': renamed({ 'aindex.js': bytes }, 'aindex', '/index'),
    'with a drive': renamed({ 'aaindex.js': bytes }, 'aaindex', 'C:index'),
    'with backslashes': renamed({ 'a-index.js': bytes }, 'a-index', 'a\\index'),
    'with an empty segment': renamed({ 'ab/index.js': bytes }, 'ab/', 'a//').subarray(0),
    'with a dot for a segment': renamed({ 'a/b/index.js': bytes }, '/b/', '/./'),
    'with a control character': zipSync({ 'é\nindex.js': bytes }),
    'with a name twice': renamed({ 'a.js': bytes, 'b.js': bytes }, 'b.js', 'a.js'),
    'with a file that is a folder too': renamed({ 'lib/a.js': bytes, xyz: bytes }, 'xyz', 'lib'),
    'with a link': zipSync({ link: [bytes, { os: 3, attrs: 0o120_777 << 16 }] }),
    'with a device': zipSync({ device: [bytes, { os: 3, attrs: 0o020_666 << 16 }] }),
    'that is encrypted': withCentral((entry) => entry.writeUInt16LE(1, 8)),
    'compressed in another way': withCentral((entry) => entry.writeUInt16LE(12, 10)),
    'with too many entries': zipSync(
      Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`${at}`, new Uint8Array()])),
      { level: 0 },
    ),
    'with a long name': zipSync({ ['x'.repeat(256)]: bytes }),
    'with a name of many bytes': zipSync({ ['写'.repeat(86)]: bytes }),
    'with a deep path': zipSync({ [`${'a/'.repeat(32)}index.js`]: bytes }),
    'with too many folders': zipSync(
      Object.fromEntries(
        Array.from({ length: 400 }, (_, at) => [`${at}/${'a/'.repeat(28)}`, new Uint8Array()]),
      ),
    ),
  };
  for (const [what, zip] of Object.entries(refused)) {
    test(`${what} is refused`, async () => {
      await assert.rejects(readZip(zip), MalformedZip);
    });
  }

  test('that would be too large is refused before it is unpacked', async () => {
    const large = withCentral((entry) => entry.writeUInt32LE(262_144_001, 24));
    await assert.rejects(readZip(large), ZipTooLarge);
  });

  test('that says less than it holds fails when it is unpacked', async () => {
    const bomb = withCentral((entry) => entry.writeUInt32LE(1, 24));
    const [file] = await readZip(bomb);
    assert(file);
    await assert.rejects(async () => (await file.open()).toArray(), /bytes/);
  });
});
