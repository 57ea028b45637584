import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, readCredentials } from '@carnet/wire';
import { hasErrorCode } from '../failure.ts';
import { describeError } from '../log.ts';
import { targetPath } from './address.ts';
import { sendAnswer } from './answer.ts';
import { awaitTurn, waitingOn } from './await-turn.ts';
import { checkHead } from './check-head.ts';
import { refuseMalformedRequest } from './client-error.ts';
import type { Exchange, GatewayParts } from './exchange.ts';
import { requestBody } from './request-body.ts';
import { chooseRoute, type Route } from './route.ts';

/** The HTTP side of the services. */
export interface Gateway {
  /** Listens; resolves with the port that was bound. */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting and finishes what runs; what still runs after `grace` milliseconds is cut off. */
  close(grace: number): Promise<void>;
}

/** Enough for the largest presigned URL with a session token. */
const maximumHeaderBytes = 16_384;
const headersTimeout = 15_000;
/** Longer than clients keep idle connections, so that it is they who close them. */
const keepAliveTimeout = 65_000;
/** How often overdue heads are looked for. */
const checkingInterval = 2000;

/** Puts the gateway before the services; it listens once `listen` is called. */
export function createGateway(parts: GatewayParts): Gateway {
  const active = new Set<ServerResponse>();
  const server = createServer({
    maxHeaderSize: maximumHeaderBytes,
    headersTimeout,
    // Bodies have limits of their own: a large object may take its time.
    requestTimeout: 0,
    keepAliveTimeout,
    connectionsCheckingInterval: checkingInterval,
    noDelay: true,
    // `checkHead` asks for it, and answers in the form of the others.
    requireHostHeader: false,
  });
  // Node would drop further headers in silence; `checkHead` refuses them instead.
  server.maxHeadersCount = 0;
  function forget(this: ServerResponse) {
    active.delete(this);
  }
  function begin(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) {
    active.add(response);
    response.on('close', forget);
    // A stopping server answers what comes over open connections, and then closes them.
    if (!server.listening) response.shouldKeepAlive = false;
    void handle(parts, request, response, expectsContinue);
  }
  const accept =
    (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
      // Node keeps the socket from an answer that is not the next one.
      if (response.socket !== null) begin(request, response, expectsContinue);
      else awaitTurn(response, () => begin(request, response, expectsContinue));
    };
  server.on('request', accept(false));
  server.on('checkContinue', accept(true));
  server.on('clientError', (error, socket) => {
    const underWay = [...active].filter((response) => response.socket === socket);
    refuseMalformedRequest(error, socket, [...underWay, ...waitingOn(socket)]);
  });
  return {
    async listen(port, host) {
      const bound = await listen(server, port, host);
      // Out of descriptors: that connection was not accepted, and the next may be.
      server.on('error', (error) =>
        parts.log.warn(describeError(parts.log, error), 'a connection was not accepted'),
      );
      return bound;
    },
    close: (grace) => close(server, active, grace),
  };
}

/** The peer's address; an IPv4 one as itself when it came to a socket of both families. */
function sourceAddress({ socket }: IncomingMessage): string {
  const address = socket.remoteAddress ?? '';
  return address.startsWith('::') ? address.replace(/^::ffff:(?=\d+\.)/, '') : address;
}

/** Never rejects: whatever happens is an answer, or the end of the connection. */
async function handle(
  parts: GatewayParts,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  const begin = performance.now();
  const raw = {
    method: request.method ?? '',
    target: request.url ?? '',
    rawHeaders: request.rawHeaders,
  };
  // Errors of either stream come up where it is read or written.
  request.on('error', ignore);
  response.on('error', ignore);
  // Read once: what chose the service is what is verified.
  const reading = readCredentials(raw);
  const route = chooseRoute(raw, reading);
  const exchange: Exchange = {
    request,
    response,
    raw,
    reading,
    transport: { sourceIp: sourceAddress(request), secure: false },
    body: requestBody(request, response, expectsContinue),
    requestId: route.newRequestId(),
    operation: undefined,
  };
  await respond(parts, route, exchange).catch((error) => {
    // The answer had begun: the client must not take what it has for the whole.
    response.destroy();
    if (hasErrorCode(error, 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE')) return;
    const { requestId, operation } = exchange;
    parts.log.error({ requestId, operation, ...describeError(parts.log, error) }, 'answer cut off');
  });
  report(parts, route, exchange, performance.now() - begin);
}

const ignore = () => undefined;

async function respond(parts: GatewayParts, route: Route, exchange: Exchange): Promise<void> {
  try {
    checkHead(exchange.request);
    await sendAnswer(exchange, await route.call(exchange, parts));
  } catch (error) {
    if (exchange.response.headersSent) throw error;
    await sendAnswer(exchange, route.error(exchange, apiError(parts, route, exchange, error)));
  }
}

/** Of anything but an error of the API the client learns only the request's id. */
function apiError(
  { log }: GatewayParts,
  { service }: Route,
  { requestId, operation }: Exchange,
  error: unknown,
): ApiError {
  if (error instanceof ApiError) return error;
  log.error({ requestId, service, operation, ...describeError(log, error) }, 'request failed');
  const message = 'We encountered an internal error. Please try again.';
  return new ApiError(
    internalErrors.has(service) ? 'InternalError' : 'InternalFailure',
    500,
    message,
  );
}

/** The services that say `InternalError` where others say `InternalFailure`. */
const internalErrors: ReadonlySet<string> = new Set(['s3', 'ec2']);

function report(parts: GatewayParts, route: Route, exchange: Exchange, duration: number): void {
  const { service } = route;
  const { operation, raw, requestId } = exchange;
  const status = exchange.response.statusCode;
  parts.observe?.({ service, operation, status, duration });
  if (!parts.log.isLevelEnabled('debug')) return;
  // The path without its query, which may hold a signature.
  const { method } = raw;
  const path = targetPath(raw.target);
  parts.log.debug({ requestId, service, operation, method, path, status, duration }, 'answered');
}

function listen(server: Server, port: number, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen({ port, host }, () => {
    server.off('error', reject);
    const address = server.address() as AddressInfo;
    resolve(address.port);
  });
  return promise;
}

async function close(
  server: Server,
  active: ReadonlySet<ServerResponse>,
  grace: number,
): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  // An answer that is still to come ends its connection, which would otherwise idle on.
  for (const response of active) if (!response.headersSent) response.shouldKeepAlive = false;
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
