import { createWriteStream } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readZip } from '@carnet/services';

/**
 * Unpacks a zip into a new folder: regular files alone, each a new one, none of them writable.
 * `readZip` has seen to it that every path stays inside. Modes are set and not left to the umask:
 * another user has to read them.
 */
export async function unpack(zip: Uint8Array, folder: string): Promise<void> {
  const made = new Set<string>();
  const make = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    if (path !== folder) await make(dirname(path));
    await mkdir(path);
    await chmod(path, 0o755);
    made.add(path);
  };
  await make(folder);
  for (const file of await readZip(zip)) {
    const path = join(folder, file.path);
    await make(dirname(path));
    await pipeline(await file.open(), createWriteStream(path, { flags: 'wx' }));
    await chmod(path, 0o444);
  }
}

/** Lets another user enter a folder of ours, and nobody else. */
export async function openTo(folder: string, user: number | undefined): Promise<void> {
  if (user === undefined) return;
  await chown(folder, 0, user);
  await chmod(folder, 0o750);
}
