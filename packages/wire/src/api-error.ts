/**
 * An answer that is an error of the AWS API: thrown by codecs, authentication, authorization and
 * operations, encoded by the gateway in the protocol of the service. Any other exception is a bug
 * and is answered as `InternalFailure` without its text.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** AWS's code, `NoSuchEntity`. */
  readonly code: string;
  /** The HTTP status, 404. */
  readonly status: number;
  /** Further elements of the error's body, S3's `BucketName` for one. */
  readonly details: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
