import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ObjectFiles } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import {
  type ChecksumAlgorithm,
  type ChecksumMembers,
  checksumAlgorithmOf,
  checksumAlgorithms,
  type Hasher,
} from './checksum/checksum-algorithm.ts';
import { badChecksum, entityTooLarge, headerNotImplemented, invalidRequest } from './s3-error.ts';

/**
 * A request's payload, decoded. Its integrity (payload hash, chunk signatures) fails by throwing
 * from the iterator, at the end at the latest.
 */
export interface ObjectBody extends AsyncIterable<Uint8Array> {
  /** What followed the last chunk, by lower-case name; there when the iteration has ended. */
  readonly trailers?: ReadonlyMap<string, string> | undefined;
  /** The names of the trailers that are to come. */
  readonly trailerNames?: readonly string[] | undefined;
  /**
   * True for a presigned URL: SDKs put the checksum of an empty body into one when they make it, and
   * whoever uses the URL sends what he likes. That one value is then not enforced.
   */
  readonly presigned?: boolean | undefined;
}

/** The most that one PutObject or UploadPart may carry: 5 GiB. */
export const maximumUploadSize = 5 * 1024 ** 3;

/** What the caller says of the payload. */
export interface DeclaredIntegrity extends ChecksumMembers {
  readonly ContentLength?: number | undefined;
  /** Base64. */
  readonly ContentMD5?: string | undefined;
  /** Also announces a checksum that comes as a trailer. */
  readonly ChecksumAlgorithm?: string | undefined;
}

/** Bytes that were written to a file of their own. */
export interface StoredBody {
  readonly file: string;
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  /** Base64 by the algorithm's name in lower case. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Writes a payload to a new file and compares it with what the caller declared; when anything
 * differs no file remains. `fallback` is computed when the caller speaks of no checksum at all.
 * Errors: `BadDigest`, `InvalidDigest`, `InvalidRequest`, `EntityTooLarge`.
 */
export async function receiveBody(
  files: ObjectFiles,
  body: ObjectBody | undefined,
  declared: DeclaredIntegrity,
  fallback?: ChecksumAlgorithm,
): Promise<StoredBody> {
  if ((declared.ContentLength ?? 0) > maximumUploadSize) {
    throw entityTooLarge(declared.ContentLength ?? 0, maximumUploadSize);
  }
  const contentMd5 = declared.ContentMD5 === undefined ? undefined : md5Of(declared.ContentMD5);
  const expected = declaredChecksums(declared);
  const algorithms = algorithmsSpokenOf(declared, body);
  if (fallback && algorithms.size === 0) algorithms.add(fallback);
  const digests = new Digests([...algorithms]);
  async function* verified(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body ?? []) {
      digests.update(chunk);
      if (digests.size > maximumUploadSize) throw entityTooLarge(digests.size, maximumUploadSize);
      yield chunk;
    }
    digests.finish();
    if (contentMd5 !== undefined) compareMd5(contentMd5, digests.md5);
    if (body?.presigned) forgetChecksumOfNothing(expected);
    addTrailers(expected, body?.trailers);
    compareChecksums(expected, digests.checksums);
  }
  const { file, size } = await files.write(verified());
  return { file, size, md5: digests.md5, checksums: digests.checksums };
}

/** Copies bytes of our own to a new file, with their checksums by the given algorithms. */
export async function copyBody(
  files: ObjectFiles,
  source: Readable | AsyncIterable<Uint8Array>,
  algorithms: readonly ChecksumAlgorithm[],
): Promise<StoredBody> {
  const digests = new Digests(algorithms);
  async function* digested(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      digests.update(chunk);
      yield chunk;
    }
    digests.finish();
  }
  try {
    const { file, size } = await files.write(digested());
    return { file, size, md5: digests.md5, checksums: digests.checksums };
  } finally {
    // A file that could not even be begun leaves its source open.
    if ('destroy' in source) source.destroy();
  }
}

/** The MD5 and further checksums of a stream, all in one pass. */
class Digests {
  size = 0;
  md5 = '';
  readonly checksums: Record<string, string> = {};
  readonly #md5 = createHash('md5');
  readonly #hashers: readonly { readonly name: string; readonly hasher: Hasher }[];

  constructor(algorithms: readonly ChecksumAlgorithm[]) {
    this.#hashers = algorithms.map(({ name, create }) => ({ name, hasher: create() }));
  }

  update(chunk: Uint8Array): void {
    this.size += chunk.length;
    this.#md5.update(chunk);
    for (const { hasher } of this.#hashers) hasher.update(chunk);
  }

  finish(): void {
    this.md5 = this.#md5.digest('hex');
    for (const { name, hasher } of this.#hashers) {
      this.checksums[name] = hasher.digest().toString('base64');
    }
  }
}

/** The checksums among the members of an input; at most one kind may be given. */
export function declaredChecksums(members: ChecksumMembers): Map<ChecksumAlgorithm, string> {
  const found = new Map<ChecksumAlgorithm, string>();
  for (const algorithm of checksumAlgorithms) {
    const value = members[algorithm.member];
    if (value === undefined) continue;
    found.set(algorithm, validChecksum(algorithm, value));
  }
  if (found.size > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  for (const member of ['ChecksumXXHASH64', 'ChecksumXXHASH3', 'ChecksumXXHASH128']) {
    if ((members as Readonly<Record<string, unknown>>)[member] !== undefined) {
      throw headerNotImplemented(`x-amz-checksum-${member.slice('Checksum'.length).toLowerCase()}`);
    }
  }
  return found;
}

/** Every algorithm that a header names or a trailer is to bring. Error: `InvalidRequest`. */
export function algorithmsSpokenOf(
  declared: DeclaredIntegrity,
  body: ObjectBody | undefined,
): Set<ChecksumAlgorithm> {
  const algorithms = new Set(declaredChecksums(declared).keys());
  const announced = announcedAlgorithm(declared);
  if (announced && algorithms.size > 0 && !algorithms.has(announced)) {
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  if (announced) algorithms.add(announced);
  for (const name of body?.trailerNames ?? []) {
    const algorithm = checksumAlgorithms.find((known) => name === `x-amz-checksum-${known.name}`);
    if (algorithm) algorithms.add(algorithm);
  }
  return algorithms;
}

/** The algorithm that `x-amz-sdk-checksum-algorithm` names, undefined when it is not sent. */
export function announcedAlgorithm(input: {
  readonly ChecksumAlgorithm?: string | undefined;
}): ChecksumAlgorithm | undefined {
  if (input.ChecksumAlgorithm === undefined) return undefined;
  const algorithm = checksumAlgorithmOf(input.ChecksumAlgorithm);
  if (algorithm) return algorithm;
  if (input.ChecksumAlgorithm.startsWith('XXHASH')) {
    throw headerNotImplemented('x-amz-checksum-algorithm');
  }
  throw invalidRequest(
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: ' +
      '[CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5]',
  );
}

function forgetChecksumOfNothing(expected: Map<ChecksumAlgorithm, string>): void {
  for (const [algorithm, value] of expected) {
    if (value === algorithm.create().digest().toString('base64')) expected.delete(algorithm);
  }
}

function addTrailers(
  expected: Map<ChecksumAlgorithm, string>,
  trailers: ReadonlyMap<string, string> | undefined,
): void {
  for (const [name, value] of trailers ?? []) {
    if (!name.startsWith('x-amz-checksum-')) continue;
    const algorithm = checksumAlgorithms.find((known) => name.slice(15) === known.name);
    if (!algorithm) throw headerNotImplemented(name);
    expected.set(algorithm, validChecksum(algorithm, value));
  }
}

function compareChecksums(
  expected: ReadonlyMap<ChecksumAlgorithm, string>,
  calculated: Readonly<Record<string, string>>,
): void {
  for (const [algorithm, value] of expected) {
    const own = calculated[algorithm.name];
    if (own === undefined) {
      throw invalidRequest(
        `x-amz-checksum-${algorithm.name} was sent as a trailer and not announced in ` +
          'x-amz-sdk-checksum-algorithm.',
      );
    }
    if (own !== value) throw badChecksum(algorithm.wireName);
  }
}

/** The value itself when it is base64 of the right length. */
export function validChecksum(algorithm: ChecksumAlgorithm, value: string): string {
  if (isBase64Of(value, algorithm.length)) return value;
  throw invalidRequest(`Value for x-amz-checksum-${algorithm.name} header is invalid.`);
}

function isBase64Of(value: string, length: number): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === length && bytes.toString('base64') === value;
}

/** The hex of a Content-MD5 header. */
export function md5Of(header: string): string {
  if (!isBase64Of(header, 16)) {
    throw new ApiError('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.', {
      'Content-MD5': header,
    });
  }
  return Buffer.from(header, 'base64').toString('hex');
}

/** Both hex. */
export function compareMd5(expected: string, calculated: string): void {
  if (expected === calculated) return;
  throw new ApiError(
    'BadDigest',
    400,
    'The Content-MD5 you specified did not match what we received.',
    {
      ExpectedDigest: Buffer.from(expected, 'hex').toString('base64'),
      CalculatedDigest: Buffer.from(calculated, 'hex').toString('base64'),
    },
  );
}
