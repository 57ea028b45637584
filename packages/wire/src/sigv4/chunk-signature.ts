import type { PayloadMode } from '../payload-mode.ts';
import { hmacSha256Hex } from './hmac.ts';
import { emptySha256, equalDigests, sha256Hex } from './sha256.ts';

/** The chain of signatures through a body, each signing the one before it. */
export interface ChunkSignatures {
  /** Whether the next chunk of these bytes bears this signature. */
  verifyChunk(data: Uint8Array, signature: string): boolean;
  /** Whether the trailers do, as text of the form `name:value\n`, one line each. */
  verifyTrailers(text: string, signature: string): boolean;
  /** Whether a signature of the trailers has to come. */
  readonly signsTrailers: boolean;
}

type SignedChunksMode = Extract<PayloadMode, { kind: 'signedChunks' }>;

/**
 * Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring
 * Payload in Multiple Chunks", and the same "Including Trailing Headers".
 */
export function createChunkSignatures(mode: SignedChunksMode): ChunkSignatures {
  const head = (kind: string) => `AWS4-HMAC-SHA256-${kind}\n${mode.amzDate}\n${mode.scope}\n`;
  const chunkHead = head('PAYLOAD');
  let previous = mode.seedSignature;
  const verify = (stringToSign: string, signature: string) => {
    if (!equalDigests(hmacSha256Hex(mode.signingKey, stringToSign), signature)) return false;
    previous = signature;
    return true;
  };
  return {
    verifyChunk: (data, signature) =>
      verify(`${chunkHead}${previous}\n${emptySha256}\n${sha256Hex(data)}`, signature),
    verifyTrailers: (text, signature) =>
      verify(`${head('TRAILER')}${previous}\n${sha256Hex(text)}`, signature),
    signsTrailers: mode.trailers !== undefined,
  };
}
