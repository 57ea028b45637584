import { hash, timingSafeEqual } from 'node:crypto';

/** The SHA-256 of no bytes at all. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Lower-case hex; a string is hashed as UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

const encoder = new TextEncoder();
const left = new Uint8Array(64);
const right = new Uint8Array(64);

/** Compares two hex digests of 64 characters in constant time; other lengths are unequal. */
export function equalDigests(a: string, b: string): boolean {
  if (a.length !== 64 || b.length !== 64) return false;
  // A character outside of ASCII does not fit: then fewer than 64 of them are read.
  if (encoder.encodeInto(a, left).read !== 64) return false;
  if (encoder.encodeInto(b, right).read !== 64) return false;
  return timingSafeEqual(left, right);
}

/** The bytes of text whose characters are bytes, as `node:http` gives headers. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
