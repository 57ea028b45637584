import { createHash } from 'node:crypto';
import { ApiError } from '../api-error.ts';
import type { PayloadMode } from '../payload-mode.ts';
import { createChunkDecoder } from './chunk-decoder.ts';
import { createChunkSignatures } from './chunk-signature.ts';
import type { PayloadVerifier } from './payload-verifier.ts';
import { equalDigests } from './sha256.ts';

/** Chooses how the body of a request is checked; `mode` comes from the verified signature. */
export function createPayloadVerifier(mode: PayloadMode): PayloadVerifier {
  switch (mode.kind) {
    case 'hash':
      return hashVerifier(mode.sha256);
    case 'unsigned':
      return passThrough();
    case 'unsignedChunks':
      return createChunkDecoder({ trailers: mode.trailers, signatures: undefined });
    case 'signedChunks':
      return createChunkDecoder({
        trailers: mode.trailers ?? [],
        signatures: createChunkSignatures(mode),
      });
  }
}

const noTrailers: ReadonlyMap<string, string> = new Map();

function passThrough(): PayloadVerifier {
  let decodedBytes = 0;
  return {
    update(chunk) {
      decodedBytes += chunk.length;
      return [chunk];
    },
    end: () => ({ trailers: noTrailers }),
    get decodedBytes() {
      return decodedBytes;
    },
  };
}

function hashVerifier(sha256: string): PayloadVerifier {
  const hash = createHash('sha256');
  const inner = passThrough();
  return {
    update(chunk) {
      hash.update(chunk);
      return inner.update(chunk);
    },
    end() {
      if (!equalDigests(hash.digest('hex'), sha256)) {
        throw new ApiError('XAmzContentSHA256Mismatch', 400, mismatch);
      }
      return inner.end();
    },
    get decodedBytes() {
      return inner.decodedBytes;
    },
  };
}

const mismatch = "The provided 'x-amz-content-sha256' header does not match what was computed.";
