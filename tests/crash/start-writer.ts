import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Ledger } from './ledger.ts';
import type { Line, Round } from './write.ts';

/** A writer in a process of its own. */
export interface Writer {
  /** Writes until the server of the round is gone; resolves then, when the ledger knows all. */
  write(round: Round): Promise<void>;
  /** How many writes were acknowledged in this round. */
  acknowledged(): number;
  stop(): void;
}

export function startWriter(name: string, ledger: Ledger): Writer {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), name], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  let ended = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    try {
      ledger.take(line);
    } catch (error) {
      ended.reject(error);
    }
    if ('done' in line) acknowledged += 1;
    if ('ended' in line) ended.resolve();
  });
  child.once('exit', (code) => ended.reject(new Error(`the writer ended with ${code}`)));
  return {
    write(round) {
      acknowledged = 0;
      ended = Promise.withResolvers();
      child.stdin.write(`${JSON.stringify(round)}\n`);
      return ended.promise;
    },
    acknowledged: () => acknowledged,
    stop() {
      ended.promise.catch(() => undefined);
      child.kill();
    },
  };
}
