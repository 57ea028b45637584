import { connect, type Socket } from 'node:net';
import { signRequest } from '@carnet/wire';
import type { Credentials } from '../started-server.ts';

/** A connection on which a test sends what it likes, when it likes. */
export interface RawConnection {
  readonly socket: Socket;
  /** What has come so far, each byte a character. */
  received(): string;
  /** Resolves when the connection has ended, in whatever way. */
  readonly ended: Promise<void>;
}

export function openRaw(endpoint: string): RawConnection {
  const { hostname, port } = new URL(endpoint);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  // A connection that is cut off is what some tests wait for.
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, received: () => text, ended };
}

/** The status and the code of an answer; zeros and blanks where there is none. */
export function readAnswer(text: string): { readonly status: number; readonly code: string } {
  return {
    status: Number(/^HTTP\/1\.1 (?<status>\d{3})/.exec(text)?.groups?.status ?? 0),
    code: /<Code>(?<code>[^<]*)<\/Code>/.exec(text)?.groups?.code ?? '',
  };
}

/** The head of a request to S3 whose body of `length` bytes is not signed. */
export function s3Head(
  credentials: Credentials,
  method: string,
  target: string,
  length: number,
): string {
  const { rawHeaders } = signRequest({
    method,
    target,
    headers: [
      ['Host', '127.0.0.1'],
      ['Content-Length', String(length)],
    ],
    credentials,
    region: 'us-east-1',
    service: 's3',
    now: Date.now(),
    payloadHash: 'UNSIGNED-PAYLOAD',
  });
  const lines = Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => `${rawHeaders[2 * index]}: ${rawHeaders[2 * index + 1]}\r\n`,
  );
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
