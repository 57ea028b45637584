import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of a virtual MFA device (RFC 6238), `steps` of 30 seconds from now. */
export function oneTimeCode(base32Seed: string, steps: number): string {
  return codeAt(base32Seed, Date.now() + steps * 30_000);
}

/** The code of a moment, in milliseconds since 1970. */
export function codeAt(base32Seed: string, time: number): string {
  const bits = [...base32Seed.replaceAll('=', '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const at = digest.readUInt8(19) & 0xf;
  return String((digest.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** Two that follow one another. */
export const codesFrom = (base32Seed: string, steps: number) => ({
  AuthenticationCode1: oneTimeCode(base32Seed, steps),
  AuthenticationCode2: oneTimeCode(base32Seed, steps + 1),
});
