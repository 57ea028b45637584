import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, for tests that fill it, turn it read-only or pull its plug. */
export interface MountedDisk {
  /** A folder in it. */
  readonly folder: string;
  /** Bytes that can still be written. */
  free(): number;
  unmount(): void;
}

/** False where this process may mount; else why not, said once, as a reason to skip. */
export function whyNoDisk(kind: 'memory' | 'image'): string | false {
  try {
    if (kind === 'memory') mountMemory('1m').unmount();
    else
      mountImage(makeImage(join(mkdtempSync(join(tmpdir(), 'carnet-image-')), 'image'))).unmount();
    return false;
  } catch {
    const reason = `a disk in ${kind === 'memory' ? 'memory' : 'a file'} cannot be mounted here`;
    process.stdout.write(`skipped: ${reason}\n`);
    return reason;
  }
}

/** A disk of the size, `16m`, in memory. */
export function mountMemory(size: string): MountedDisk {
  return mount('-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'none');
}

/** Makes a file that holds an empty file system with a journal. Returns its path. */
export function makeImage(path: string): string {
  writeFileSync(path, '');
  truncateSync(path, 256 * 1024 ** 2);
  execFileSync('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0', path], { stdio: 'ignore' });
  return path;
}

/** The file system in a file; what nobody syncs stays out of the file for minutes. */
export function mountImage(path: string): MountedDisk {
  return mount('-o', 'loop,commit=300', path);
}

function mount(...words: readonly string[]): MountedDisk {
  const point = mkdtempSync(join(tmpdir(), 'carnet-disk-'));
  try {
    execFileSync('mount', [...words, point], { stdio: 'ignore' });
  } catch (error) {
    rmdirSync(point);
    throw error;
  }
  return {
    folder: join(point, 'server'),
    free() {
      const { bavail, bsize } = statfsSync(point);
      return bavail * bsize;
    },
    unmount() {
      execFileSync('umount', [point], { stdio: 'ignore' });
      rmdirSync(point);
    },
  };
}
