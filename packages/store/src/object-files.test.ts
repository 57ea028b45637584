import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ObjectFiles } from './object-files.ts';
import { createObjectFilesInMemory } from './object-files-in-memory.ts';
import { createObjectFilesOnDisk } from './object-files-on-disk.ts';
import { openStore } from './open-store.ts';
import { kinds, startChild, temporaryDirectory } from './test-support.ts';

async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function readAll(
  files: ObjectFiles,
  ...of: Parameters<ObjectFiles['read']>
): Promise<Buffer> {
  return Buffer.concat(await files.read(...of).toArray());
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

for (const kind of kinds) {
  const create = async (t: TestContext) =>
    kind === 'memory'
      ? createObjectFilesInMemory()
      : createObjectFilesOnDisk(await temporaryDirectory(t));

  describe(`object files (${kind})`, () => {
    it('give back what was written, whatever its pieces', async (t) => {
      const files = await create(t);
      const large = randomBytes(700_000);
      const sources = [[], [''], ['a'], ['', 'ab', '', 'c'], [large, 'x', large, large], [large]];
      const names = new Set<string>();
      for (const pieces of sources) {
        const expected = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
        const { file, size } = await files.write(chunksOf(...pieces));
        assert.match(file, /^[0-9a-f]{32}$/);
        assert.equal(size, expected.length);
        assert.ok((await readAll(files, file)).equals(expected));
        names.add(file);
      }
      assert.equal(names.size, sources.length);
    });

    it('give ranges, both ends included', async (t) => {
      const files = await create(t);
      const { file } = await files.write(chunksOf('abc', 'defg', 'h', 'ij'));
      for (let start = 0; start < 10; start += 1) {
        for (let end = start; end < 12; end += 1) {
          const expected = 'abcdefghij'.slice(start, end + 1);
          assert.equal(String(await readAll(files, file, { start, end })), expected);
        }
      }
    });

    it('leave nothing of a source that fails', async (t) => {
      const directory = await temporaryDirectory(t);
      const files = kind === 'memory' ? await create(t) : await createObjectFilesOnDisk(directory);
      const failure = new Error('hung up');
      async function* source(): AsyncGenerator<Uint8Array> {
        yield randomBytes(400_000);
        throw failure;
      }
      await assert.rejects(files.write(source()), (error) => error === failure);
      assert.deepEqual(await filesIn(directory), []);
    });

    it('are removed, and what is missing is no error', async (t) => {
      const files = await create(t);
      const { file } = await files.write(chunksOf('a'));
      const kept = await files.write(chunksOf('b'));
      await files.remove([file, file, '0'.repeat(32)]);
      await assert.rejects(readAll(files, file), Error);
      assert.equal(String(await readAll(files, kept.file)), 'b');
    });

    it('are read to their end when they are removed meanwhile', async (t) => {
      const files = await create(t);
      const content = randomBytes(2_000_000);
      const { file } = await files.write(chunksOf(content));
      const hash = createHash('sha256');
      let first = true;
      for await (const chunk of files.read(file)) {
        hash.update(chunk);
        if (first) await files.remove([file]);
        first = false;
      }
      assert.equal(hash.digest('hex'), createHash('sha256').update(content).digest('hex'));
    });

    it('are made of the parts of an upload without holding them in memory', async (t) => {
      const files = await create(t);
      const parts = [await files.write(chunksOf('ab')), await files.write(chunksOf('cd'))];
      async function* joined(): AsyncGenerator<Uint8Array> {
        for (const part of parts) yield* files.read(part.file);
      }
      const { file, size } = await files.write(joined());
      assert.equal(size, 4);
      assert.equal(String(await readAll(files, file)), 'abcd');
    });
  });
}

describe('object files on disk', () => {
  it('are at no other path than that of their name', async (t) => {
    const directory = await temporaryDirectory(t);
    await writeFile(join(directory, 'secret'), 'x');
    const files = await createObjectFilesOnDisk(join(directory, 'objects'));
    for (const name of ['../secret', 'a/../../secret', '', '.', 'A'.repeat(32)]) {
      assert.throws(() => files.read(name), /no name of an object file/);
      await assert.rejects(files.remove([name]), /no name of an object file/);
    }
    assert.ok((await filesIn(directory)).includes('secret'));
  });

  it('are written by many at once, each in the folder of its name', async (t) => {
    const directory = await temporaryDirectory(t);
    const files = await createObjectFilesOnDisk(directory);
    const written = await Promise.all(
      Array.from({ length: 60 }, (_, index) => files.write(chunksOf(String(index)))),
    );
    for (const [index, { file }] of written.entries()) {
      assert.equal(String(await readAll(files, file)), String(index));
      assert.deepEqual((await readdir(join(directory, file.slice(0, 2)))).includes(file), true);
    }
    assert.deepEqual(await readdir(join(directory, 'incoming')), []);
  });

  it('take no chunk before there is room for it', async (t) => {
    const files = await createObjectFilesOnDisk(await temporaryDirectory(t));
    let taken = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; taken < 64; taken += 1) yield new Uint8Array(1024 * 1024);
    }
    const writing = files.write(source());
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(taken < 8, `${taken} MB were taken at once`);
    assert.equal((await writing).size, 64 * 1024 * 1024);
  });

  it('of 100 MB pass through in bounded memory, in and out', async (t) => {
    const child = startChild(
      await temporaryDirectory(t),
      `const store = await openStore({ dataDirectory: argument });
       // One piece over and over: what grows is then the store's and not the source's.
       const piece = Buffer.alloc(65536, 'x');
       async function* source() {
         for (let sent = 0; sent < 1600; sent += 1) yield piece;
       }
       const before = process.memoryUsage.rss();
       let peak = before;
       const look = () => { peak = Math.max(peak, process.memoryUsage.rss()); };
       const timer = setInterval(look, 5);
       const { file, size } = await store.objectFiles.write(source());
       let read = 0;
       for await (const chunk of store.objectFiles.read(file)) { read += chunk.length; look(); }
       clearInterval(timer);
       await store.close();
       console.log(JSON.stringify({ size, read, grown: peak - before }));`,
    );
    const { errors } = await child.ended;
    assert.equal(errors, '');
    const { size, read, grown } = JSON.parse(child.output());
    assert.equal(size, 1600 * 65536);
    assert.equal(read, size);
    assert.ok(grown < 64 * 1024 * 1024, `grew by ${grown} bytes`);
  });

  it('that a killed process was writing leave nothing', async (t) => {
    const directory = await temporaryDirectory(t);
    const child = startChild(
      directory,
      `const store = await openStore({ dataDirectory: argument });
       async function* source() {
         for (let sent = 0; sent < 20; sent += 1) yield Buffer.alloc(65536);
         console.log('half');
         await new Promise((resolve) => setTimeout(resolve, 60_000));
       }
       await store.objectFiles.write(source());`,
    );
    while (!child.output().includes('half')) await new Promise((resolve) => setTimeout(resolve, 5));
    child.process.kill('SIGKILL');
    await child.ended;
    assert.equal((await filesIn(join(directory, 'objects'))).length, 1);
    const store = await openStore({ dataDirectory: directory });
    t.after(() => store.close());
    assert.deepEqual(await filesIn(join(directory, 'objects')), []);
  });
});

describe('the sweep', () => {
  it('removes the files of earlier starts to which no row refers, and nothing else', async (t) => {
    const dataDirectory = await temporaryDirectory(t);
    const first = await openStore({ dataDirectory });
    const [object, part, orphan] = await Promise.all(
      ['object', 'part', 'orphan'].map((text) => first.objectFiles.write(chunksOf(text))),
    );
    assert.ok(object && part && orphan);
    await first.transaction(async ({ database }) => {
      const common = { account_id: '1', size: 1, etag: '', last_modified_at: 0, checksums: '{}' };
      await database
        .insertInto('s3_object')
        .values({
          ...common,
          bucket: 'b',
          key: 'k',
          file: object.file,
          headers: '{}',
          metadata: '{}',
          tags: '{}',
        })
        .execute();
      await database
        .insertInto('s3_part')
        .values({ ...common, upload_id: 'u', part_number: 1, file: part.file })
        .execute();
    });
    assert.equal(await first.sweepObjectFiles(), 0);
    await first.close();
    await mkdir(join(dataDirectory, 'objects', 'lost+found'));
    const second = await openStore({ dataDirectory });
    t.after(() => second.close());
    const uncommitted = await second.objectFiles.write(chunksOf('uncommitted'));
    assert.equal(await second.sweepObjectFiles(), 1);
    const left = (await filesIn(join(dataDirectory, 'objects'))).sort();
    assert.deepEqual(left, [object.file, part.file, uncommitted.file].sort());
    assert.equal(await second.sweepObjectFiles(), 0);
  });
});
