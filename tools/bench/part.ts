import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts a file of this folder as a process of its own; `options` are Node's. */
export function forkPart(
  file: string,
  parameters: readonly string[] = [],
  options: readonly string[] = [],
): ChildProcess {
  const execArgv = [...process.execArgv, ...options];
  return fork(join(import.meta.dirname, file), [...parameters], { execArgv });
}

export function pidOf(child: ChildProcess): number {
  assert.ok(child.pid !== undefined);
  return child.pid;
}

/** Sends a message and resolves with the next one that comes back; rejects when the part ends. */
export async function ask<Answer>(part: ChildProcess, question: object): Promise<Answer> {
  const ended = new AbortController();
  const end = () => ended.abort(new Error('a part of the benchmark has ended'));
  part.once('exit', end);
  try {
    const answer = once(part, 'message', { signal: ended.signal });
    part.send(question);
    const [message] = await answer;
    return message as Answer;
  } finally {
    part.off('exit', end);
  }
}
