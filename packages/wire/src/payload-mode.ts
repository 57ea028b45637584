/** How the signature covers the body: `x-amz-content-sha256`, with what a chunked form needs. */
export type PayloadMode =
  /** The whole body's SHA-256, lower-case hex. */
  | { readonly kind: 'hash'; readonly sha256: string }
  /** `UNSIGNED-PAYLOAD`, a presigned URL without a hash, or an anonymous request. */
  | { readonly kind: 'unsigned' }
  /** `STREAMING-UNSIGNED-PAYLOAD-TRAILER` */
  | { readonly kind: 'unsignedChunks'; readonly trailers: readonly string[] }
  /** `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, with `-TRAILER` when `trailers` is not undefined. */
  | {
      readonly kind: 'signedChunks';
      readonly trailers: readonly string[] | undefined;
      readonly signingKey: Uint8Array;
      /** `20261123T120000Z` */
      readonly amzDate: string;
      /** `20261123/us-east-1/s3/aws4_request` */
      readonly scope: string;
      /** The signature of the request's head. */
      readonly seedSignature: string;
    };
