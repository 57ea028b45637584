import { StoreUnavailable } from '@carnet/store';
import { ApiError } from '@carnet/wire';

/** What a caller learns when the database cannot be asked; every other error stays as it is. */
export function explainUnavailable(error: unknown): unknown {
  if (!(error instanceof StoreUnavailable)) return error;
  if (error.outcome === 'unknown') {
    const message = 'The change may or may not have been made: its confirmation was lost.';
    return new ApiError('ServiceUnavailable', 503, message);
  }
  return new ApiError('ServiceUnavailable', 503, 'Service is unable to handle request.');
}
