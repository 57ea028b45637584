import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { exitCode, Failure } from '../failure.ts';

/** A file in the making; the one that has its name stays as it is until `replace`. */
export interface PrivateFile {
  replace(text: string): void;
  discard(): void;
}

/**
 * Begins a file that its owner alone may read. Throws a `Failure` of exit code 2 when none can be
 * made there, or when something else than a file has the name.
 */
export function openPrivateFile(path: string): PrivateFile {
  const temporary = `${path}.${process.pid}.new`;
  let descriptor: number;
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) throw new Error('it is there, and no file');
    descriptor = openSync(temporary, 'wx', 0o600);
  } catch (error) {
    throw new Failure({
      what: `\`${path}\` cannot be written`,
      why: error instanceof Error ? error.message : String(error),
      next: 'name another file, in a folder that you may write to',
      exitCode: exitCode.usage,
    });
  }
  return {
    replace(text) {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
      renameSync(temporary, path);
      closeSync(descriptor);
    },
    discard() {
      closeSync(descriptor);
      unlinkSync(temporary);
    },
  };
}
