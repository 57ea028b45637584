import {
  ApiError,
  type ServiceModel,
  type SignatureRefusal,
  type SignatureRefusalReason,
  serviceModel,
} from '@carnet/wire';

interface Answer {
  readonly code: string;
  readonly status: number;
  /** In place of what the signature's reader says. */
  readonly message?: string;
}

const incomplete: Answer = { code: 'IncompleteSignature', status: 400 };
const mismatch: Answer = { code: 'SignatureDoesNotMatch', status: 403 };

/** IAM and STS: "Common errors", IAM API reference. */
const queryAnswers: Readonly<Record<SignatureRefusalReason, Answer>> = {
  malformedTarget: incomplete,
  malformedRequest: incomplete,
  malformedHeader: incomplete,
  malformedQuery: incomplete,
  duplicateHeader: incomplete,
  duplicateParameter: incomplete,
  headerAndQuery: incomplete,
  unsupportedVersion: incomplete,
  malformedVersion2: incomplete,
  invalidScope: mismatch,
  missingContentSha256: incomplete,
  invalidContentSha256: incomplete,
  unsupportedPayload: mismatch,
  malformedTrailer: incomplete,
  unsignedHeader: mismatch,
  expired: mismatch,
  notYetCurrent: mismatch,
  skewed: mismatch,
  presignedExpired: { code: 'RequestExpired', status: 400 },
  presignedNotYetValid: { code: 'RequestExpired', status: 400 },
  payloadMismatch: mismatch,
  signatureMismatch: mismatch,
};

/** What is of the caller's making keeps its own words: a scope, a header that is not signed. */
const authFailure: Answer = { code: 'AuthFailure', status: 401 };
const notValidated: Answer = {
  ...authFailure,
  message: 'AWS was not able to validate the provided access credentials',
};
const requestExpired: Answer = {
  code: 'RequestExpired',
  status: 400,
  message: 'Request has expired.',
};

/** EC2: "Error codes for the Amazon EC2 API", Amazon EC2 Developer Guide. */
const ec2Answers: Readonly<Record<SignatureRefusalReason, Answer>> = {
  ...queryAnswers,
  invalidScope: authFailure,
  unsupportedPayload: authFailure,
  unsignedHeader: authFailure,
  expired: requestExpired,
  notYetCurrent: requestExpired,
  skewed: requestExpired,
  presignedExpired: requestExpired,
  presignedNotYetValid: requestExpired,
  payloadMismatch: notValidated,
  signatureMismatch: notValidated,
};
const invalidSignature: Answer = { code: 'InvalidSignatureException', status: 403 };

/** REST-JSON: the same with codes that end as theirs do, and one for all that does not verify. */
const restJsonAnswers = Object.fromEntries(
  Object.entries(queryAnswers).map(([reason, answer]) => [
    reason,
    answer === incomplete
      ? { code: 'IncompleteSignatureException', status: answer.status }
      : invalidSignature,
  ]),
) as Readonly<Record<SignatureRefusalReason, Answer>>;

const invalidRequest: Answer = { code: 'InvalidRequest', status: 400 };
const invalidArgument: Answer = { code: 'InvalidArgument', status: 400 };
const malformedHeader: Answer = { code: 'AuthorizationHeaderMalformed', status: 400 };
const malformedQuery: Answer = { code: 'AuthorizationQueryParametersError', status: 400 };
const denied: Answer = { code: 'AccessDenied', status: 403 };

/** S3: "Error responses", Amazon S3 API reference. */
const s3Answers: Readonly<Record<SignatureRefusalReason, Answer>> = {
  malformedTarget: { code: 'InvalidURI', status: 400 },
  malformedRequest: invalidRequest,
  malformedHeader,
  malformedQuery,
  duplicateHeader: invalidArgument,
  duplicateParameter: malformedQuery,
  headerAndQuery: invalidArgument,
  unsupportedVersion: invalidRequest,
  malformedVersion2: denied,
  invalidScope: malformedHeader,
  missingContentSha256: invalidRequest,
  invalidContentSha256: invalidArgument,
  unsupportedPayload: invalidArgument,
  malformedTrailer: invalidRequest,
  unsignedHeader: denied,
  expired: { code: 'RequestTimeTooSkewed', status: 403 },
  notYetCurrent: { code: 'RequestTimeTooSkewed', status: 403 },
  skewed: { code: 'RequestTimeTooSkewed', status: 403 },
  presignedExpired: denied,
  presignedNotYetValid: denied,
  payloadMismatch: { code: 'XAmzContentSHA256Mismatch', status: 400 },
  signatureMismatch: mismatch,
};

type Protocol = ServiceModel['protocol'];

const answers: Readonly<Record<Protocol, Readonly<Record<SignatureRefusalReason, Answer>>>> = {
  query: queryAnswers,
  ec2: ec2Answers,
  'rest-json': restJsonAnswers,
  'rest-xml': s3Answers,
};

/** Of a service that nobody serves, the one that most clients of AWS can read. */
function protocolOf(service: string): Protocol {
  return serviceModel(service)?.protocol ?? 'query';
}

/** A refused signature as the service's error. What is for no service that can be told is S3's. */
export function refusalError(refusal: SignatureRefusal): ApiError {
  const { code, status, message } = answers[protocolOf(refusal.service ?? 's3')][refusal.reason];
  return new ApiError(code, status, message ?? refusal.message);
}

/** A key that does not exist, is inactive, or does not go with its token. */
export function unknownKey(service: string, accessKeyId: string): ApiError {
  if (service === 'ec2') return answer(notValidated);
  if (protocolOf(service) !== 'rest-xml') return invalidClientToken(service);
  return new ApiError(
    'InvalidAccessKeyId',
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
    { AWSAccessKeyId: accessKeyId },
  );
}

/** A session token that was altered, belongs to another key or deployment, or whose role is gone. */
export function invalidToken(service: string): ApiError {
  if (service === 'ec2') return answer(notValidated);
  if (protocolOf(service) !== 'rest-xml') return invalidClientToken(service);
  const message = 'The provided token is malformed or otherwise invalid.';
  return new ApiError('InvalidToken', 400, message);
}

export function expiredToken(service: string): ApiError {
  if (service === 'ec2') return answer(requestExpired);
  const protocol = protocolOf(service);
  if (protocol === 'rest-xml') {
    return new ApiError('ExpiredToken', 400, 'The provided token has expired.');
  }
  const code = protocol === 'rest-json' ? 'ExpiredTokenException' : 'ExpiredToken';
  return new ApiError(code, 403, 'The security token included in the request is expired');
}

function invalidClientToken(service: string): ApiError {
  const isJson = protocolOf(service) === 'rest-json';
  const code = isJson ? 'UnrecognizedClientException' : 'InvalidClientTokenId';
  return new ApiError(code, 403, 'The security token included in the request is invalid.');
}

function answer({ code, status, message = '' }: Answer): ApiError {
  return new ApiError(code, status, message);
}
