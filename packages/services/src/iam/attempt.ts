import type { Sealing } from '@carnet/store';

/**
 * Wrong codes in a row, by device. A code has six digits and three are good at any time: whoever may
 * try without end finds one. Kept in memory: a refused call leaves nothing in the database.
 */
interface Failures {
  readonly count: number;
  readonly at: number;
  readonly lastCode: string;
}

const mostInARow = 10;
const pauseMilliseconds = 15 * 60_000;
const mostDevices = 10_000;

/** One map for each store, which its sealing stands for. */
const failuresOf = new WeakMap<Sealing, Map<string, Failures>>();

interface AttemptScope {
  readonly sealing: Sealing;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function allowsAttempt({ sealing, now }: AttemptScope, serialNumber: string): boolean {
  const failures = failuresOf.get(sealing)?.get(serialNumber);
  if (failures === undefined || failures.count < mostInARow) return true;
  return now - failures.at >= pauseMilliseconds;
}

/** The same code again counts once: a transaction may run twice, and a repeated guess tells nothing. */
export function countFailure(
  { sealing, now }: AttemptScope,
  serialNumber: string,
  code: string,
): void {
  const all = failuresOf.get(sealing) ?? new Map<string, Failures>();
  failuresOf.set(sealing, all);
  const before = all.get(serialNumber);
  if (before?.lastCode === code) return;
  all.delete(serialNumber);
  all.set(serialNumber, { count: (before?.count ?? 0) + 1, at: now, lastCode: code });
  const [oldest] = all.keys();
  if (all.size > mostDevices && oldest !== undefined) all.delete(oldest);
}

export function forgetFailures({ sealing }: AttemptScope, serialNumber: string): void {
  failuresOf.get(sealing)?.delete(serialNumber);
}
