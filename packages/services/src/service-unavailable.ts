import { StoreUnavailable, type Unavailability, unavailabilityOf } from '@carnet/store';
import { ApiError } from '@carnet/wire';

const disks: Readonly<Record<Unavailability, string>> = {
  full: 'its storage is full',
  readOnly: 'its storage cannot be written',
  tooManyFiles: 'it has too many files open',
  failing: 'its storage does not answer',
};

/**
 * What a caller learns when the database or the disk cannot do what was rightly asked; every other
 * error stays as it is. Clients try `ServiceUnavailable` again, and wait longer each time.
 */
export function explainUnavailable(error: unknown): unknown {
  const disk = unavailabilityOf(error);
  if (disk !== undefined) {
    return unavailable(`Service is unable to handle request: ${disks[disk]}.`);
  }
  if (!(error instanceof StoreUnavailable)) return error;
  return error.outcome === 'unknown'
    ? unavailable('The change may or may not have been made: its confirmation was lost.')
    : unavailable('Service is unable to handle request.');
}

function unavailable(message: string): ApiError {
  return new ApiError('ServiceUnavailable', 503, message);
}
