import { ApiError } from '@carnet/wire';

/**
 * The errors of Lambda that more than one operation answers; texts are AWS's. Source: Lambda API
 * reference, and what AWS was seen to answer.
 */

/** What Lambda's errors have beside their text: whose fault it is. */
const ofUser = { Type: 'User' } as const;

export function invalidParameter(message: string): ApiError {
  return new ApiError('InvalidParameterValueException', 400, message, ofUser);
}

export function resourceNotFound(message: string): ApiError {
  return new ApiError('ResourceNotFoundException', 404, message, ofUser);
}

export function resourceConflict(message: string): ApiError {
  return new ApiError('ResourceConflictException', 409, message, ofUser);
}

/** `operations` are those that tell the latest revision, `GetPolicy`. */
export function preconditionFailed(operations: string): ApiError {
  return new ApiError(
    'PreconditionFailedException',
    412,
    'The Revision Id provided does not match the latest Revision Id. ' +
      `Call the ${operations} API to retrieve the latest Revision Id`,
    ofUser,
  );
}

/** A constraint that the model does not have, in the words of those that it has. */
export function constraintBroken(value: unknown, member: string, constraint: string): ApiError {
  const message =
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
    `Member must ${constraint}`;
  return new ApiError('ValidationException', 400, message);
}

export function codeStorageExceeded(): ApiError {
  return new ApiError('CodeStorageExceededException', 400, 'Code storage limit exceeded.', ofUser);
}

export function roleNotAssumable(): ApiError {
  return invalidParameter('The role defined for the function cannot be assumed by Lambda.');
}

export function accessDenied(message: string): ApiError {
  return new ApiError('AccessDeniedException', 403, message);
}
