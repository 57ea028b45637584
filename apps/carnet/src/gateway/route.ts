import {
  ApiError,
  type CredentialReading,
  type RawRequest,
  routeRestJson,
  serviceModel,
} from '@carnet/wire';
import { targetPath } from './address.ts';
import type { Answer } from './answer.ts';
import type { Exchange, GatewayParts } from './exchange.ts';
import { answerHealth, isHealthRequest } from './health.ts';
import { callQueryService, queryError } from './query-service.ts';
import { rawHeader } from './raw-header.ts';
import { queryRequestId, s3RequestId } from './request-id.ts';
import { callRestJson, restJsonError } from './rest-json-service.ts';
import { callS3, s3Error } from './s3-service.ts';
import { missingToken, refuseUnsignedForm } from './unsigned-form.ts';

/** Who answers a request, and in which form its errors go out. */
export interface Route {
  /** For metrics and the log. */
  readonly service: string;
  readonly newRequestId: () => string;
  call(exchange: Exchange, parts: GatewayParts): Promise<Answer>;
  error(exchange: Exchange, error: ApiError): Answer;
}

/**
 * All services are behind one port. The name in the credential scope tells them apart; that name is
 * signed, so a request cannot be taken from one service to another. Authenticates nobody.
 */
export function chooseRoute(raw: RawRequest, reading: CredentialReading): Route {
  if (isHealthRequest(raw)) return health;
  const service = serviceOf(reading);
  if (service === undefined) return unscoped(raw, reading);
  return routes.get(service) ?? unknownService(service, isJson(raw));
}

/** A request that names no service: what it asks for tells whose it is, and S3 has the rest. */
function unscoped(raw: RawRequest, reading: CredentialReading): Route {
  if (looksLikeQuery(raw)) {
    const route = unsigned(reading, queryError);
    return isForm(raw) && reading.kind === 'anonymous'
      ? { ...route, call: refuseUnsignedForm }
      : route;
  }
  return looksLikeRestJson(raw) ? unsigned(reading, restJsonError) : s3;
}

const s3: Route = {
  service: 's3',
  newRequestId: s3RequestId,
  call: (exchange, parts) => callS3(exchange, parts, modelOf('s3')),
  error: s3Error,
};

const restJsonServices = ['lambda'] as const;

const routes: ReadonlyMap<string, Route> = new Map([
  ['iam', query('iam')],
  ['sts', query('sts')],
  ['ec2', query('ec2')],
  ['s3', s3],
  ['carnet', query('carnet')],
  ...restJsonServices.map((service): [string, Route] => [service, restJson(service)]),
]);

const health: Route = {
  service: 'health',
  newRequestId: queryRequestId,
  call: answerHealth,
  error: (_exchange, { status, message }) => ({ status, headers: {}, body: `${message}\n` }),
};

function query(service: string): Route {
  return {
    service,
    newRequestId: queryRequestId,
    call: (exchange, parts) => callQueryService(exchange, parts, modelOf(service)),
    error: (exchange, error) => queryError(exchange, error, modelOf(service)),
  };
}

function restJson(service: string): Route {
  return {
    service,
    newRequestId: queryRequestId,
    call: (exchange, parts) => callRestJson(exchange, parts, modelOf(service)),
    error: restJsonError,
  };
}

/** A call without credentials that can be read: no operation that is served takes one. */
function unsigned(reading: CredentialReading, error: Route['error']): Route {
  const refusal =
    reading.kind === 'refused'
      ? new ApiError('IncompleteSignature', 400, reading.refusal.message)
      : missingToken();
  return { ...refusing(refusal), error };
}

function unknownService(service: string, isJson: boolean): Route {
  const served = [...routes.keys()].join(', ');
  const shown = /^[a-z0-9-]{1,32}$/.test(service) ? service : 'of the credential scope';
  const message = `The service ${shown} is not served here; served are ${served}.`;
  const refusal = new ApiError('NotImplemented', 501, message);
  return isJson ? { ...refusing(refusal), error: jsonError } : refusing(refusal);
}

/** An error as the JSON services of AWS answer it, which a client of one can read. */
function jsonError({ requestId }: Exchange, { code, status, message }: ApiError): Answer {
  return {
    status,
    headers: { 'x-amzn-RequestId': requestId, 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: code, message }),
  };
}

function refusing(refusal: ApiError): Route {
  return {
    service: 'none',
    newRequestId: queryRequestId,
    call: () => Promise.reject(refusal),
    error: queryError,
  };
}

function serviceOf(reading: CredentialReading): string | undefined {
  switch (reading.kind) {
    case 'signed':
      return reading.scope.service;
    case 'refused':
      return reading.refusal.service;
    case 'version2':
      return 's3';
    case 'anonymous':
      return undefined;
  }
}

/** A call of a service that speaks JSON. */
function isJson({ rawHeaders }: RawRequest): boolean {
  return rawHeader(rawHeaders, 'content-type')?.includes('json') === true;
}

/** A method and a path of a REST-JSON service, which no bucket's key is likely to have. */
function looksLikeRestJson({ method, target }: RawRequest): boolean {
  const head = { method, path: targetPath(target), query: [] };
  return restJsonServices.some((service) => routeRestJson(modelOf(service), head) !== undefined);
}

/** What no request of S3 is: a form or an `Action` for the root. */
function looksLikeQuery(raw: RawRequest): boolean {
  if (targetPath(raw.target) !== '/') return false;
  return /[?&]Action=/.test(raw.target) || isForm(raw);
}

function isForm({ method, rawHeaders }: RawRequest): boolean {
  const type = rawHeader(rawHeaders, 'content-type')?.toLowerCase();
  return method === 'POST' && type?.startsWith('application/x-www-form-urlencoded') === true;
}

function modelOf(service: string) {
  const model = serviceModel(service);
  if (!model) throw new Error(`there is no model of ${service}`);
  return model;
}
