import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For tests: the shipped program in a process of its own, as a supervisor starts it. */

const program = join(import.meta.dirname, '../../bin/carnet.mjs');

/** What a command printed, and how it ended. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface StartedProgram {
  readonly child: ChildProcess;
  /** Resolves with the first line on stdout; rejects with stderr when there is none. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<Ending>;
}

/** Starts `carnet` with these words, in a working folder, without this machine's settings. */
export function startProgram(
  words: readonly string[],
  options: { folder: string; environment?: Readonly<Record<string, string>> },
): StartedProgram {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CARNET|NODE)_/.test(name) || name === 'NODE_COMPILE_CACHE',
  );
  const child = spawn(process.execPath, [program, ...words], {
    cwd: options.folder,
    env: { ...Object.fromEntries(inherited), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const line = Promise.withResolvers<string>();
  // Not every test looks at both.
  line.promise.catch(() => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.includes('\n')) line.resolve(stdout.slice(0, stdout.indexOf('\n')));
  });
  const ended = once(child, 'close').then(([code]): Ending => {
    line.reject(new Error(`it ended with ${code}: ${stderr}`));
    return { code, stdout, stderr };
  });
  return { child, firstLine: line.promise, ended };
}

/** A folder of its own in the system's temporary directory, and how to remove it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'carnet-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
