import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { pidOf } from './part.ts';
import { pin, processCpu } from './process-cpu.ts';
import type { Round, RoundResult } from './signed-load.ts';

/** One of those whose CPU time for each request is compared. */
export interface Contender {
  readonly name: string;
  /** Of the server's process. */
  readonly pid: number;
  readonly round: Round;
}

export const rounds = 7;
export const roundShape = { connections: 8, milliseconds: 1000 };

/** Servers on one core and the load on another; false when there is only one. */
export function pinAll(contenders: readonly Contender[], load: ChildProcess): boolean {
  if (availableParallelism() < 2) return false;
  return contenders.every(({ pid }) => pin(pid, 0)) && pin(pidOf(load), 1);
}

/** CPU time of each contender for each request, for every round, in interleaved rounds. */
export async function measureCpu(
  contenders: readonly Contender[],
  load: ChildProcess,
): Promise<ReadonlyMap<string, number[]>> {
  const measured = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let number = 0; number <= rounds; number += 1) {
    for (const { name, pid, round } of contenders) {
      const before = processCpu(pid);
      load.send(round);
      const [result]: RoundResult[] = await once(load, 'message');
      assert.deepEqual(Object.keys(result?.statuses ?? {}), ['200']);
      const each = (processCpu(pid) - before) / (result?.requests ?? 0);
      // The first round warms up.
      if (number > 0) measured.get(name)?.push(each);
    }
  }
  return measured;
}
