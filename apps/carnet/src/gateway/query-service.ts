import type { VerifiedRequest } from '@carnet/services';
import {
  ApiError,
  decodeQueryRequest,
  encodeQueryError,
  encodeQueryResponse,
  type ServiceModel,
  validateInput,
} from '@carnet/wire';
import { targetPath } from './address.ts';
import type { Answer } from './answer.ts';
import { bufferBody } from './buffer-body.ts';
import type { Exchange, GatewayParts } from './exchange.ts';
import { refusedCall } from './refused-call.ts';

/** More than any request of a query service has, but for the metadata of a very large SAML provider. */
const bodyLimit = 1024 * 1024;

/**
 * One call of a query service: a form in a POST, or in the query of a GET (a presigned
 * GetCallerIdentity). The body is part of what is signed, so it is read first, up to its cap.
 */
export async function callQueryService(
  exchange: Exchange,
  parts: GatewayParts,
  model: ServiceModel,
): Promise<Answer> {
  const { services } = parts;
  checkRequest(exchange);
  const body = await bufferBody(exchange.body, {
    bytes: bodyLimit,
    tooLarge,
    overloaded: () => overloaded(model),
  });
  const request = await services.authenticate(exchange.reading, exchange.transport, body);
  const { operation, input } = decodeQueryRequest(model, formText(request, body));
  exchange.operation = operation;
  const { requestId } = exchange;
  const call = { request, service: model.service, operation, input, requestId };
  try {
    validateInput(model, operation, input);
  } catch (error) {
    throw refusedCall(services, call, error);
  }
  const output = await services.dispatch(call);
  return {
    status: 200,
    headers: queryHeaders(exchange),
    body: encodeQueryResponse(model, operation, output as object, exchange.requestId),
  };
}

/** An error as IAM, STS and EC2 answer it; as IAM does when nobody can tell whose it is. */
export function queryError(exchange: Exchange, error: ApiError, model?: ServiceModel): Answer {
  return {
    status: error.status,
    headers: queryHeaders(exchange),
    body: encodeQueryError(error, exchange.requestId, model),
  };
}

function queryHeaders({ requestId }: Exchange): Record<string, string> {
  return { 'x-amzn-RequestId': requestId, 'content-type': 'text/xml' };
}

function checkRequest({ raw }: Exchange): void {
  if (targetPath(raw.target) !== '/') {
    throw new ApiError('InvalidAction', 400, 'Query services are served at the path `/`.');
  }
  if (raw.method !== 'POST' && raw.method !== 'GET') {
    throw new ApiError('InvalidAction', 400, 'Query services take POST and GET.');
  }
}

/** The parameters as sent; those of a GET without the signature's own. */
function formText(request: VerifiedRequest, body: Uint8Array): string {
  if (body.length === 0) {
    return request.query
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
  }
  const elsewhere = request.query.find(([name]) => /^(?:action|version)$/i.test(name));
  if (elsewhere !== undefined) {
    // Of two that choose the operation, two readers could take different ones.
    const message = `The parameter \`${elsewhere[0]}\` stands in the query beside a body.`;
    throw new ApiError('MalformedQueryString', 400, message);
  }
  const type = request.headers.get('content-type');
  if (type !== undefined && !type.toLowerCase().includes('x-www-form-urlencoded')) {
    const message = 'Query services take application/x-www-form-urlencoded.';
    throw new ApiError('MalformedInput', 400, message);
  }
  try {
    return utf8.decode(body);
  } catch {
    throw new ApiError('MalformedInput', 400, 'The body of the request is not UTF-8.');
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function tooLarge(): ApiError {
  const message = `The body of the request is over ${bodyLimit} bytes.`;
  return new ApiError('RequestEntityTooLarge', 413, message);
}

function overloaded({ service }: ServiceModel): ApiError {
  if (service === 'ec2') {
    return new ApiError('RequestLimitExceeded', 503, 'Request limit exceeded.');
  }
  return new ApiError('Throttling', 400, 'Rate exceeded');
}
