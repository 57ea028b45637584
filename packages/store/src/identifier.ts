import { randomBytes, randomInt } from 'node:crypto';

/** Prefixes of unique ids ("Unique identifiers", IAM User Guide). */
export type UniqueIdPrefix = 'AIDA' | 'AGPA' | 'AROA' | 'ANPA' | 'AIPA' | 'ASCA' | 'APKA' | 'ACCA';

/** `AKIA` of long-lived, `ASIA` of temporary access keys; `CIKA`, ours, of an instance's agent. */
export type AccessKeyIdPrefix = 'AKIA' | 'ASIA' | 'CIKA';

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * A unique id as AWS makes them: prefix and 17 random characters of base32, 21 in all, never reused.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function newUniqueId(prefix: UniqueIdPrefix): string {
  const random = Array.from(randomBytes(17), (byte) => base32.charAt(byte % 32));
  return prefix + random.join('');
}

/** An id as EC2 makes them: `i-0123456789abcdef0`, prefix and 17 hexadecimal digits. */
export function newInstanceResourceId(prefix: 'i' | 'r' | 'iip-assoc'): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

/** `SAMLSP` of a SAML provider, `SAMLPK` of one of its private keys, and 16 random characters. */
export function newSamlId(prefix: 'SAMLSP' | 'SAMLPK'): string {
  let id: string = prefix;
  while (id.length < 22) {
    for (const byte of randomBytes(24)) {
      // 252 is the last multiple of 36: without this the first letters would be likelier.
      if (byte < 252 && id.length < 22) id += alphanumeric.charAt(byte % 36);
    }
  }
  return id;
}

/**
 * An access key id: prefix and 16 base32 characters, 80 bits: one set bit (ids of before 2019 begin
 * with a zero and carry no account), 40 bits of account id, 39 random bits.
 */
export function newAccessKeyId(prefix: AccessKeyIdPrefix, accountId: string): string {
  if (!/^[0-9]{12}$/.test(accountId)) throw new Error('an account id has 12 digits');
  const random = BigInt(`0x${randomBytes(5).toString('hex')}`) & ((1n << 39n) - 1n);
  const bits = (1n << 79n) | (BigInt(accountId) << 39n) | random;
  let id: string = prefix;
  for (let shift = 75n; shift >= 0n; shift -= 5n) {
    id += base32.charAt(Number((bits >> shift) & 31n));
  }
  return id;
}

/**
 * The account id in an access key id, 12 digits; undefined when there is none. A hint for routing:
 * anyone can make an id that carries any account.
 */
export function accountIdOfAccessKey(accessKeyId: string): string | undefined {
  if (!/^[A-Z]{4}[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let head = 0n;
  for (const character of accessKeyId.slice(4, 14)) {
    head = (head << 5n) | BigInt(base32.indexOf(character));
  }
  // Ten characters are 50 bits; the account lies in the first 48, below the top one.
  const accountId = ((head >> 2n) & 0x7fff_ffff_ff80n) >> 7n;
  return accountId > 999_999_999_999n ? undefined : accountId.toString().padStart(12, '0');
}

/** A secret access key: 30 random bytes as 40 characters of base64. */
export function newSecretAccessKey(): string {
  return randomBytes(30).toString('base64');
}

/** Twelve random digits, the first not 0: spreadsheets and YAML would drop it. */
export function newAccountId(): string {
  return String(randomInt(100_000_000_000, 1_000_000_000_000));
}
