import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { syncDirectory } from './data-directory.ts';
import { requireDiskRoom } from './disk-room.ts';
import type { ObjectFiles } from './object-files.ts';

/** Files are read in pieces of this size, and small chunks are gathered up to it. Bytes. */
const pieceBytes = 256 * 1024;
/** The room on the disk is looked at again after so many bytes of one file. */
const roomCheckedBytes = 1024 * 1024;

/**
 * Object files in `directory`: `ab/abcdef…`, 32 hex digits, under the first two; a file that is being
 * written is in `incoming`, and gets there only when it is whole. Made if missing; what a crash left
 * in `incoming` is removed, which is safe under the data directory's lock.
 */
export async function createObjectFilesOnDisk(directory: string): Promise<ObjectFiles> {
  const incoming = join(directory, 'incoming');
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  const folders = new Map<string, Promise<string>>();
  // Ends the name of each file that this process writes: the sweep must spare what is written but
  // not yet committed.
  const mark = randomBytes(4).toString('hex');

  /** The folder of a file; its own entry is durable before anything is put into it. */
  function folderOf(file: string): Promise<string> {
    const name = file.slice(0, 2);
    let folder = folders.get(name);
    if (folder === undefined) {
      folder = makeFolder(directory, name);
      folders.set(name, folder);
      folder.catch(() => folders.delete(name));
    }
    return folder;
  }

  return {
    async write(chunks) {
      const file = randomBytes(12).toString('hex') + mark;
      const temporary = join(incoming, file);
      try {
        const size = await writeWhole(temporary, chunks);
        const folder = await folderOf(file);
        await rename(temporary, join(folder, file));
        await syncDirectory(folder);
        return { file, size };
      } catch (error) {
        await rm(temporary, { force: true });
        await rm(pathOf(directory, file), { force: true });
        throw error;
      }
    },
    read: (file, range) =>
      createReadStream(pathOf(directory, file), { ...range, highWaterMark: pieceBytes }),
    async remove(files) {
      await Promise.all(files.map((file) => rm(pathOf(directory, file), { force: true })));
    },
    async sweep(isReferenced) {
      let seen = 0;
      let removed = 0;
      for await (const file of listFiles(directory)) {
        // The database answers without leaving this thread: let requests through in between.
        seen += 1;
        if (seen % 64 === 0) await setImmediate();
        if (file.endsWith(mark) || (await isReferenced(file))) continue;
        await rm(pathOf(directory, file), { force: true });
        removed += 1;
      }
      return removed;
    },
  };
}

function pathOf(directory: string, file: string): string {
  if (!/^[0-9a-f]{32}$/.test(file)) throw new Error('that is no name of an object file');
  return join(directory, file.slice(0, 2), file);
}

async function makeFolder(directory: string, name: string): Promise<string> {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Even if it was there: who made it may have crashed before this.
  await syncDirectory(directory);
  return folder;
}

async function* listFiles(directory: string): AsyncGenerator<string> {
  for (const folder of await readdir(directory)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const file of await readdir(join(directory, folder))) {
      if (/^[0-9a-f]{32}$/.test(file) && file.startsWith(folder)) yield file;
    }
  }
}

/** Resolves with the bytes written, all of them on the disk. Takes no chunk before the last is in. */
async function writeWhole(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(path, 'wx', 0o600);
  try {
    let gathered: Uint8Array[] = [];
    let gatheredBytes = 0;
    let size = 0;
    let checkedSize = 0;
    await requireDiskRoom(dirname(path));
    for await (const chunk of chunks) {
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      size += chunk.length;
      if (gatheredBytes < pieceBytes) continue;
      if (size - checkedSize > roomCheckedBytes) {
        await requireDiskRoom(dirname(path));
        checkedSize = size;
      }
      await writeAll(handle, gathered);
      gathered = [];
      gatheredBytes = 0;
    }
    if (gatheredBytes > 0) await writeAll(handle, gathered);
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}

/** A write may be short, when the disk is nearly full or a signal comes. */
async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest);
    rest = withoutFirst(rest, bytesWritten);
  }
}

function withoutFirst(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}
