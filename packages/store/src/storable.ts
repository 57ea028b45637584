/**
 * A value that not every database can hold or be asked for: PostgreSQL knows no U+0000 in text, no
 * half of a surrogate pair, and no fraction in a whole number. Refused on SQLite too, so that what
 * works does not depend on the database.
 */
export class UnstorableValue extends Error {
  override readonly name = 'UnstorableValue';
}

/** Throws `UnstorableValue` when a parameter of a statement is one. */
export function assertStorable(parameters: readonly unknown[]): void {
  for (const parameter of parameters) {
    if (typeof parameter === 'string') {
      if (parameter.includes('\0') || !parameter.isWellFormed()) {
        throw new UnstorableValue('a text holds U+0000 or half of a surrogate pair');
      }
    } else if (typeof parameter === 'number' && !Number.isSafeInteger(parameter)) {
      throw new UnstorableValue('a number is no whole number, or too large');
    }
  }
}
