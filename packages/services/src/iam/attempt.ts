import type { Sealing } from '@carnet/store';

/**
 * Wrong codes of an MFA device and wrong passwords of a user, in a row. A code has six digits and
 * three are good at any time: whoever may try without end finds one. Kept in memory: a refused call
 * leaves nothing in the database.
 */
interface Failures {
  readonly count: number;
  readonly at: number;
  readonly lastCode: string | undefined;
}

const mostInARow = 10;
const pauseMilliseconds = 15 * 60_000;
const mostSubjects = 10_000;

/** One map for each store, which its sealing stands for. */
const failuresOf = new WeakMap<Sealing, Map<string, Failures>>();

interface AttemptScope {
  readonly sealing: Sealing;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** `subject` is a serial number, or a user's id. */
export function allowsAttempt({ sealing, now }: AttemptScope, subject: string): boolean {
  const failures = failuresOf.get(sealing)?.get(subject);
  if (failures === undefined || failures.count < mostInARow) return true;
  return now - failures.at >= pauseMilliseconds;
}

/**
 * The same code again counts once: a transaction may run twice, and a repeated guess tells nothing.
 * Without a code each counts.
 */
export function countFailure({ sealing, now }: AttemptScope, subject: string, code?: string): void {
  const all = failuresOf.get(sealing) ?? new Map<string, Failures>();
  failuresOf.set(sealing, all);
  const before = all.get(subject);
  if (code !== undefined && before?.lastCode === code) return;
  all.delete(subject);
  all.set(subject, { count: (before?.count ?? 0) + 1, at: now, lastCode: code });
  const [oldest] = all.keys();
  if (all.size > mostSubjects && oldest !== undefined) all.delete(oldest);
}

export function forgetFailures({ sealing }: AttemptScope, subject: string): void {
  failuresOf.get(sealing)?.delete(subject);
}
