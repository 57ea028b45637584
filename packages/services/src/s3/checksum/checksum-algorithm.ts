import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c } from './crc32c.ts';
import { type Crc64, crc64nvme } from './crc64nvme.ts';

/** The members of S3's inputs and outputs that carry a checksum in base64. */
export interface ChecksumMembers {
  ChecksumCRC32?: string | undefined;
  ChecksumCRC32C?: string | undefined;
  ChecksumCRC64NVME?: string | undefined;
  ChecksumSHA1?: string | undefined;
  ChecksumSHA256?: string | undefined;
  ChecksumSHA512?: string | undefined;
  ChecksumMD5?: string | undefined;
}

/** A checksum under way. */
export interface Hasher {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

export interface ChecksumAlgorithm {
  /** As in the column and in `x-amz-checksum-…`: `crc32`. */
  readonly name: string;
  /** As in `x-amz-sdk-checksum-algorithm`: `CRC32`. */
  readonly wireName: 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256' | 'SHA512' | 'MD5';
  readonly member: keyof ChecksumMembers;
  /** Bytes. */
  readonly length: number;
  create(): Hasher;
}

/** What S3 computes of an object whose uploader says nothing of a checksum. */
export const defaultChecksumAlgorithm: ChecksumAlgorithm = {
  name: 'crc64nvme',
  wireName: 'CRC64NVME',
  member: 'ChecksumCRC64NVME',
  length: 8,
  create: crc64Hasher,
};

/** What S3 offers, without the XXHASH family: a checksum of those is refused, not passed over. */
export const checksumAlgorithms: readonly ChecksumAlgorithm[] = [
  {
    name: 'crc32',
    wireName: 'CRC32',
    member: 'ChecksumCRC32',
    length: 4,
    create: () => crcHasher(crc32),
  },
  {
    name: 'crc32c',
    wireName: 'CRC32C',
    member: 'ChecksumCRC32C',
    length: 4,
    create: () => crcHasher(crc32c),
  },
  defaultChecksumAlgorithm,
  hashAlgorithm('sha1', 'SHA1', 'ChecksumSHA1', 20),
  hashAlgorithm('sha256', 'SHA256', 'ChecksumSHA256', 32),
  hashAlgorithm('sha512', 'SHA512', 'ChecksumSHA512', 64),
  hashAlgorithm('md5', 'MD5', 'ChecksumMD5', 16),
];

export function findChecksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm.name === name);
}

/** The algorithm by the name that headers and SDKs use, `CRC32`. */
export function checksumAlgorithmOf(wireName: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm.wireName === wireName);
}

function hashAlgorithm(
  name: string,
  wireName: ChecksumAlgorithm['wireName'],
  member: keyof ChecksumMembers,
  length: number,
): ChecksumAlgorithm {
  return { name, wireName, member, length, create: () => createHash(name) };
}

function crcHasher(crc: (bytes: Uint8Array, previous: number) => number): Hasher {
  let value = 0;
  return {
    update(chunk) {
      value = crc(chunk, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

function crc64Hasher(): Hasher {
  let value: Crc64 = { high: 0, low: 0 };
  return {
    update(chunk) {
      value = crc64nvme(chunk, value);
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(value.high, 0);
      bytes.writeUInt32BE(value.low, 4);
      return bytes;
    },
  };
}
