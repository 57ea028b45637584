import { ApiError } from '@carnet/wire';

/**
 * The errors of S3 that more than one operation answers, with S3's codes, statuses and texts.
 * Source: S3 API reference, "Error responses".
 */

export function accessDenied(): ApiError {
  return new ApiError('AccessDenied', 403, 'Access Denied');
}

export function noSuchBucket(name: string): ApiError {
  return new ApiError('NoSuchBucket', 404, 'The specified bucket does not exist', {
    BucketName: name,
  });
}

export function noSuchKey(key: string): ApiError {
  return new ApiError('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });
}

export function noSuchUpload(uploadId: string): ApiError {
  return new ApiError(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have ' +
      'been aborted or completed.',
    { UploadId: uploadId },
  );
}

export function invalidRequest(message: string): ApiError {
  return new ApiError('InvalidRequest', 400, message);
}

export function invalidArgument(message: string, name: string, value: string): ApiError {
  return new ApiError('InvalidArgument', 400, message, {
    ArgumentName: name,
    ArgumentValue: value,
  });
}

/** A header that would change what the call means, and that nothing here can honour. */
export function headerNotImplemented(header: string): ApiError {
  return new ApiError(
    'NotImplemented',
    501,
    'A header you provided implies functionality that is not implemented',
    { Header: header },
  );
}

export function methodNotAllowed(): ApiError {
  return new ApiError(
    'MethodNotAllowed',
    405,
    'The specified method is not allowed against this resource.',
  );
}

export function preconditionFailed(condition: string): ApiError {
  return new ApiError(
    'PreconditionFailed',
    412,
    'At least one of the pre-conditions you specified did not hold',
    { Condition: condition },
  );
}

/** `algorithm` by its wire name, `CRC32`. */
export function badChecksum(algorithm: string): ApiError {
  return new ApiError(
    'BadDigest',
    400,
    `The ${algorithm} you specified did not match the calculated checksum.`,
  );
}

/** A checksum of another kind than the upload was begun with. */
export function checksumTypeMismatch(expected: string, actual: string): ApiError {
  return invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ` +
      actual,
  );
}

/** `size` and `maximum` in bytes. */
export function entityTooLarge(size: number, maximum: number): ApiError {
  return new ApiError(
    'EntityTooLarge',
    400,
    'Your proposed upload exceeds the maximum allowed size',
    { ProposedSize: String(size), MaxSizeAllowed: String(maximum) },
  );
}
