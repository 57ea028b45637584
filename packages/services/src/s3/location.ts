import type { CreateBucketConfiguration } from '@aws-sdk/client-s3';
import { ApiError } from '@carnet/wire';

/**
 * The region a new bucket is of. A request to us-east-1 may name any other region or none; a request
 * to another region must name that one. Which regions there are is the deployment's own matter: what
 * looks like one is one.
 * Errors: `InvalidLocationConstraint`, `IllegalLocationConstraintException`.
 */
export function requestedRegion(
  requestRegion: string,
  configuration: CreateBucketConfiguration | undefined,
): string {
  const constraint: string | undefined = configuration?.LocationConstraint || undefined;
  // s3cmd signs for the region by its first name, `US Standard`.
  if (requestRegion === 'us-east-1' || requestRegion === 'US') {
    if (constraint === undefined) return 'us-east-1';
    if (constraint === 'us-east-1' || !isRegion(constraint)) {
      throw new ApiError(
        'InvalidLocationConstraint',
        400,
        'The specified location-constraint is not valid',
        { LocationConstraint: constraint },
      );
    }
    return regionOf(constraint);
  }
  if (
    constraint === undefined ||
    regionOf(constraint) !== requestRegion ||
    !isName(requestRegion)
  ) {
    throw new ApiError(
      'IllegalLocationConstraintException',
      400,
      `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region ` +
        'specific endpoint this request was sent to.',
    );
  }
  return requestRegion;
}

/** A constraint as a policy may name it: an old name, and what it is the name of. */
export function constraintSpellings(
  configuration: CreateBucketConfiguration | undefined,
): string | readonly string[] | undefined {
  const constraint: string | undefined = configuration?.LocationConstraint || undefined;
  if (constraint === undefined || regionOf(constraint) === constraint) return constraint;
  return [constraint, regionOf(constraint)];
}

/** `EU` is the old name of eu-west-1. */
function regionOf(constraint: string): string {
  return constraint === 'EU' ? 'eu-west-1' : constraint;
}

function isRegion(constraint: string): boolean {
  return constraint === 'EU' || /^[a-z]{2}(-[a-z]+){1,3}-[0-9]$/.test(constraint);
}

/** The region of a request is the caller's word, from the scope of the signature. */
function isName(region: string): boolean {
  return /^[a-z0-9-]{1,40}$/.test(region);
}
