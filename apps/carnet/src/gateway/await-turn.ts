import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** More than any client sends ahead of its answers. */
const maximumWaiting = 16;
/** Bytes of bodies that came before their turn; of the newest, Node takes no more than one piece. */
const maximumBytes = 128 * 1024;

/** By connection, oldest first: the answers to what was sent ahead. */
const queues = new WeakMap<Duplex, ServerResponse[]>();

/**
 * Has a request begin when every answer before its own has been sent: what is opened and read for
 * an answer would otherwise be held until the client has read those before it. Never begins when
 * the connection ends first. A connection on which too much waits is cut off.
 */
export function awaitTurn(response: ServerResponse, begin: () => void): void {
  const { socket } = response.req;
  const queue = queues.get(socket) ?? [];
  const bytes = queue.reduce((sum, { req }) => sum + req.readableLength, 0);
  if (queue.length >= maximumWaiting || bytes > maximumBytes) {
    // At once: what else came with it would be kept for as long as the client takes to read.
    socket.destroy();
    return;
  }
  queue.push(response);
  queues.set(socket, queue);
  // Node gives the socket to one answer after the other, in the order of their requests.
  response.once('socket', () => {
    queue.shift();
    begin();
  });
}

/** The answers that wait for their turn on a connection. */
export function waitingOn(socket: Duplex): readonly ServerResponse[] {
  return queues.get(socket) ?? [];
}
