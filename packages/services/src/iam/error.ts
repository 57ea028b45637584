import { ApiError } from '@carnet/wire';

/** The errors of the IAM API that more than one operation answers; texts are AWS's. */

export function noSuchEntity(message: string): ApiError {
  return new ApiError('NoSuchEntity', 404, message);
}

export function entityAlreadyExists(message: string): ApiError {
  return new ApiError('EntityAlreadyExists', 409, message);
}

export function deleteConflict(message: string): ApiError {
  return new ApiError('DeleteConflict', 409, message);
}

export function limitExceeded(message: string): ApiError {
  return new ApiError('LimitExceeded', 409, message);
}

/** `quota` is AWS's name of it, `AccessKeysPerUser`. */
export function quotaExceeded(quota: string, most: number): ApiError {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${most}`);
}

export function invalidInput(message: string): ApiError {
  return new ApiError('InvalidInput', 400, message);
}

export function validationError(message: string): ApiError {
  return new ApiError('ValidationError', 400, message);
}

export function accessDenied(message: string): ApiError {
  return new ApiError('AccessDenied', 403, message);
}
