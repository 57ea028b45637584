import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { mark } from './message.ts';

/** How a process is started, and what it may take. */
export interface ProcessOptions {
  /** The only folder that it may read; holds the bootstrap and the code. */
  readonly folder: string;
  /** The first module, in that folder. */
  readonly bootstrap: string;
  /** The user and group that it runs as; undefined: the server's own. */
  readonly user: number | undefined;
  /** Seconds from the moment when its code begins. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memorySize: number;
  /** What it reads from its standard input. */
  readonly input: string;
}

/** How it ended, and what it has said. */
export interface ProcessEnd {
  readonly kind: 'ended' | 'timedOut' | 'outOfMemory' | 'tooLarge';
  /** Of `ended`: the exit code, or the signal. */
  readonly exit: number | NodeJS.Signals | null;
  /** What it wrote as its answer, without the mark that its code began. */
  readonly answer: Buffer;
  /** The last of what it wrote to its standard output and error. */
  readonly log: Buffer;
  /** Megabytes, as seen. */
  readonly peakMemory: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** Bytes of an answer. Source: "Lambda quotas", AWS Lambda Developer Guide. */
export const maximumAnswer = 6 * 1024 * 1024;
const maximumLog = 4096;
/** Milliseconds until the code begins: Node.js has to start. */
const startLimit = 10_000;
/** Milliseconds between two looks at the memory. */
const memoryInterval = 50;

/**
 * Starts a process under Node's permission model and waits for its end. Its environment is empty:
 * what Node.js itself would read from there (`NODE_OPTIONS`) could widen what it may do.
 * `node:sqlite` is switched off, which asks no permission to open a file. Rejects when no process
 * could be started.
 */
export function runProcess(options: ProcessOptions): { end: Promise<ProcessEnd>; kill(): void } {
  const { folder, bootstrap, user, memorySize } = options;
  const child = spawn(
    process.execPath,
    [
      '--permission',
      `--allow-fs-read=${folder}/`,
      '--no-experimental-sqlite',
      // Some of V8's flags have it write files, which asks no permission.
      '--freeze-flags-after-init',
      // Later ones ask for it.
      ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${Math.max(32, memorySize - 48)}`,
      bootstrap,
    ],
    {
      cwd: folder,
      env: {},
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
      ...(user !== undefined && { uid: user, gid: user }),
    },
  );
  const kill = () => killGroup(child);
  return { end: follow(child, options, kill), kill };
}

/** The whole process group, at once. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended between the question and the signal.
  }
}

async function follow(
  child: ChildProcess,
  { input, timeout, memorySize }: ProcessOptions,
  kill: () => void,
): Promise<ProcessEnd> {
  const begun = performance.now();
  // A process that could not be started says so by an error, at the next turn.
  const closed = once(child, 'close');
  if (child.stdio === undefined) return await neverStarted(closed);
  let kind: ProcessEnd['kind'] = 'ended';
  const end = (reason: ProcessEnd['kind']) => {
    if (kind === 'ended') kind = reason;
    kill();
  };
  const [stdin, stdout, stderr, answers] = child.stdio;
  const log = keepLast([stdout, stderr] as Readable[], maximumLog);
  let timer = setTimeout(() => end('timedOut'), startLimit);
  const answer = collect(answers as Readable, {
    begin() {
      clearTimeout(timer);
      timer = setTimeout(() => end('timedOut'), timeout * 1000);
    },
    tooLarge: () => end('tooLarge'),
  });
  const memory = watchMemory(child, memorySize, () => end('outOfMemory'));
  // A process that ends without reading breaks the pipe, and its end says why.
  stdin?.on('error', () => undefined);
  stdin?.end(input);
  try {
    const [code, signal] = await closed;
    return {
      kind,
      exit: signal ?? code,
      answer: answer(),
      log: log(),
      peakMemory: memory.peak(),
      duration: performance.now() - begun,
    };
  } finally {
    clearTimeout(timer);
    memory.stop();
  }
}

/** Out of descriptors or processes. */
async function neverStarted(closed: Promise<unknown>): Promise<never> {
  await closed;
  throw new Error('a process ended that was never started');
}

/** The last bytes of some streams together; the rest is read and dropped. */
function keepLast(streams: readonly Readable[], most: number): () => Buffer {
  let kept: Buffer = Buffer.alloc(0);
  for (const stream of streams) {
    stream.on('data', (chunk: Buffer) => {
      kept = Buffer.concat([kept, chunk.subarray(-most)]).subarray(-most);
    });
    stream.on('error', () => undefined);
  }
  return () => kept;
}

function collect(
  stream: Readable,
  told: { readonly begin: () => void; readonly tooLarge: () => void },
): () => Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    // Only the first byte begins anything: the code could write more of them.
    if (length === 0 && chunk.toString('latin1', 0, 1) === mark.begun) told.begin();
    length += chunk.length;
    if (length > maximumAnswer + 2) return told.tooLarge();
    chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).subarray(1);
}

/** As Linux tells it under `/proc`; elsewhere only Node's own limit holds. */
function watchMemory(child: ChildProcess, memorySize: number, exceeded: () => void) {
  let peak = 0;
  const look = async () => {
    const text = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = Number(/^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0);
    peak = Math.max(peak, Math.ceil(kilobytes / 1024));
    if (peak > memorySize) exceeded();
  };
  const timer = setInterval(() => void look(), memoryInterval);
  return { peak: () => peak, stop: () => clearInterval(timer) };
}
