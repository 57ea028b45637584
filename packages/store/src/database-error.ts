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

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
