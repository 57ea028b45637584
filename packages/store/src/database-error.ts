import { StoreUnavailable } from './store-unavailable.ts';

/** SQLite's extended result codes and PostgreSQL's SQLSTATE: both drivers put them in `code`. */
const uniqueViolations = new Set([
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  '23505',
]);

/** `40001` serialization_failure, `40P01` deadlock_detected. SQLite has one writer and knows neither. */
const serializationFailures = new Set(['40001', '40P01']);

/** True when a write was refused because its key or unique name is taken. */
export function isUniqueViolation(error: unknown): boolean {
  return uniqueViolations.has(codeOf(error));
}

/** True when the same transaction may succeed if it is run again from its start. */
export function isSerializationFailure(error: unknown): boolean {
  return serializationFailures.has(codeOf(error));
}

/** Why the store cannot do for the moment what it was rightly asked for. */
export type Unavailability = 'full' | 'readOnly' | 'tooManyFiles' | 'failing';

/**
 * What the disk said, and SQLite in the disk's place; undefined for every other error. SQLite's
 * extended codes go by what they begin with.
 */
export function unavailabilityOf(error: unknown): Unavailability | undefined {
  const code = codeOf(error);
  const [, sqlite = code] = /^(SQLITE_[A-Z]+)/.exec(code) ?? [];
  return unavailabilities.get(sqlite);
}

const unavailabilities: ReadonlyMap<string, Unavailability> = new Map([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['SQLITE_FULL', 'full'],
  ['EROFS', 'readOnly'],
  ['EACCES', 'readOnly'],
  ['EPERM', 'readOnly'],
  ['SQLITE_READONLY', 'readOnly'],
  ['EMFILE', 'tooManyFiles'],
  ['ENFILE', 'tooManyFiles'],
  ['EIO', 'failing'],
  ['SQLITE_IOERR', 'failing'],
  ['SQLITE_CANTOPEN', 'failing'],
  ['SQLITE_BUSY', 'failing'],
]);

/**
 * True when a commit that failed has certainly changed nothing: PostgreSQL was not asked, or the
 * frame of SQLite's log that makes it one found no room. Of other failures nobody knows.
 */
export function isUndone(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return error.outcome === 'nothingChanged';
  return codeOf(error) === 'SQLITE_FULL';
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
