import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/**
 * RSA public keys in the two forms that IAM takes and gives: `ssh-rsa AAAA… comment` (RFC 4253, 6.6)
 * and PEM (RFC 7468 and PKCS #1). They are read with every length checked; nothing is computed with
 * them.
 */
export interface RsaPublicKey {
  /** As SSH sends it: `ssh-rsa`, exponent, modulus. The same key has the same bytes. */
  readonly wire: Buffer;
  /** Unsigned, the most significant byte first, without leading zeros. */
  readonly exponent: Buffer;
  readonly modulus: Buffer;
}

/** `unrecognized`: neither form. `invalid`: one of them, and no RSA key of 2,048 bits or more. */
export type UnreadableKey = 'unrecognized' | 'invalid';

const minimumBits = 2048;
/** What OpenSSL works with at most. */
const maximumBits = 16_384;
/** FIPS 186-5 has exponents under 2^256. */
const maximumExponentBytes = 32;

const sshLine = /^ssh-rsa[ \t]+(?<base64>[A-Za-z0-9+/]+={0,2})(?:[ \t][^\r\n]*)?$/;
const pemLabels = ['PUBLIC KEY', 'RSA PUBLIC KEY'];

export function readRsaPublicKey(body: string): RsaPublicKey | UnreadableKey {
  const text = body.trim();
  if (/^ssh-rsa[ \t]/.test(text)) {
    const { base64 } = sshLine.exec(text)?.groups ?? {};
    return base64 === undefined ? 'invalid' : readWire(base64);
  }
  if (isPem(text)) return readPem(text);
  return 'unrecognized';
}

/** Whether a text that holds a key has it in the PEM form. */
export function isPem(body: string): boolean {
  const text = body.trim();
  return pemLabels.some(
    (label) =>
      text.startsWith(`-----BEGIN ${label}-----`) &&
      text.indexOf('-----END ') === text.length - `-----END ${label}-----`.length &&
      text.endsWith(`-----END ${label}-----`),
  );
}

/** `ssh-rsa AAAA…`, without a comment. */
export function writeSshLine(key: RsaPublicKey): string {
  return `ssh-rsa ${key.wire.toString('base64')}`;
}

/** `-----BEGIN PUBLIC KEY-----`, with a line break at the end. */
export function writePem({ modulus, exponent }: RsaPublicKey): string {
  const jwk = {
    kty: 'RSA',
    n: modulus.toString('base64url'),
    e: exponent.toString('base64url'),
  };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** MD5 as `aa:bb:…`, of the key as SSH sends it: what `ssh-keygen -l -E md5` shows. */
export function fingerprintOf(key: RsaPublicKey): string {
  const digest = createHash('md5').update(key.wire).digest();
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function readWire(base64: string): RsaPublicKey | UnreadableKey {
  const wire = Buffer.from(base64, 'base64');
  if (wire.toString('base64') !== base64) return 'invalid';
  const fields: Buffer[] = [];
  let offset = 0;
  while (offset < wire.length) {
    if (fields.length === 3 || wire.length - offset < 4) return 'invalid';
    const end = offset + 4 + wire.readUInt32BE(offset);
    if (end > wire.length) return 'invalid';
    fields.push(wire.subarray(offset + 4, end));
    offset = end;
  }
  const [type, exponent, modulus] = fields;
  if (type?.toString('latin1') !== 'ssh-rsa') return 'invalid';
  return checked(unsigned(exponent), unsigned(modulus));
}

/** The magnitude of a positive `mpint` in its one spelling; undefined of anything else. */
function unsigned(mpint: Buffer | undefined): Buffer | undefined {
  const [first = 0x80, second = 0] = mpint ?? [];
  if (first >= 0x80) return undefined;
  if (first > 0) return mpint;
  return second >= 0x80 ? mpint?.subarray(1) : undefined;
}

function readPem(text: string): RsaPublicKey | UnreadableKey {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: text, format: 'pem' });
  } catch {
    return 'invalid';
  }
  if (key.asymmetricKeyType !== 'rsa') return 'invalid';
  const { e: exponent = '', n: modulus = '' } = key.export({ format: 'jwk' });
  return checked(Buffer.from(exponent, 'base64url'), Buffer.from(modulus, 'base64url'));
}

function checked(
  exponent: Buffer | undefined,
  modulus: Buffer | undefined,
): RsaPublicKey | UnreadableKey {
  if (!exponent || !modulus || !isOdd(exponent) || !isOdd(modulus)) return 'invalid';
  const bits = bitsOf(modulus);
  if (bits < minimumBits || bits > maximumBits) return 'invalid';
  if (bitsOf(exponent) < 2 || exponent.length > maximumExponentBytes) return 'invalid';
  const wire = Buffer.concat([
    field(Buffer.from('ssh-rsa')),
    field(signed(exponent)),
    field(signed(modulus)),
  ]);
  return { wire, exponent, modulus };
}

function isOdd(magnitude: Buffer): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}

function bitsOf(magnitude: Buffer): number {
  const [first = 0] = magnitude;
  return magnitude.length * 8 - (Math.clz32(first) - 24);
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function signed(magnitude: Buffer): Buffer {
  const [first = 0] = magnitude;
  return first >= 0x80 ? Buffer.concat([Buffer.of(0), magnitude]) : magnitude;
}
