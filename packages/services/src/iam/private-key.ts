import { createPrivateKey, type KeyObject } from 'node:crypto';

/**
 * Private keys as PEM text (RFC 7468). OpenSSL works out the public half of DSA and Diffie-Hellman
 * keys while it reads them, of whatever length: seconds, for a text that fits into a request. It is
 * given RSA and EC keys only, which are all that IAM takes.
 */
const blockPattern =
  /-----BEGIN (?<label>(?:RSA |EC )?PRIVATE KEY)-----(?<base64>[A-Za-z0-9+/=\s]*)-----END \k<label>-----/;

/** In DER, tag and length before them: rsaEncryption (RFC 8017) and id-ecPublicKey (RFC 5480). */
const algorithms = ['06092a864886f70d010101', '06072a8648ce3d0201'];

const sequence = 0x30;
const integer = 0x02;

/** Undefined of anything else, of a key under a passphrase too. */
export function readPrivateKey(text: string): KeyObject | undefined {
  const { label, base64 } = blockPattern.exec(text)?.groups ?? {};
  if (label === undefined || base64 === undefined) return undefined;
  const der = Buffer.from(base64, 'base64');
  if (!isRsaOrEc(der)) return undefined;
  // Nothing but the block that was looked at.
  const key = `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
  try {
    return createPrivateKey({ key, format: 'pem' });
  } catch {
    // What OpenSSL says of it might repeat parts of it.
    return undefined;
  }
}

/**
 * PKCS #8 has the algorithm behind the version, in a sequence of its own. PKCS #1 and SEC 1 have none,
 * whatever their label says OpenSSL takes them for.
 */
function isRsaOrEc(der: Buffer): boolean {
  const outer = header(der, 0);
  const version = outer && header(der, outer.content);
  if (outer?.tag !== sequence || version?.tag !== integer) return false;
  const next = header(der, version.content + version.length);
  if (next?.tag !== sequence) return next !== undefined;
  const rest = der.subarray(next.content).toString('hex');
  return algorithms.some((algorithm) => rest.startsWith(algorithm));
}

interface Header {
  readonly tag: number;
  /** Where the content begins, and its bytes. */
  readonly content: number;
  readonly length: number;
}

/** Of lengths up to 65,535. */
function header(der: Buffer, at: number): Header | undefined {
  const [tag, first, second, third] = der.subarray(at, at + 4);
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, content: at + 2, length: first };
  if (first === 0x81 && second !== undefined) return { tag, content: at + 3, length: second };
  if (first !== 0x82 || second === undefined || third === undefined) return undefined;
  return { tag, content: at + 4, length: second * 256 + third };
}
