import { createHmac, hash } from 'node:crypto';

/**
 * HMAC-SHA256 of a text as UTF-8, in hex. RFC 2104 out of two one-shot hashes takes half of the
 * time of `createHmac`, whose objects cost more than its arithmetic; keys and texts of another
 * size than a signature's go there.
 */
export function hmacSha256Hex(key: Uint8Array, text: string): string {
  if (key.length !== keyLength) return createHmac('sha256', key).update(text).digest('hex');
  const { read, written } = encoder.encodeInto(text, innerText);
  if (read !== text.length) return createHmac('sha256', key).update(text).digest('hex');
  for (let index = 0; index < keyLength; index++) {
    const byte = key[index] as number;
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  const digest = hash('sha256', inner.subarray(0, blockLength + written), 'binary');
  for (let index = 0; index < keyLength; index++) {
    outer[blockLength + index] = digest.charCodeAt(index);
  }
  return hash('sha256', outer, 'hex');
}

/** A signing key is a digest itself. */
const keyLength = 32;
/** SHA-256's, to which a key is filled up with zeros. */
const blockLength = 64;
/** A string to sign has about 150. */
const maxText = 512;

const encoder = new TextEncoder();
const inner = new Uint8Array(blockLength + maxText).fill(0x36, 0, blockLength);
const outer = new Uint8Array(blockLength + keyLength).fill(0x5c, 0, blockLength);
const innerText = inner.subarray(blockLength);
