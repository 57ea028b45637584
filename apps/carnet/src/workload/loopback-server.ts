import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLiteralHost } from './literal-host.ts';

/**
 * The listener under both credential endpoints. Programs on this machine ask it a few times an hour,
 * with a short head and no body: whoever sends more, slower or under another name is refused here.
 */
export interface LoopbackServer {
  readonly port: number;
  /** `http://127.0.0.1:49152` */
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface LocalRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** The only value of a header, by its name in lower case; undefined: none, or several. */
  header(name: string): string | undefined;
  hasHeader(name: string): boolean;
}

export interface LocalAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One of the endpoints: how it answers, and the form of its refusals. */
export interface LocalEndpoint {
  answer(request: LocalRequest): Promise<LocalAnswer>;
  refuse(status: 400 | 403 | 503): LocalAnswer;
}

export const loopbackAddress = '127.0.0.1';

/** Bytes; a role's name, a path and a token are under 1 KB. */
const maximumHeaderBytes = 8192;
/** Milliseconds for a whole head; a program on the same machine needs one. */
const headTimeout = 2000;
/** Above a thousand programs that refresh at once; each holds its connection for one request. */
const maximumConnections = 4096;

/** Listens on a loopback port, 0 for any that is free. */
export async function openLoopbackServer(
  endpoint: LocalEndpoint,
  port: number,
): Promise<LoopbackServer> {
  const server = createServer(
    {
      maxHeaderSize: maximumHeaderBytes,
      headersTimeout: headTimeout,
      requestTimeout: headTimeout,
      connectionsCheckingInterval: 500,
      noDelay: true,
      // A request without one is refused in the endpoint's own form.
      requireHostHeader: false,
    },
    (request, response) => void respond(endpoint, request, response),
  );
  server.maxConnections = maximumConnections;
  server.maxRequestsPerSocket = 1;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host: loopbackAddress, backlog: 1024 }, resolve);
  await promise;
  // Out of descriptors: that connection was not accepted, and the next may be.
  server.on('error', () => undefined);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    endpoint: `http://${loopbackAddress}:${bound}`,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Never rejects: what fails is an answer, or the end of the connection. */
async function respond(
  endpoint: LocalEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.on('error', ignore);
  response.on('error', ignore);
  const refusal = refuseHead(request);
  let answer: LocalAnswer;
  try {
    answer =
      refusal === undefined
        ? await endpoint.answer(localRequest(request))
        : endpoint.refuse(refusal);
  } catch {
    // Programs ask again after this one; what went wrong is not theirs to read.
    answer = endpoint.refuse(503);
  }
  response.writeHead(answer.status, {
    ...answer.headers,
    'Content-Length': Buffer.byteLength(answer.body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

const ignore = () => undefined;

/** The status for what no program on this machine sends; undefined when the head is good. */
function refuseHead(request: IncomingMessage): 400 | 403 | undefined {
  const { rawHeaders, socket, url = '' } = request;
  const hosts = valuesOf(rawHeaders, 'host');
  const [host = ''] = hosts;
  if (hosts.length !== 1 || !isLiteralHost(host, socket.localPort ?? 0)) return 403;
  if (!url.startsWith('/')) return 400;
  const lengths = valuesOf(rawHeaders, 'content-length');
  const hasBody =
    lengths.some((length) => length !== '0') ||
    valuesOf(rawHeaders, 'transfer-encoding').length > 0;
  return hasBody ? 400 : undefined;
}

function localRequest({ method = '', url = '', rawHeaders }: IncomingMessage): LocalRequest {
  const [path = ''] = url.split('?', 1);
  return {
    method,
    path,
    header(name) {
      const values = valuesOf(rawHeaders, name);
      return values.length === 1 ? values[0] : undefined;
    },
    hasHeader: (name) => valuesOf(rawHeaders, name).length > 0,
  };
}

/** Every value of a header; the name in lower case. */
function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
}
