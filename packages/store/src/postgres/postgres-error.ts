import { DatabaseError } from 'pg';
import { UnstorableValue } from '../storable.ts';
import { StoreUnavailable } from '../store-unavailable.ts';

/**
 * SQLSTATEs of a server that cannot serve now, by their beginnings: connection lost (08), refused by
 * the server (28, 3D), a standby that was asked to write (25006), no resources (53), a lock or a
 * statement that took too long (55P03, 57014), shutting down or starting (57P), input or output (58).
 */
const unavailable = ['08', '28', '3D', '25006', '53', '55P03', '57', '58'];

/** SQLSTATEs after which a commit certainly changed nothing: rolled back (40), a constraint (23). */
const rolledBack = ['40', '23'];

/** `StoreUnavailable` for what passes by itself; every other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    if (!unavailable.some((beginning) => code.startsWith(beginning))) return error;
  } else if (!isOfConnection(error)) {
    return error;
  }
  return new StoreUnavailable(`the database cannot be asked: ${messageOf(error)}`, {
    cause: error,
  });
}

/** What a failed `commit` means: an answer that says "rolled back", or else nobody knows. */
export function asCommitFailure(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    if (rolledBack.some((beginning) => code.startsWith(beginning))) return error;
  }
  return unknownOutcome(messageOf(error), error);
}

export function unknownOutcome(why: string, cause?: unknown): StoreUnavailable {
  const message = `the database did not confirm a commit, which may have been made: ${why}`;
  return new StoreUnavailable(message, { cause, outcome: 'unknown' });
}

/** The driver throws plain errors of sockets and of its own; anything else is a bug of ours. */
function isOfConnection(error: unknown): boolean {
  const ours = [StoreUnavailable, UnstorableValue, TypeError, RangeError];
  return error instanceof Error && !ours.some((kind) => error instanceof kind);
}

export function messageOf(error: unknown): string {
  // Several addresses of a host fail as one error without a message.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
