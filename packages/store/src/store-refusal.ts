/**
 * Why the store refuses to start: what is wrong, why, and the next step, for the operator to read
 * without a stack. Never holds a secret.
 */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
  readonly code: StoreRefusalCode;

  constructor(code: StoreRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `dataDirectory`: its owner or mode. `locked`: another process has it. `schema`: not a database
 * of ours, or a newer one. `masterKey`: missing, malformed or the wrong one. `database`: it cannot be
 * reached, or must not be trusted with data.
 */
export type StoreRefusalCode = 'dataDirectory' | 'locked' | 'schema' | 'masterKey' | 'database';
