import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { StoreUnavailable, unavailabilityOf } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Logger } from 'pino';
import { exitCode, Failure } from '../failure.ts';
import { describeError } from '../log.ts';
import { adviceFor } from './advice.ts';
import { placeOperatorToken, removeOperatorToken } from './operator-token.ts';
import type { FailureAnswer } from './protocol.ts';
import { placeSocket, removeSocket } from './socket-path.ts';

/** What the socket can be asked, by `GET /status` and the like; what it throws is the answer. */
export type OperatorRoutes = Readonly<Record<string, (body: OperatorBody) => Promise<object>>>;

/** A JSON object whose values are strings; other values are refused. */
export type OperatorBody = Readonly<Record<string, string | undefined>>;

export interface OperatorServer {
  /** Where the socket was bound. */
  readonly path: string;
  close(): Promise<void>;
}

const longestBody = 65_536;

/**
 * Listens on the operator socket. Only under the lock of the data directory, so that a socket that
 * is there already is a dead server's. Who can open it and knows the token is the operator.
 */
export async function openOperatorServer(
  dataDirectory: string,
  routes: OperatorRoutes,
  log: Logger,
): Promise<OperatorServer> {
  await removeSocket(dataDirectory);
  const path = await placeSocket(dataDirectory);
  const token = await placeOperatorToken(dataDirectory);
  const server = createServer(
    (request, response) => void answer({ routes, log, token }, request, response),
  );
  server.requestTimeout = 10_000;
  await listenPrivately(server, path);
  // Out of descriptors: that connection was not accepted, and the next may be.
  server.on('error', (error) => log.warn(describeError(log, error), 'the socket did not accept'));
  return {
    path,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await removeOperatorToken(dataDirectory);
      await removeSocket(dataDirectory);
    },
  };
}

/** The socket is never open to others, not even between its making and a chmod. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  const umask = process.umask(0o177);
  try {
    server.listen(path, resolve);
  } finally {
    process.umask(umask);
  }
  await promise;
  server.off('error', reject);
}

interface Parts {
  readonly routes: OperatorRoutes;
  readonly log: Logger;
  readonly token: string;
}

async function answer(
  { routes, log, token }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let status = 200;
  let content: object;
  let body: OperatorBody = {};
  try {
    requireToken(request, token);
    const name = `${request.method} ${request.url}`;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (!route) throw unknownRoute(name);
    body = await readBody(request);
    content = await route(body);
  } catch (error) {
    status = 400;
    content = failureAnswer(error, body, log);
  }
  const text = JSON.stringify(content);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    Connection: 'close',
  });
  response.end(text);
}

/** Compared as digests, in constant time whatever its length is. */
function requireToken({ headers }: IncomingMessage, token: string): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const given = digest(headers.authorization ?? '');
  if (timingSafeEqual(given, digest(`Bearer ${token}`))) return;
  throw new Failure({
    what: 'the request on the operator socket bears no token, or not that of this server',
    why: 'the operator is whoever may read `operator.token` in the data directory',
    next: 'use a `carnet` of the same version as the server, on its own data directory',
  });
}

async function readBody(request: IncomingMessage): Promise<OperatorBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > longestBody) throw malformed(`it is over ${longestBody} bytes`);
    chunks.push(chunk);
  }
  if (length === 0) return {};
  let content: unknown;
  try {
    content = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw malformed('it is not JSON');
  }
  if (typeof content !== 'object' || content === null) throw malformed('it is not an object');
  const entries = Object.entries(content);
  if (entries.some(([, value]) => typeof value !== 'string')) {
    throw malformed('a value is not a string');
  }
  return Object.assign(Object.create(null), content);
}

function failureAnswer(error: unknown, body: OperatorBody, log: Logger): FailureAnswer {
  if (error instanceof Failure) {
    return {
      what: error.message,
      why: error.why,
      next: error.next,
      exitCode: error.exitCode,
    };
  }
  if (error instanceof ApiError) {
    return {
      what: `the server answered ${error.code}`,
      why: error.message,
      next: adviceFor(error, body),
      exitCode: exitCode.unexpected,
      code: error.code,
    };
  }
  if (error instanceof StoreUnavailable) {
    return {
      what: 'the server has lost its database',
      why: error.message,
      next: 'bring the database back; the server goes on by itself then',
      exitCode: exitCode.unexpected,
    };
  }
  if (unavailabilityOf(error) !== undefined) {
    return {
      what: 'the server cannot write to its data directory',
      why: error instanceof Error ? error.message : String(error),
      next: 'make room on its disk, or make it writable; the server goes on by itself then',
      exitCode: exitCode.unexpected,
    };
  }
  log.error(describeError(log, error), 'operator request failed');
  return {
    what: 'something unexpected happened in the server',
    why: 'its log says what',
    next: 'read the log of `carnet serve`, and report what it says',
    exitCode: exitCode.unexpected,
  };
}

function malformed(why: string): Failure {
  return new Failure({
    what: 'the request on the operator socket is malformed',
    why,
    next: 'use a `carnet` of the same version as the server',
  });
}

function unknownRoute(name: string): Failure {
  return new Failure({
    what: `the server knows no \`${name}\``,
    why: 'it is of another version than this command',
    next: 'use a `carnet` of the same version as the server',
  });
}
