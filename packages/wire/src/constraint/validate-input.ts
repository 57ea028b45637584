import { ApiError } from '../api-error.ts';
import type { ServiceModel } from '../model.ts';
import { operationOf, structureOf } from '../model-lookup.ts';
import { ec2Error } from './ec2-error.ts';
import { findViolations, type Violation } from './find-violations.ts';

/**
 * Checks a decoded input against the model's constraints: members that are required, lengths,
 * ranges, patterns, enumerations. Throws `ApiError`: `ValidationError` in AWS's words for the query
 * services, `ValidationException` for those of REST-JSON, what EC2 and S3 say for those.
 */
export function validateInput(model: ServiceModel, operation: string, input: object): void {
  const structure = structureOf(model, operationOf(model, operation).input);
  const violations = findViolations(model, structure, input);
  const [first] = violations;
  if (first === undefined) return;
  if (model.protocol === 'rest-xml') throw restXmlError(first);
  if (model.protocol === 'ec2') throw ec2Error(first);
  const sole = violations.find(({ soleMessage }) => soleMessage !== undefined)?.soleMessage;
  if (sole !== undefined) throw new ApiError('ValidationError', 400, sole);
  const count =
    violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  const messages = violations.map(({ message }) => message).join('; ');
  const code = model.protocol === 'rest-json' ? 'ValidationException' : 'ValidationError';
  throw new ApiError(code, 400, `${count} detected: ${messages}`);
}

/** S3 says one thing at a time, and blames the document for what stands in it. */
function restXmlError(violation: Violation): ApiError {
  if (violation.inDocument) {
    const message =
      'The XML you provided was not well-formed or did not validate against our published schema';
    return new ApiError('MalformedXML', 400, message);
  }
  if (violation.isMissing && violation.member.location === 'payload') {
    return new ApiError('MissingRequestBodyError', 400, 'Request Body is empty');
  }
  const argument = violation.member.locationName ?? violation.path;
  if (argument === 'x-amz-storage-class') {
    const message = 'The storage class you specified is not valid';
    return new ApiError('InvalidStorageClass', 400, message);
  }
  if (violation.path === 'key' && violation.isTooLong) {
    return new ApiError('KeyTooLongError', 400, 'Your key is too long');
  }
  return new ApiError('InvalidArgument', 400, violation.message, { ArgumentName: argument });
}
