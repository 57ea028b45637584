/**
 * Why a request is refused before anybody knows who calls. The services give each reason the code
 * and the status of their protocol: `malformedHeader` is `IncompleteSignature` 400 in IAM and
 * `AuthorizationHeaderMalformed` 400 in S3.
 */
export type SignatureRefusalReason =
  /** The request target is no origin form, or its escapes do not decode to UTF-8. */
  | 'malformedTarget'
  /** A header's value holds control characters. */
  | 'malformedRequest'
  /** The Authorization header cannot be read, or a part of it is missing. */
  | 'malformedHeader'
  /** The presigned form cannot be read, or a parameter is missing or written in another case. */
  | 'malformedQuery'
  | 'duplicateHeader'
  | 'duplicateParameter'
  /** Credentials, or the same protocol header, in the header and in the query. */
  | 'headerAndQuery'
  /** SigV4a, Basic, Bearer, and Signature Version 2 where it is not taken. */
  | 'unsupportedVersion'
  /** A presigned URL of Signature Version 2 without a parameter of its own, or no date in it. */
  | 'malformedVersion2'
  /** The scope's date is not the request's, or it does not end in `aws4_request`. */
  | 'invalidScope'
  /** S3 without `x-amz-content-sha256`. */
  | 'missingContentSha256'
  /** A value of `x-amz-content-sha256` that is none of AWS's forms. */
  | 'invalidContentSha256'
  /** An unsigned or streaming payload where the body is part of the request. */
  | 'unsupportedPayload'
  /** `x-amz-trailer` is missing, or names what no trailer can be. */
  | 'malformedTrailer'
  /** `host`, the date or an `x-amz-` header is not among the signed headers. */
  | 'unsignedHeader'
  /** Header form, every service but S3: older than the clock allows. */
  | 'expired'
  /** Header form, every service but S3: too far in the future. */
  | 'notYetCurrent'
  /** Header form, S3: either of the two. */
  | 'skewed'
  | 'presignedExpired'
  | 'presignedNotYetValid'
  /** The body's hash is not the declared one. */
  | 'payloadMismatch'
  | 'signatureMismatch';

export interface SignatureRefusal {
  readonly reason: SignatureRefusalReason;
  /** AWS's sentence where it has one. Never repeats what a client sent beyond dates and names. */
  readonly message: string;
  /** The service that the scope names, as far as it could be read; `s3` for Signature Version 2. */
  readonly service: string | undefined;
}

/** For what is signed with Signature Version 2, which boto3 presigns with unless told otherwise. */
export const useVersion4 =
  'Signature Version 2 is taken in presigned URLs of GET, HEAD and PUT alone. Use Signature Version ' +
  '4: set signature_version = s3v4 (boto3: Config(signature_version="s3v4"); AWS CLI: ' +
  'aws configure set default.s3.signature_version s3v4).';

/** What is said when a signature is not the one that the secret makes. */
export function mismatchMessage(service: string): string {
  const key = service === 's3' ? 'key' : 'AWS Secret Access Key';
  const more = service === 's3' ? '' : ' Consult the service documentation for details.';
  return (
    'The request signature we calculated does not match the signature you provided. ' +
    `Check your ${key} and signing method.${more}`
  );
}
