import type { ApiError } from '../api-error.ts';
import { jsonStructure } from '../json/write-json.ts';
import type { Member, ServiceModel } from '../model.ts';
import { membersOf, operationOf, structureOf } from '../model-lookup.ts';
import { headersOf } from '../rest/headers-of.ts';

export interface RestJsonResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array | undefined;
}

/** The answer of a REST-JSON service. A member that is the status wins over the operation's. */
export function encodeRestJsonResponse(
  model: ServiceModel,
  operation: string,
  output: object | undefined,
): RestJsonResponse {
  const { output: outputName, http } = operationOf(model, operation);
  const structure = structureOf(model, outputName);
  const value = (output ?? {}) as Readonly<Record<string, unknown>>;
  const members = membersOf(structure);
  const given = members.find(([, { location }]) => location === 'statusCode');
  const status = given === undefined ? undefined : value[given[0]];
  const headers = [jsonType, ...headersOf(model, structure, value)];
  const payload = members.find(([, { location }]) => location === 'payload');
  return {
    status: typeof status === 'number' ? status : (http?.status ?? 200),
    headers,
    body:
      payload === undefined
        ? outputName && JSON.stringify(jsonStructure(model, structure, value))
        : encodePayload(model, payload[1], value[payload[0]]),
  };
}

function encodePayload(model: ServiceModel, member: Member, value: unknown) {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Uint8Array || typeof value === 'string') return value;
  const structure = structureOf(model, member.shape);
  return JSON.stringify(jsonStructure(model, structure, value));
}

const jsonType = ['content-type', 'application/json'] as const;

/** Codes of what is the same in all services, as those of REST-JSON spell them. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['AccessDenied', 'AccessDeniedException'],
  ['IncompleteSignature', 'IncompleteSignatureException'],
  ['MissingAuthenticationToken', 'MissingAuthenticationTokenException'],
  ['ServiceUnavailable', 'ServiceUnavailableException'],
  ['InternalFailure', 'InternalServerException'],
  ['ValidationError', 'ValidationException'],
]);

/**
 * An error as REST-JSON services answer it: the code in a header, the text under both of the names
 * that they use, since clients of one service look for one of them alone.
 */
export function encodeRestJsonError({
  code,
  status,
  message,
  details,
}: ApiError): RestJsonResponse {
  return {
    status,
    headers: [jsonType, ['x-amzn-errortype', spellings.get(code) ?? code]],
    body: JSON.stringify({ ...details, Message: message, message }),
  };
}
