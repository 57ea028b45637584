import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A proxy for clients that cannot find `photos.localhost`: not every system resolves the names
 * under `localhost`, and a client asks its proxy without asking for an address.
 */
export interface LocalhostProxy {
  readonly url: string;
  readonly port: number;
  /** The hosts that were asked for. */
  readonly hosts: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Sends everything to `endpoint`, target and headers as they came. */
export async function startLocalhostProxy(endpoint: string): Promise<LocalhostProxy> {
  const { hostname, port } = new URL(endpoint);
  const hosts = new Set<string>();
  const server = createServer((asked, answer) => {
    const { method, rawHeaders, url = '' } = asked;
    hosts.add(asked.headers.host ?? '');
    const path = url.replace(/^http:\/\/[^/]*/, '') || '/';
    const options = { hostname, port, method, path, headers: rawHeaders, agent: false };
    const sent = httpRequest(options, (received) => {
      answer.writeHead(received.statusCode ?? 502, received.rawHeaders);
      received.pipe(answer);
    });
    sent.once('error', () => answer.destroy());
    asked.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}`,
    port: own,
    hosts,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
