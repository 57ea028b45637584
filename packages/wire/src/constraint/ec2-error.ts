import { ApiError } from '../api-error.ts';
import type { Member } from '../model.ts';
import type { Violation } from './find-violations.ts';

/**
 * What EC2 says of the first thing that is broken in an input. Source: "Error codes for the Amazon
 * EC2 API", Amazon EC2 Developer Guide.
 */
export function ec2Error(violation: Violation): ApiError {
  const { path, member, isMissing, shape, value } = violation;
  if (isMissing) {
    const parent = path.includes('.') ? `${upperFirst(path.slice(0, path.lastIndexOf('.')))}.` : '';
    const name = member.queryName ?? member.xmlName ?? upperFirst(lastOf(path));
    const message = `The request must contain the parameter ${parent}${name}`;
    return new ApiError('MissingParameter', 400, message);
  }
  const { min, max } = { min: undefined, max: undefined, ...shape };
  if (typeof value === 'number' && min !== undefined && value < min) {
    return outOfBounds(path, value, `greater than ${min}`);
  }
  if (typeof value === 'number' && max !== undefined && value > max) {
    return outOfBounds(path, value, `smaller than ${max}`);
  }
  if (shape.type === 'list' && max !== undefined && violation.isTooLong) {
    return tooMany(member, path, (value as readonly unknown[]).length, max);
  }
  // Of a list whose items are simple it is one of them: the longest.
  const texts = Array.isArray(value) ? value.map(String) : [String(value)];
  const blamed = texts.reduce((one, other) => (other.length > one.length ? other : one), '');
  const own = Object.hasOwn(ofText, member.shape) ? ofText[member.shape] : undefined;
  return own?.(blamed.slice(0, 128)) ?? invalid(path, blamed.slice(0, 128));
}

/** Errors of their own of texts that are too long or, of an enumeration, unknown. */
const ofText: Readonly<Record<string, (shown: string) => ApiError>> = {
  ClientToken: () => parameterValue('Client token exceeds the maximum length of 64 characters'),
  ImageId: (shown) => malformed('InvalidAMIID.Malformed', shown, 'ami-'),
  InstanceId: (shown) => malformed('InvalidInstanceID.Malformed', shown, 'i-'),
  InstanceIdStringList: (shown) => malformed('InvalidInstanceID.Malformed', shown, 'i-'),
  InstanceType: (shown) => parameterValue(`Invalid value '${shown}' for InstanceType.`),
  ResourceIdList: (shown) => new ApiError('InvalidID', 400, `The ID '${shown}' is not valid`),
  TagKey: () => parameterValue('Tag key exceeds the maximum length of 128 characters'),
  TagValue: () => parameterValue('Tag value exceeds the maximum length of 256 characters'),
  ValueStringList: () => filterLimit('The maximum length for a filter value is 255 characters'),
};

function tooMany({ shape }: Member, path: string, count: number, max: number): ApiError {
  switch (shape) {
    case 'FilterList':
      return filterLimit(`The maximum number of filters specified on a single call is ${max}`);
    case 'ValueStringList':
      return filterLimit(
        `The maximum number of filter values specified on a single call is ${max}`,
      );
    case 'TagList': {
      const message = `The maximum number of tags for a resource, ${max}, has been reached`;
      return new ApiError('TagLimitExceeded', 400, message);
    }
    default:
      return parameterValue(
        `The parameter ${path} has ${count} values; at most ${max} may be given`,
      );
  }
}

function malformed(code: string, shown: string, prefix: string): ApiError {
  const expected = shown.startsWith(prefix) ? '' : ` (expecting "${prefix}...")`;
  return new ApiError(code, 400, `Invalid id: "${shown}"${expected}`);
}

function filterLimit(message: string): ApiError {
  return new ApiError('FilterLimitExceeded', 400, message);
}

function parameterValue(message: string): ApiError {
  return new ApiError('InvalidParameterValue', 400, message);
}

function invalid(path: string, shown: string): ApiError {
  return parameterValue(`Value (${shown}) for parameter ${path} is invalid.`);
}

function outOfBounds(path: string, value: number, expected: string): ApiError {
  return parameterValue(
    `Value ( ${value} ) for parameter ${path} is invalid. Expecting a value ${expected}.`,
  );
}

const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1);

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
