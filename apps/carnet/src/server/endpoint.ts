import { isIPv6 } from 'node:net';

/** How a client on this machine reaches a listener: `http://127.0.0.1:4580`. */
export function endpointOf(host: string, port: number): string {
  const reachable = wildcards.get(host) ?? host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}

/** Addresses that listen everywhere and lead nowhere. */
const wildcards: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);
