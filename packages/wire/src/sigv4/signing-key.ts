import { createHmac } from 'node:crypto';
import { createBoundedCache } from './bounded-cache.ts';
import type { Credential, CredentialScope } from './credential-scope.ts';

/** Narrows a secret key to one day, region and service: four HMACs, 32 bytes. */
export function deriveSigningKey(secretAccessKey: string, scope: CredentialScope): Uint8Array {
  let key: Uint8Array = new TextEncoder().encode(`AWS4${secretAccessKey}`);
  for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) {
    key = createHmac('sha256', key).update(part).digest();
  }
  return key;
}

/**
 * Signing keys that have verified a request. The secret is a part of the name under which a key is
 * kept: a key whose secret was replaced is never found again, and nobody has to be told.
 */
export interface SigningKeyCache {
  find(credential: Credential, secretAccessKey: string): Uint8Array | undefined;
  /** Only after a signature has verified: else anybody could fill the cache with regions. */
  keep(credential: Credential, secretAccessKey: string, signingKey: Uint8Array): void;
  readonly size: number;
}

/** A cache of at most `max` keys, 2 or more. */
export function createSigningKeyCache(max: number): SigningKeyCache {
  // The inner map has one entry, the secret of the last success. Both names are strings that a
  // server has in hand, so their hashes are known and nothing is joined to look them up.
  const keys = createBoundedCache<ReadonlyMap<string, Uint8Array>>(max);
  return {
    find: ({ text }, secretAccessKey) => keys.get(text)?.get(secretAccessKey),
    keep: ({ text }, secretAccessKey, signingKey) =>
      keys.set(text, new Map([[secretAccessKey, signingKey]])),
    get size() {
      return keys.size;
    },
  };
}
