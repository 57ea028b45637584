/**
 * The database cannot be asked at the moment; it recovers by itself. `outcome` says what became of a
 * transaction: nothing was changed, or its commit was never answered and nobody knows.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly outcome: 'nothingChanged' | 'unknown';

  constructor(
    message: string,
    options: { readonly cause?: unknown; readonly outcome?: 'unknown' } = {},
  ) {
    super(message, { cause: options.cause });
    this.outcome = options.outcome ?? 'nothingChanged';
  }
}
