import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { CredentialScope } from './credential-scope.ts';

/** A secret key narrowed to one day, region and service. */
export interface SigningKey {
  readonly bytes: Uint8Array;
  /** The same for node:crypto, which is several times faster with it. */
  readonly key: KeyObject;
}

/** Derives a signing key: four HMACs. */
export function deriveSigningKey(secretAccessKey: string, scope: CredentialScope): SigningKey {
  let bytes: Uint8Array = new TextEncoder().encode(`AWS4${secretAccessKey}`);
  for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) {
    bytes = createHmac('sha256', bytes).update(part).digest();
  }
  return { bytes, key: createSecretKey(bytes) };
}

/**
 * Signing keys that have verified a request. The secret is a part of the name under which a key is
 * kept: a key whose secret was replaced is never found again, and nobody has to be told.
 */
export interface SigningKeyCache {
  find(
    accessKeyId: string,
    secretAccessKey: string,
    scope: CredentialScope,
  ): SigningKey | undefined;
  /** Only after a signature has verified: else anybody could fill the cache with regions. */
  keep(
    accessKeyId: string,
    secretAccessKey: string,
    scope: CredentialScope,
    signingKey: SigningKey,
  ): void;
  readonly size: number;
}

/**
 * A cache of at most `max` keys. When the young half is full it becomes the old half and the
 * former old half is dropped, so a key in use stays and nothing is sorted.
 */
export function createSigningKeyCache(max: number): SigningKeyCache {
  const half = Math.max(1, Math.floor(max / 2));
  let young = new Map<string, SigningKey>();
  let old = new Map<string, SigningKey>();
  const put = (name: string, signingKey: SigningKey) => {
    if (young.size >= half && !young.has(name)) {
      old = young;
      young = new Map();
    }
    old.delete(name);
    young.set(name, signingKey);
  };
  return {
    find(accessKeyId, secretAccessKey, scope) {
      const name = cacheName(accessKeyId, secretAccessKey, scope);
      const found = young.get(name);
      if (found !== undefined) return found;
      const older = old.get(name);
      if (older !== undefined) put(name, older);
      return older;
    },
    keep: (accessKeyId, secretAccessKey, scope, signingKey) =>
      put(cacheName(accessKeyId, secretAccessKey, scope), signingKey),
    get size() {
      return young.size + old.size;
    },
  };
}

/** Length-prefixed: no two different inputs have one name. */
function cacheName(id: string, secretAccessKey: string, scope: CredentialScope): string {
  const { date, region, service } = scope;
  return (
    `${id.length}:${id}${date.length}:${date}${region.length}:${region}` +
    `${service.length}:${service}${secretAccessKey}`
  );
}
