import type { ApiError } from '@carnet/wire';
import { validationError } from '../iam/error.ts';

/** Longer values are cut: the message ends up in the record of the call too. */
const longestValue = 1024;

/** What the model does not say of a member, in the words of what it says; `value` undefined: none. */
export function brokenConstraint(
  value: string | undefined,
  path: string,
  constraint: string,
): ApiError {
  const isLong = value !== undefined && value.length > longestValue;
  const shown = isLong ? `${value.slice(0, longestValue)}…` : value;
  const said = shown === undefined ? 'Value' : `Value '${shown}'`;
  return validationError(
    `1 validation error detected: ${said} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}
