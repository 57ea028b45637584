import { readFileSync } from 'node:fs';
import { mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure, hasErrorCode } from '../failure.ts';

/** What an address of a Unix socket holds on every system, in bytes. */
const longestPath = 103;

/** The socket in the data directory, or where the data directory says it is. */
export function findSocket(dataDirectory: string): string {
  const path = join(dataDirectory, 'carnet.sock');
  return fits(path) ? path : (readPointer(dataDirectory) ?? path);
}

/** A path to bind, in a folder that only this user may enter; made when the data directory's is too long. */
export async function placeSocket(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'carnet.sock');
  if (fits(path)) return path;
  await removeSocket(dataDirectory);
  const folder = await mkdtemp(join(tmpdir(), 'carnet-'));
  const placed = join(folder, 'carnet.sock');
  if (!fits(placed)) {
    await rmdir(folder);
    throw new Failure({
      what: `there is no place for the operator socket`,
      why: `\`${path}\` and \`${placed}\` are both over ${longestPath} bytes`,
      next: 'choose a shorter `--data-dir`, or a shorter TMPDIR',
    });
  }
  await writeFile(pointerPath(dataDirectory), `${placed}\n`, { mode: 0o600 });
  return placed;
}

/** Removes a socket that nobody listens on, with the folder and the pointer that were made for it. */
export async function removeSocket(dataDirectory: string): Promise<void> {
  const path = findSocket(dataDirectory);
  await rm(path, { force: true });
  if (dirname(path) === dataDirectory) return;
  await rmdir(dirname(path)).catch(() => undefined);
  await rm(pointerPath(dataDirectory), { force: true });
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= longestPath;
}

function pointerPath(dataDirectory: string): string {
  return join(dataDirectory, 'carnet.sock.path');
}

function readPointer(dataDirectory: string): string | undefined {
  try {
    return readFileSync(pointerPath(dataDirectory), 'utf8').trim();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
