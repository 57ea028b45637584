import { ApiError } from '../api-error.ts';
import type { ServiceModel } from '../model.ts';

/** Where EC2 speaks the query protocol otherwise than IAM and STS do. */
export interface QueryDialect {
  /** `InstanceId.1` in place of `InstanceIds.member.1`. */
  readonly flattensLists: boolean;
  missingAction(): ApiError;
  /** Of an operation that AWS has not. */
  unknownAction(action: string, version: string): ApiError;
  /** Of a version that the service has not. */
  unknownVersion(action: string, version: string): ApiError;
  /** Of a parameter that the operation does not know; undefined: it is passed over. */
  unknownParameter(path: string): ApiError | undefined;
  /** Of one that differs from a known one in case alone. */
  caseVariant(path: string): ApiError;
  /** Of a text that is no value of the type. */
  invalidValue(path: string, type: string, text: string): ApiError;
}

export function dialectOf({ protocol }: ServiceModel): QueryDialect {
  return protocol === 'ec2' ? ec2 : query;
}

export function malformedInput(message: string): ApiError {
  return new ApiError('MalformedInput', 400, message);
}

const query: QueryDialect = {
  flattensLists: false,
  missingAction: () =>
    new ApiError('MissingAction', 400, 'The request must contain the parameter Action'),
  unknownAction: notFound,
  unknownVersion: notFound,
  unknownParameter: () => undefined,
  caseVariant: (path) =>
    malformedInput(`\`${path.slice(0, 128)}\` differs from a known parameter in case alone`),
  invalidValue: (path, type) => malformedInput(`\`${path}\` is no valid ${type}`),
};

function notFound(action: string, version: string): ApiError {
  const message = `Could not find operation ${action} for version ${version}`;
  return new ApiError('InvalidAction', 400, message);
}

/** Source: "Error codes for the Amazon EC2 API", Amazon EC2 Developer Guide. */
const ec2: QueryDialect = {
  flattensLists: true,
  missingAction: () =>
    new ApiError('MissingAction', 400, 'The request is missing an action or a required parameter.'),
  unknownAction: (action) =>
    new ApiError('InvalidAction', 400, `The action ${action} is not valid for this web service.`),
  unknownVersion(_action, version) {
    const message = `The requested version (${version}) of service AmazonEC2 does not exist`;
    return new ApiError('NoSuchVersion', 400, message);
  },
  unknownParameter,
  caseVariant: unknownParameter,
  invalidValue(path, _type, text) {
    const message = `Value (${text.slice(0, 128)}) for parameter ${path} is invalid.`;
    return new ApiError('InvalidParameterValue', 400, message);
  },
};

function unknownParameter(path: string): ApiError {
  const message = `The parameter ${path.slice(0, 128)} is not recognized`;
  return new ApiError('UnknownParameter', 400, message);
}
