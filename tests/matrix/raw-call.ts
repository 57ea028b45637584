import { connect, type Socket } from 'node:net';

export type Pair = readonly [name: string, value: string];

/** A request as it goes to the socket: nothing is added but its length. */
export interface RawCall {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  /** Percent-encoded. */
  readonly query: readonly Pair[];
  readonly headers: readonly Pair[];
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The error's code and message, undefined when the body holds none. */
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** A connection that is kept alive; one call after the other. */
export interface Connection {
  send(call: RawCall): Promise<Answer>;
  close(): void;
}

/** Speaks HTTP/1.1 byte for byte, without a client's help. */
export function openConnection(endpoint: string): Connection {
  const { hostname, port } = new URL(endpoint);
  let socket: Socket | undefined;
  let received: Buffer = Buffer.alloc(0);
  /** Looks whether the answer is complete; `ended` when nothing more can come. */
  let look = (_ended: boolean): void => undefined;

  function open(): Socket {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true });
    opened.on('data', (chunk) => {
      if (socket !== opened) return;
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      look(false);
    });
    // What the server said before it closed counts.
    opened.on('error', () => undefined);
    opened.on('close', () => {
      if (socket !== opened) return;
      socket = undefined;
      look(true);
    });
    return opened;
  }

  return {
    send(call) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      socket ??= open();
      const used = socket;
      received = Buffer.alloc(0);
      look = (ended) => {
        const found = parseAnswer(received, call.method);
        if (found === undefined && !ended) return;
        look = () => undefined;
        if (found === undefined) {
          reject(new Error(`${call.method} ${call.path}: closed without an answer`));
          return;
        }
        if (found.last) {
          used.destroy();
          if (socket === used) socket = undefined;
        }
        resolve(found.answer);
      };
      used.write(requestBytes(call));
      return promise;
    },
    close: () => void socket?.destroy(),
  };
}

function requestBytes({ method, path, query, headers, body }: RawCall): Buffer {
  const target = query.length === 0 ? path : `${path}?${query.map(parameter).join('&')}`;
  const lines = [`${method} ${target} HTTP/1.1`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

const parameter = ([name, value]: Pair) => `${name}=${value}`;

interface Received {
  readonly answer: Answer;
  /** Whether the server takes no further request on this connection. */
  readonly last: boolean;
}

function parseAnswer(received: Buffer, method: string): Received | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line): Pair => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const body = bodiless ? '' : bodyOf(received.subarray(end + 4), headers);
  if (body === undefined) return undefined;
  const { code, message } = errorOf(headers, body);
  const last = headers.get('connection') === 'close';
  return { answer: { status, headers, body, code, message }, last };
}

/** REST-JSON names the code in a header; the others in the body. */
function errorOf(headers: ReadonlyMap<string, string>, body: string) {
  const type = headers.get('x-amzn-errortype');
  if (type === undefined) return errorText.exec(body)?.groups ?? {};
  return { code: type, message: body === '' ? undefined : String(JSON.parse(body).message) };
}

const errorText = /<Code>(?<code>[^<]*)<\/Code>\s*<Message>(?<message>[^<]*)<\/Message>/;

/** Undefined while something of it is still to come. */
function bodyOf(bytes: Buffer, headers: ReadonlyMap<string, string>): string | undefined {
  const length = headers.get('content-length');
  if (length !== undefined) {
    return bytes.length < Number(length) ? undefined : bytes.toString('utf8', 0, Number(length));
  }
  if (headers.get('transfer-encoding') !== 'chunked') return '';
  const text = bytes.toString('latin1');
  if (!/(?:^|\r\n)0\r\n\r\n$/.test(text)) return undefined;
  let body = '';
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, line), 16);
    if (size === 0) return body;
    body += text.slice(line + 2, line + 2 + size);
    at = line + 4 + size;
  }
}
