import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a command printed, and how it ended. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `aws` CLI in a folder, with an environment and nothing else. */
export type RunAws = (
  words: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
) => Promise<Printed>;

let forked: RunAws | undefined | 'unknown' = 'unknown';

/**
 * The `aws` CLI loaded once for this test file and forked for each command, which takes a quarter of
 * the time; undefined when `aws` is none that Python can load (version 2 is a program of its own).
 */
export function forkedAws(): RunAws | undefined {
  if (forked === 'unknown') forked = isSameProgram() ? startForking() : undefined;
  return forked;
}

/** Whether `python3` loads the very version that `aws` is. */
function isSameProgram(): boolean {
  const print = 'import awscli; print(f"aws-cli/{awscli.__version__} ")';
  const loaded = spawnSync('python3', ['-c', print], { encoding: 'utf8' });
  const { stdout } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  return loaded.status === 0 && stdout.startsWith(loaded.stdout.trimEnd());
}

function startForking(): RunAws {
  const script = fileURLToPath(new URL('forked-aws.py', import.meta.url));
  const child = spawn('python3', ['-X', 'utf8', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<number, (printed: Printed) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, ...printed }: Printed & { readonly id: number } = JSON.parse(line);
    waiting.get(id)?.(printed);
    waiting.delete(id);
    if (waiting.size === 0) release(child);
  });
  release(child);
  let last = 0;
  return (words, folder, environment) => {
    last += 1;
    const id = last;
    hold(child);
    child.stdin.write(`${JSON.stringify({ id, words, folder, environment })}\n`);
    return new Promise((resolve) => waiting.set(id, resolve));
  };
}

/** A process that waits for the next command does not keep the test file from its end. */
function release(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as Unrefable)?.unref();
}

function hold(child: ChildProcess): void {
  child.ref();
  (child.stdout as unknown as Unrefable)?.ref();
}

interface Unrefable {
  ref(): void;
  unref(): void;
}
