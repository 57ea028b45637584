import type { RawRequest } from '@carnet/wire';
import { targetPath, virtualHostBucket } from './address.ts';
import type { Answer } from './answer.ts';
import type { Exchange, GatewayParts } from './exchange.ts';

/**
 * The paths that answer without a signature; nothing else does. No bucket may have their names, and
 * under a bucket's own host name they are keys.
 */
export const healthPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** True for a request that asks how the server is. */
export function isHealthRequest(raw: RawRequest): boolean {
  return (
    healthPaths.has(targetPath(raw.target)) &&
    (raw.method === 'GET' || raw.method === 'HEAD') &&
    virtualHostBucket(raw) === undefined
  );
}

/** `/healthz`: the process answers. `/readyz`: so does the store. */
export async function answerHealth(exchange: Exchange, parts: GatewayParts): Promise<Answer> {
  const headers = { 'content-type': 'text/plain', 'cache-control': 'no-store' };
  const path = targetPath(exchange.raw.target);
  if (path === '/healthz' || (await parts.isReady())) return { status: 200, headers, body: 'ok\n' };
  return { status: 503, headers, body: 'not ready\n' };
}
