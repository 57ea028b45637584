import { ApiError } from '../api-error.ts';
import type { Violation } from './find-violations.ts';

/**
 * What EC2 says of the first thing that is broken in an input. Source: "Error codes for the Amazon
 * EC2 API", Amazon EC2 Developer Guide.
 */
export function ec2Error({ path, member, isMissing, shape, value }: Violation): ApiError {
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
  const shown = String(value).slice(0, 128);
  const message =
    path === 'instanceType'
      ? `Invalid value '${shown}' for InstanceType.`
      : `Value (${shown}) for parameter ${path} is invalid.`;
  return new ApiError('InvalidParameterValue', 400, message);
}

function outOfBounds(path: string, value: number, expected: string): ApiError {
  const message = `Value ( ${value} ) for parameter ${path} is invalid. Expecting a value ${expected}.`;
  return new ApiError('InvalidParameterValue', 400, message);
}

const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1);

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
