import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { hasErrorCode } from '../failure.ts';

/** Milliseconds that a refused client has to read why. */
const lingering = 1000;

/** Sockets that have their answer; what they still send is refused again and again. */
const answered = new WeakSet<Duplex>();

/**
 * Answers what Node's parser refused, of which there is no request to answer: too slow, too large a
 * head, no HTTP. `underWay` are the answers that the connection still waits for: after one that has
 * begun nothing can be said any more.
 */
export function refuseMalformedRequest(
  error: Error,
  socket: Duplex,
  underWay: readonly ServerResponse[],
): void {
  if (answered.has(socket)) return;
  const begun = underWay.length > 1 || underWay.some((response) => response.headersSent);
  if (begun || !socket.writable || hasErrorCode(error, 'ECONNRESET')) {
    socket.destroy();
    return;
  }
  answered.add(socket);
  const [status, code, message] = describe(error);
  const body = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/xml',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Closed at once over unread bytes, the connection would be reset before the client has read.
  setTimeout(() => socket.destroy(), lingering).unref();
}

function describe(error: Error): readonly [status: string, code: string, message: string] {
  if (hasErrorCode(error, 'HPE_HEADER_OVERFLOW')) {
    return [
      '431 Request Header Fields Too Large',
      'RequestHeaderSectionTooLarge',
      'Your request header section exceeds the maximum allowed size.',
    ];
  }
  if (hasErrorCode(error, 'ERR_HTTP_REQUEST_TIMEOUT')) {
    return ['408 Request Timeout', 'RequestTimeout', 'The head of the request took too long.'];
  }
  return ['400 Bad Request', 'BadRequest', 'The request is not HTTP that can be read.'];
}
