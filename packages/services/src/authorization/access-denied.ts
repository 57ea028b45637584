import { ApiError } from '@carnet/wire';

/** What a caller without an account reads. */
export function accessDenied(): ApiError {
  return new ApiError('AccessDenied', 403, 'Access Denied');
}
