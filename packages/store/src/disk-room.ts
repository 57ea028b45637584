import { statfs } from 'node:fs/promises';

/** Bytes of a disk that object files leave free, so that the database can still be written. */
const keptBytes = 64 * 1024 * 1024;
/** The same on a small disk, as a part of it. */
const keptPart = 1 / 4;

/** What is left is kept. In the shape of the disk's own error. */
class NoRoom extends Error {
  readonly code = 'ENOSPC';
}

/** Throws, as a full disk would, when the disk of `directory` has no more room than is kept. */
export async function requireDiskRoom(directory: string): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(directory);
  if (bavail * bsize >= Math.min(keptBytes, blocks * bsize * keptPart)) return;
  throw new NoRoom(`the disk of \`${directory}\` is full but for what is kept for changes`);
}
