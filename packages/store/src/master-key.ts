import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from './data-directory.ts';
import { StoreRefusal } from './store-refusal.ts';

export const masterKeyBytes = 32;

/** Refuses (`StoreRefusal`, `masterKey`) a key that is not 32 bytes. A copy: callers wipe theirs. */
export function copyMasterKey(key: Uint8Array): Uint8Array {
  if (key.length === masterKeyBytes) return Uint8Array.from(key);
  throw new StoreRefusal('masterKey', `the master key must have ${masterKeyBytes} bytes`);
}

/** Reads `master.key`, undefined when there is none. Its text is base64 of 32 bytes. */
export async function readMasterKey(directory: string): Promise<Uint8Array | undefined> {
  const path = join(directory, 'master.key');
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.getuid !== undefined && (mode & 0o077) !== 0) {
      throw new StoreRefusal(
        'masterKey',
        `other users may read the master key \`${path}\`; close it with: chmod 600 '${path}'`,
      );
    }
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const key = Buffer.from(text, 'base64');
  if (key.length === masterKeyBytes && key.toString('base64') === text) return key;
  throw new StoreRefusal(
    'masterKey',
    `the master key file \`${path}\` is damaged: it must hold 32 bytes in base64; ` +
      'restore it from a backup',
  );
}

/** Makes a new key and writes it whole or not at all: `master.key`, mode 0600. */
export async function generateMasterKey(directory: string): Promise<Uint8Array> {
  const key = randomBytes(masterKeyBytes);
  const path = join(directory, 'master.key');
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${key.toString('base64')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncDirectory(directory);
  return key;
}
