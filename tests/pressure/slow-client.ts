import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials, StartedServer } from '../started-server.ts';
import { openRaw, type RawConnection, s3Head } from './raw-client.ts';

/** How a client is slow: in its head, in its body, in reading, or in having nothing to say. */
export type Slowness = 'head' | 'body' | 'reading' | 'silence' | 'pause';

export interface SlowClient extends RawConnection {
  readonly slowness: Slowness;
}

export interface SlowClients {
  readonly clients: readonly SlowClient[];
  of(slowness: Slowness): readonly SlowClient[];
  /** They go away, all at once. */
  stop(): void;
}

const head = 'GET /slow/large HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Padding: ';

/**
 * Opens `each` clients of every kind against the bucket `slow`, which has an object `large`: one byte
 * in half a second, of a head, of a body, or read; nothing at all; nothing after a first answer.
 */
export async function openSlowClients(
  server: StartedServer,
  credentials: Credentials,
  each: number,
): Promise<SlowClients> {
  const clients: SlowClient[] = [];
  for (let index = 0; index < each; index += 1) {
    for (const slowness of ['head', 'body', 'reading', 'silence', 'pause'] as const) {
      clients.push({ slowness, ...openRaw(server.endpoint) });
    }
    // The queue of connections that wait to be accepted is finite.
    if (index % 20 === 19) await sleep(20);
  }
  const of = (slowness: Slowness) => clients.filter((client) => client.slowness === slowness);
  for (const { socket } of of('head')) socket.write(head);
  for (const [index, { socket }] of of('body').entries()) {
    socket.write(s3Head(credentials, 'PUT', `/slow/body-${index}`, 20_000));
  }
  for (const { socket } of of('reading')) {
    socket.write(s3Head(credentials, 'GET', '/slow/large', 0));
    // The rest stays in the system's buffers until they are full.
    once(socket, 'data').then(
      () => socket.pause(),
      () => undefined,
    );
  }
  for (const { socket } of of('pause')) socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  const timer = setInterval(() => {
    for (const { socket } of [...of('head'), ...of('body')]) if (socket.writable) socket.write('x');
    for (const { socket } of of('reading')) socket.read(1);
  }, 500);
  return {
    clients,
    of,
    stop() {
      clearInterval(timer);
      for (const { socket } of clients) socket.destroy();
    },
  };
}

/** False where descriptors can be counted; else why not, said once, as a reason to skip. */
export function whyNoDescriptors(): string | false {
  if (existsSync('/proc/self/fd')) return false;
  const reason = 'there is no /proc to count descriptors in';
  process.stdout.write(`skipped: ${reason}\n`);
  return reason;
}

/** How many files and connections a process has open. */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Waits until it holds; a test's own limit ends a wait that is for nothing. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(50);
}
