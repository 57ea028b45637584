import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { describeFailure, Failure, hasErrorCode } from '../failure.ts';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program in this terminal to its end, and resolves with the exit code of whoever started it
 * through us: the program's own, 128 and the number of the signal that ended it, 127 when it is not
 * found, 126 when it cannot be run. Signals to this process are passed on.
 */
export async function runProgram(
  [program = '', ...words]: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(program, words, { stdio: 'inherit', env: environment });
  const pass = (signal: NodeJS.Signals) => {
    // A terminal has sent it to the program as well.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of passedOn) process.on(signal, pass);
  try {
    const [code, signal]: [number | null, NodeJS.Signals | null] = await endOf(child);
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } catch (error) {
    process.stderr.write(describeFailure(notStarted(program, error), false));
    return hasErrorCode(error, 'EACCES') ? 126 : 127;
  } finally {
    for (const signal of passedOn) process.off(signal, pass);
  }
}

async function endOf(
  child: ReturnType<typeof spawn>,
): Promise<[number | null, NodeJS.Signals | null]> {
  const [code, signal] = await once(child, 'exit');
  return [code, signal];
}

function notStarted(program: string, error: unknown): Failure {
  return new Failure({
    what: `\`${program}\` cannot be run`,
    why: hasErrorCode(error, 'ENOENT') ? 'there is no such program' : String(error),
    next: 'correct the words after `--`: a program, and what it is given',
  });
}
