import type { VerifiedRequest } from '@carnet/services';
import {
  ApiError,
  decodeRestJsonRequest,
  encodeRestJsonError,
  encodeRestJsonResponse,
  routeRestJson,
  type ServiceModel,
  validateInput,
} from '@carnet/wire';
import { targetPath } from './address.ts';
import type { Answer } from './answer.ts';
import { bufferBody } from './buffer-body.ts';
import type { Exchange, GatewayParts } from './exchange.ts';
import { refusedCall } from './refused-call.ts';

/**
 * One call of a REST-JSON service. The body is part of what is signed, so it is read first, up to
 * its cap: which cap that is the path tells, which by then nobody has verified and which decides
 * nothing else.
 */
export async function callRestJson(
  exchange: Exchange,
  parts: GatewayParts,
  model: ServiceModel,
): Promise<Answer> {
  const { services } = parts;
  const body = await bufferBody(exchange.body, bodyLimit(exchange, model));
  const request = await services.authenticate(exchange.reading, exchange.transport, body);
  const route = findRoute(exchange, model, request.query);
  if (route === undefined) throw unknownRoute();
  const { operation, labels } = route;
  exchange.operation = operation;
  const call = { request, service: model.service, operation, requestId: exchange.requestId };
  const input = decodeInput(parts, model, { ...call, labels, body });
  const output = await services.dispatch({ ...call, input });
  const {
    status,
    headers,
    body: answer,
  } = encodeRestJsonResponse(model, operation, output as object);
  return {
    status,
    headers: { ...idHeader(exchange), ...Object.fromEntries(headers) },
    body: answer,
  };
}

/** An error as REST-JSON services answer it. */
export function restJsonError(exchange: Exchange, error: ApiError): Answer {
  const { status, headers, body } = encodeRestJsonError(error);
  return { status, headers: { ...idHeader(exchange), ...Object.fromEntries(headers) }, body };
}

interface DecodeParts {
  readonly request: VerifiedRequest;
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

function decodeInput(
  { services }: GatewayParts,
  model: ServiceModel,
  { labels, body, ...call }: DecodeParts,
): object {
  const { query, headers } = call.request;
  let input: object = {};
  try {
    input = decodeRestJsonRequest(model, call.operation, { labels, query, headers, body });
    validateInput(model, call.operation, input);
    return input;
  } catch (error) {
    throw refusedCall(services, { ...call, input }, error);
  }
}

function findRoute(
  { raw }: Exchange,
  model: ServiceModel,
  query: VerifiedRequest['query'],
): ReturnType<typeof routeRestJson> {
  return routeRestJson(model, { method: raw.method, path: targetPath(raw.target), query });
}

function idHeader({ requestId }: Exchange): Record<string, string> {
  return { 'x-amzn-RequestId': requestId };
}

const megabyte = 1024 * 1024;

/** Bytes of a body, for operations that take more than a megabyte. */
const bodyLimits: ReadonlyMap<string, number> = new Map([
  // A zip of ten megabytes in base64, and what stands around it.
  ['lambda:CreateFunction', 15 * megabyte],
  ['lambda:UpdateFunctionCode', 15 * megabyte],
  ['lambda:Invoke', 6 * megabyte],
]);

function bodyLimit(exchange: Exchange, model: ServiceModel) {
  const operation = findRoute(exchange, model, [])?.operation ?? 'unknown';
  const bytes = bodyLimits.get(`${model.service}:${operation}`) ?? megabyte;
  return { bytes, tooLarge: () => tooLarge(bytes, operation), overloaded };
}

function tooLarge(bytes: number, operation: string): ApiError {
  const message = `Request must be smaller than ${bytes} bytes for the ${operation} operation`;
  return new ApiError('RequestTooLargeException', 413, message);
}

function overloaded(): ApiError {
  return new ApiError('TooManyRequestsException', 429, 'Rate exceeded');
}

/** What AWS says of a path that is no operation's, to whoever has signed it. */
function unknownRoute(): ApiError {
  const message = 'Unable to determine service/operation name to be authorized';
  return new ApiError('AccessDeniedException', 403, message);
}
