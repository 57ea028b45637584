import type { ApiError } from '@carnet/wire';
import { validationError } from '../iam/error.ts';

/** What the model does not say of a member, in the words of what it says. */
export function brokenConstraint(value: string, path: string, constraint: string): ApiError {
  return validationError(
    `1 validation error detected: ${value} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}
