/**
 * The head of an HTTP request exactly as it came off the socket. Signatures are computed over these
 * bytes, so nothing here has been decoded, folded or re-serialised.
 */
export interface RawRequest {
  /** The method as sent, `GET`. */
  readonly method: string;
  /** The request target as sent, `/photos/a%20b?list-type=2`. */
  readonly target: string;
  /** Names and values in turn, with the case and the order of the wire, as `node:http` gives them. */
  readonly rawHeaders: readonly string[];
}
