import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Tokens of instance metadata: each says until when it holds, and nothing is kept of it. The key is
 * made with the endpoint and dies with it, so that a token is of one instance and of one process.
 */
export interface MetadataTokens {
  /** `seconds` from 1 to 21,600. */
  issue(seconds: number): string;
  /** The whole seconds that a token still has, at least 1; undefined: it is none, or has expired. */
  secondsLeft(token: string): number | undefined;
}

/** The bytes of a time and a nonce. */
const saidBytes = 16;
const tokenForm = /^[A-Za-z0-9_-]{64}$/;

export function createMetadataTokens(clock: () => number): MetadataTokens {
  const key = randomBytes(32);
  const macOf = (said: Uint8Array) => createHmac('sha256', key).update(said).digest();
  return {
    issue(seconds) {
      const said = Buffer.alloc(saidBytes);
      said.writeDoubleBE(clock() + seconds * 1000);
      randomBytes(8).copy(said, 8);
      return Buffer.concat([said, macOf(said)]).toString('base64url');
    },
    secondsLeft(token) {
      if (!tokenForm.test(token)) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      const said = bytes.subarray(0, saidBytes);
      if (!timingSafeEqual(bytes.subarray(saidBytes), macOf(said))) return undefined;
      const left = said.readDoubleBE() - clock();
      return left > 0 ? Math.ceil(left / 1000) : undefined;
    },
  };
}
