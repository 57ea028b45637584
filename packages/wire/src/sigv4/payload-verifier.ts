/**
 * Checks a body while it is read, and takes it out of its chunks. What comes out of `update` may be
 * written, but nothing counts before `end` has returned: a writer discards what it wrote when
 * either throws.
 */
export interface PayloadVerifier {
  /**
   * Takes bytes off the wire, in pieces of any size, and gives the bytes of the content that may
   * be written so far: views of `chunk`, or memory of their own. Signed chunks come out only after
   * their signature has verified. Throws `ApiError`; the verifier is then of no more use.
   */
  update(chunk: Uint8Array): readonly Uint8Array[];
  /**
   * The body is complete: gives the declared trailers, by lower-case names. Throws `ApiError` when
   * the hash differs, or the body ends before its last chunk.
   */
  end(): PayloadEnd;
  /** Bytes of content given out so far, for `x-amz-decoded-content-length`. */
  readonly decodedBytes: number;
}

export interface PayloadEnd {
  readonly trailers: ReadonlyMap<string, string>;
}
