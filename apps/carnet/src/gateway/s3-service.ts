import type { Readable } from 'node:stream';
import type { VerifiedRequest } from '@carnet/services';
import {
  ApiError,
  decodeRestXmlRequest,
  encodeRestXmlError,
  encodeRestXmlResponse,
  routeRestXml,
  type ServiceModel,
  streamingInputMember,
  validateInput,
} from '@carnet/wire';
import { readS3Address, type S3Address, targetPath } from './address.ts';
import type { Answer } from './answer.ts';
import type { Exchange, GatewayParts } from './exchange.ts';
import { refusedCall } from './refused-call.ts';
import { s3HostId } from './request-id.ts';
import { payloadLength, readDocument, streamBody } from './s3-body.ts';

/**
 * One call of S3. The head alone is authenticated; an object's bytes are asked for by the operation,
 * after it was authorized, and verified as they flow.
 */
export async function callS3(
  exchange: Exchange,
  parts: GatewayParts,
  model: ServiceModel,
): Promise<Answer> {
  const { services } = parts;
  const request = await services.authenticate(exchange.reading, exchange.transport, undefined);
  const address = readS3Address(exchange.raw);
  const operation = routeRestXml(model, {
    method: exchange.raw.method,
    bucket: address.bucket,
    key: address.key,
    query: request.query,
    headers: request.headers,
  });
  if (operation === undefined) throw methodNotAllowed();
  exchange.operation = operation;
  const call = { request, service: 's3', operation, requestId: exchange.requestId };
  let input: object = {};
  try {
    input = await decodeInput(exchange, model, operation, request, address);
  } catch (error) {
    throw refusedCall(services, { ...call, input }, error);
  }
  const output = await services.dispatch({ ...call, input });
  const encoded = encodeRestXmlResponse(model, operation, output as object);
  return {
    status: encoded.status,
    headers: { ...s3Headers(exchange), ...Object.fromEntries(encoded.headers) },
    body: (encoded.stream as Readable | undefined) ?? encoded.body,
  };
}

/** An error as S3 answers it. */
export function s3Error(exchange: Exchange, error: ApiError): Answer {
  const headers = s3Headers(exchange);
  const { 'x-amz-id-2': hostId = '' } = headers;
  // It has no body: what it tells of the object are headers.
  if (error.status === 304) return { status: 304, headers: { ...headers, ...error.details } };
  const { ActualObjectSize: size } = error.details;
  const range = error.status === 416 &&
    size !== undefined && { 'content-range': `bytes */${size}` };
  return {
    status: error.status,
    headers: { ...headers, ...range, 'content-type': 'application/xml' },
    body: encodeRestXmlError(error, {
      requestId: exchange.requestId,
      hostId,
      resource: targetPath(exchange.raw.target),
    }),
  };
}

function s3Headers({ requestId }: Exchange): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': s3HostId() };
}

async function decodeInput(
  exchange: Exchange,
  model: ServiceModel,
  operation: string,
  request: VerifiedRequest,
  { bucket, key }: S3Address,
): Promise<object> {
  const { body } = exchange;
  const { query } = request;
  const member = streamingInputMember(model, operation);
  if (member === undefined) {
    const document = await readDocument(operation, request, body);
    const { headers } = request;
    const input = decodeRestXmlRequest(model, operation, {
      bucket,
      key,
      query,
      headers,
      body: document,
    });
    validateInput(model, operation, input);
    // The model of S3 does not know the header, and S3 does.
    const ifRange = headers.get('if-range');
    return ifRange === undefined ? input : { ...input, IfRange: ifRange };
  }
  // What an operation calls the content's length is without the framing of chunks.
  const headers = new Map(request.headers);
  headers.set('content-length', String(payloadLength(request, body)));
  const input = decodeRestXmlRequest(model, operation, { bucket, key, query, headers });
  validateInput(model, operation, input);
  return { ...input, [member]: streamBody(request, body) };
}

function methodNotAllowed(): ApiError {
  const message = 'The specified method is not allowed against this resource.';
  return new ApiError('MethodNotAllowed', 405, message);
}
