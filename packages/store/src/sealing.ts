import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Authenticated encryption (AES-256-GCM) of what must not be readable at rest or in a caller's hands. */
export interface Sealing {
  /**
   * Seals `plaintext`, bound to `context`: opening with another context fails. The result is
   * base64url text that names its data key.
   */
  seal(purpose: SealingPurpose, context: string, plaintext: Uint8Array): string;
  /** Opens what `seal` gave; undefined when it was altered, truncated or sealed elsewhere. */
  open(purpose: SealingPurpose, context: string, sealed: string): Uint8Array | undefined;
}

/**
 * `secret`: columns at rest. `session`: STS session tokens. `pagination`: opaque markers.
 * `authorizationMessage`: why a call was denied, for who may decode it.
 */
export type SealingPurpose = 'secret' | 'session' | 'pagination' | 'authorizationMessage';

export const sealingPurposes: readonly SealingPurpose[] = [
  'secret',
  'session',
  'pagination',
  'authorizationMessage',
];

/** A key that seals for one purpose. `id` is 8 bytes in hex. */
export interface DataKey {
  readonly id: string;
  readonly purpose: SealingPurpose;
  readonly key: Uint8Array;
}

/** Seals with the newest data key of a purpose, opens with any that it has. */
export interface DataKeySealing extends Sealing {
  hasDataKey(purpose: SealingPurpose): boolean;
  /** From now on the purpose seals with this key; what older ones sealed still opens. */
  addDataKey(dataKey: DataKey): void;
  /** Forgets every key but these and those that seal: what the others sealed opens no more. */
  keepDataKeys(ids: ReadonlySet<string>): void;
}

/**
 * Sealed bytes: version (1), data key id (8), IV (12), ciphertext, tag (16). The IV is random, so no
 * key may seal more than 2^32 times (NIST SP 800-38D, 8.3). A key that answers to callers is replaced
 * every day: it would have to seal 49,000 times a second, and one process does a tenth of that. The
 * key of what is kept seals once for each row that is written.
 */
const version = 1;
const idBytes = 8;
const ivBytes = 12;
const tagBytes = 16;
const headBytes = 1 + idBytes;

/** @param dataKeys oldest first */
export function createSealing(dataKeys: readonly DataKey[]): DataKeySealing {
  const byId = new Map<string, DataKey>();
  const newest = new Map<SealingPurpose, DataKey>();

  function addDataKey(dataKey: DataKey): void {
    byId.set(dataKey.id, dataKey);
    newest.set(dataKey.purpose, dataKey);
  }
  for (const dataKey of dataKeys) addDataKey(dataKey);

  return {
    hasDataKey: (purpose) => newest.has(purpose),
    addDataKey,
    keepDataKeys(ids) {
      for (const dataKey of byId.values()) {
        if (ids.has(dataKey.id) || newest.get(dataKey.purpose) === dataKey) continue;
        byId.delete(dataKey.id);
      }
    },
    seal(purpose, context, plaintext) {
      const dataKey = newest.get(purpose);
      if (dataKey === undefined) throw new Error(`no data key for \`${purpose}\``);
      const head = Buffer.from(`0${version}${dataKey.id}`, 'hex');
      const box = encrypt(dataKey.key, additionalData(head, purpose, context), plaintext);
      return Buffer.concat([head, box]).toString('base64url');
    },
    open(purpose, context, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      // Node ignores foreign characters and spare bits: one sealing must have one spelling.
      if (bytes[0] !== version || bytes.toString('base64url') !== sealed) return undefined;
      const head = bytes.subarray(0, headBytes);
      const dataKey = byId.get(head.toString('hex', 1));
      if (dataKey?.purpose !== purpose) return undefined;
      const additional = additionalData(head, purpose, context);
      return decrypt(dataKey.key, additional, bytes.subarray(headBytes));
    },
  };
}

/** A new data key with random id and key. */
export function generateDataKey(purpose: SealingPurpose): DataKey {
  return { id: randomBytes(idBytes).toString('hex'), purpose, key: randomBytes(32) };
}

/** Encrypts a data key under the master key, bound to its id and purpose. base64url. */
export function wrapDataKey(masterKey: Uint8Array, dataKey: DataKey): string {
  const additional = wrapContext(dataKey.id, dataKey.purpose);
  return encrypt(masterKey, additional, dataKey.key).toString('base64url');
}

/** Undefined under another master key, or when the row was altered. */
export function unwrapDataKey(
  masterKey: Uint8Array,
  row: { readonly id: string; readonly purpose: SealingPurpose; readonly wrapped: string },
): DataKey | undefined {
  const box = Buffer.from(row.wrapped, 'base64url');
  const key = decrypt(masterKey, wrapContext(row.id, row.purpose), box);
  return key === undefined ? undefined : { id: row.id, purpose: row.purpose, key };
}

function encrypt(key: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(additional);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, additional: Uint8Array, box: Buffer): Buffer | undefined {
  if (box.length < ivBytes + tagBytes) return undefined;
  const tagAt = box.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(additional);
  decipher.setAuthTag(box.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(box.subarray(ivBytes, tagAt)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Each part with its length before it: no two lists of parts have one encoding. */
function additionalData(head: Uint8Array, purpose: string, context: string): Buffer {
  return Buffer.concat([lengthPrefixed(head), ...[purpose, context].map(lengthPrefixedText)]);
}

function wrapContext(id: string, purpose: string): Buffer {
  return Buffer.concat(['carnet data key', id, purpose].map(lengthPrefixedText));
}

function lengthPrefixedText(text: string): Buffer {
  return lengthPrefixed(Buffer.from(text, 'utf8'));
}

function lengthPrefixed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
