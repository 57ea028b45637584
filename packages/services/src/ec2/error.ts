import { ApiError } from '@carnet/wire';

/**
 * The errors of the EC2 API that more than one operation answers; texts are AWS's.
 * Source: "Error codes for the Amazon EC2 API", Amazon EC2 Developer Guide.
 */

export function invalidParameterValue(message: string): ApiError {
  return new ApiError('InvalidParameterValue', 400, message);
}

export function invalidParameterCombination(message: string): ApiError {
  return new ApiError('InvalidParameterCombination', 400, message);
}

export function filterLimitExceeded(message: string): ApiError {
  return new ApiError('FilterLimitExceeded', 400, message);
}

export function missingParameter(name: string): ApiError {
  const message = `The request must contain the parameter ${name}`;
  return new ApiError('MissingParameter', 400, message);
}

export function unsupportedOperation(message: string): ApiError {
  return new ApiError('UnsupportedOperation', 400, message);
}

export function instanceNotFound(ids: readonly string[]): ApiError {
  const list = ids.join(', ');
  const message =
    ids.length > 1
      ? `The instance IDs '${list}' do not exist`
      : `The instance ID '${list}' does not exist`;
  return new ApiError('InvalidInstanceID.NotFound', 400, message);
}

export function incorrectInstanceState(message: string): ApiError {
  return new ApiError('IncorrectInstanceState', 400, message);
}

export function associationNotFound(id: string): ApiError {
  const message = `An invalid association-id of '${id}' was given`;
  return new ApiError('InvalidAssociationID.NotFound', 400, message);
}
