import { ApiError } from '../api-error.ts';
import type { ChunkSignatures } from './chunk-signature.ts';
import type { PayloadEnd, PayloadVerifier } from './payload-verifier.ts';

/**
 * AWS's chunks: `10000;chunk-signature=…\r\n`, the bytes, `\r\n`, and so on to a chunk of no bytes,
 * the trailers and an empty line. Bytes may come in pieces of any size.
 */
export interface ChunkDecoderOptions {
  /** Lower-case names of `x-amz-trailer`. */
  readonly trailers: readonly string[];
  /** Undefined for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. */
  readonly signatures: ChunkSignatures | undefined;
}

type State =
  /** In a chunk's first line. */
  | 'head'
  /** In its bytes. */
  | 'data'
  /** Before the `\r\n` after them. */
  | 'dataEnd'
  | 'trailer'
  | 'done'
  | 'failed';

/** A size of up to ten digits and a signature are 99 characters. */
const maxHeadLine = 128;
const maxTrailerLine = 1024;
/** A signed chunk is held in memory until its signature has verified. */
const maxSignedChunk = 16 * 1024 * 1024;
/** The longest body of one request to S3. */
const maxChunk = 5 * 1024 ** 3;
/** Every chunk but the last must hold so many bytes, as in S3: small ones cost a signature each. */
const minChunk = 8192;

const headLine = /^([0-9a-f]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/i;
const trailerValue = /^[ -~]{0,512}$/;
const trailerSignature = 'x-amz-trailer-signature';
const noBytes = new Uint8Array(0);

export function createChunkDecoder(options: ChunkDecoderOptions): PayloadVerifier {
  return new ChunkDecoder(options);
}

class ChunkDecoder implements PayloadVerifier {
  decodedBytes = 0;
  readonly #options: ChunkDecoderOptions;
  #state: State = 'head';
  /** What has come of the present line. */
  #line = '';
  /** From 1, for S3's error. */
  #chunkNumber = 0;
  #chunkSize = 0;
  #signature = '';
  /** Bytes of the present chunk that are still to come. */
  #remaining = 0;
  /** Bytes of a signed chunk that came in several pieces. */
  #held = noBytes;
  #heldLength = 0;
  #trailers = new Map<string, string>();
  #trailerText = '';
  #trailersSigned = false;

  constructor(options: ChunkDecoderOptions) {
    this.#options = options;
  }

  update(input: Uint8Array): readonly Uint8Array[] {
    const output: Uint8Array[] = [];
    try {
      let offset = 0;
      while (offset < input.length) offset = this.#step(input, offset, output);
    } catch (error) {
      this.#state = 'failed';
      this.#held = noBytes;
      throw error;
    }
    for (const bytes of output) this.decodedBytes += bytes.length;
    return output;
  }

  end(): PayloadEnd {
    if (this.#state !== 'done') throw incompleteBody();
    return { trailers: this.#trailers };
  }

  /** Takes something from the input and gives the offset after it. */
  #step(input: Uint8Array, offset: number, output: Uint8Array[]): number {
    switch (this.#state) {
      case 'head':
        return this.#readLine(input, offset, maxHeadLine, () => this.#beginChunk());
      case 'data':
        return this.#readData(input, offset, output);
      case 'dataEnd':
        return this.#readLine(input, offset, 0, () => {
          this.#state = 'head';
        });
      case 'trailer':
        return this.#readLine(input, offset, maxTrailerLine, () => this.#readTrailer());
      case 'done':
      case 'failed':
        // Bytes after the end are as little a part of the body as bytes that are missing.
        throw incompleteBody();
    }
  }

  /** Collects a line across pieces, without its `\r\n`. */
  #readLine(input: Uint8Array, offset: number, max: number, done: () => void): number {
    const window = input.subarray(offset, offset + max + 2 - this.#line.length);
    let end = -1;
    for (let feed = window.indexOf(10); feed >= 0; feed = window.indexOf(10, feed + 1)) {
      const before = feed > 0 ? window[feed - 1] : this.#line.charCodeAt(this.#line.length - 1);
      if (before !== 13) continue;
      end = feed + 1;
      break;
    }
    const taken = end < 0 ? window : window.subarray(0, end);
    this.#line += String.fromCharCode(...taken);
    if (end >= 0) {
      this.#line = this.#line.slice(0, -2);
      done();
      this.#line = '';
    } else if (this.#line.length >= max + 2) throw incompleteBody();
    return offset + taken.length;
  }

  #beginChunk(): void {
    const match = headLine.exec(this.#line);
    const { signatures } = this.#options;
    if (match === null) throw incompleteBody();
    const [, hexSize = '', signature] = match;
    if (signatures === undefined && signature !== undefined) throw incompleteBody();
    if (signatures !== undefined && signature === undefined) throw signatureMismatch();
    this.#signature = signature ?? '';
    const previousSize = this.#chunkSize;
    this.#chunkSize = Number.parseInt(hexSize, 16);
    this.#chunkNumber++;
    if (this.#chunkSize === 0) {
      this.#verifyChunk(noBytes);
      this.#state = 'trailer';
      return;
    }
    if (this.#chunkNumber > 1 && previousSize < minChunk) {
      throw invalidChunkSize(smallChunk, this.#chunkNumber, previousSize);
    }
    if (this.#chunkSize > (signatures === undefined ? maxChunk : maxSignedChunk)) {
      throw invalidChunkSize(largeChunk, this.#chunkNumber, this.#chunkSize);
    }
    this.#remaining = this.#chunkSize;
    this.#state = 'data';
  }

  #readData(input: Uint8Array, offset: number, output: Uint8Array[]): number {
    const bytes = input.subarray(offset, offset + this.#remaining);
    this.#remaining -= bytes.length;
    const complete = this.#remaining === 0;
    if (this.#options.signatures === undefined) output.push(bytes);
    else if (complete && this.#heldLength === 0) {
      this.#verifyChunk(bytes);
      output.push(bytes);
    } else {
      this.#hold(bytes);
      if (complete) {
        const chunk = this.#held.subarray(0, this.#heldLength);
        this.#verifyChunk(chunk);
        output.push(chunk);
        // The memory is the caller's now.
        this.#held = noBytes;
        this.#heldLength = 0;
      }
    }
    if (complete) this.#state = 'dataEnd';
    return offset + bytes.length;
  }

  /** Grows with what has come, not with what was announced, and copies: a byte costs a byte. */
  #hold(bytes: Uint8Array): void {
    const length = this.#heldLength + bytes.length;
    if (length > this.#held.length) {
      const capacity = Math.min(this.#chunkSize, Math.max(length, 2 * this.#held.length, 65_536));
      const grown = new Uint8Array(capacity);
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#heldLength);
    this.#heldLength = length;
  }

  #verifyChunk(data: Uint8Array): void {
    if (this.#options.signatures?.verifyChunk(data, this.#signature) === false) {
      throw signatureMismatch();
    }
  }

  #readTrailer(): void {
    if (this.#line === '') {
      this.#endTrailers();
      return;
    }
    // AWS's own example ends a trailer with `\n\r\n`.
    const line = this.#line.endsWith('\n') ? this.#line.slice(0, -1) : this.#line;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (this.#trailersSigned || !trailerValue.test(value)) throw malformedTrailer();
    const { signatures, trailers } = this.#options;
    if (name === trailerSignature && signatures?.signsTrailers === true) {
      if (!signatures.verifyTrailers(this.#trailerText, value)) throw signatureMismatch();
      this.#trailersSigned = true;
      return;
    }
    if (!trailers.includes(name) || this.#trailers.has(name)) throw malformedTrailer();
    this.#trailers.set(name, value);
    this.#trailerText += `${name}:${value}\n`;
  }

  #endTrailers(): void {
    const { signatures, trailers } = this.#options;
    const mustBeSigned = signatures?.signsTrailers === true && !this.#trailersSigned;
    if (mustBeSigned && this.#trailers.size === 0) throw incompleteBody();
    if (mustBeSigned) throw signatureMismatch();
    if (this.#trailers.size !== trailers.length) throw malformedTrailer();
    this.#state = 'done';
  }
}

const smallChunk = 'Only the last chunk is allowed to have a size less than 8192 bytes';
const largeChunk = 'A chunk may hold at most 16 MiB when it is signed, 5 GiB otherwise';

function invalidChunkSize(message: string, chunk: number, size: number): ApiError {
  const details = { Chunk: String(chunk), BadChunkSize: String(size) };
  return new ApiError('InvalidChunkSizeError', 403, message, details);
}

function incompleteBody(): ApiError {
  return new ApiError('IncompleteBody', 400, 'The request body terminated unexpectedly');
}

function malformedTrailer(): ApiError {
  const message =
    'The request contained trailing data that was not well-formed or did not conform to our ' +
    'published schema.';
  return new ApiError('MalformedTrailerError', 400, message);
}

function signatureMismatch(): ApiError {
  const message =
    'The request signature we calculated does not match the signature you provided. ' +
    'Check your key and signing method.';
  return new ApiError('SignatureDoesNotMatch', 403, message);
}
