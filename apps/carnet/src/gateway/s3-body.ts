import { checkDocumentDigest, refuseUnknownChecksum, type VerifiedRequest } from '@carnet/services';
import { ApiError, createPayloadVerifier } from '@carnet/wire';
import { bufferBody } from './buffer-body.ts';
import type { RequestBody } from './request-body.ts';

/** The most that a document of S3 has: CompleteMultipartUpload with 10,000 parts. */
const documentLimit = 2 * 1024 * 1024;
/** The same of a caller whom nobody knows: reading a document costs more than sending it. */
const anonymousDocumentLimit = 64 * 1024;
/** The most that one request stores. */
const objectLimit = 5 * 1024 ** 3;

/** A payload that is checked as it flows; `trailers` is there once it has ended. */
export interface VerifiedBody extends AsyncIterable<Uint8Array> {
  trailers?: ReadonlyMap<string, string> | undefined;
  /** The names that `x-amz-trailer` announced, in lower case. */
  readonly trailerNames: readonly string[];
  /** A presigned URL's maker could not know the body: its checksum of nothing is not enforced. */
  readonly presigned: boolean;
}

/**
 * The length of the payload in bytes, without the framing of chunks. Throws `MissingContentLength`
 * and `EntityTooLarge`, before anything is read.
 */
export function payloadLength(request: VerifiedRequest, body: RequestBody): number {
  const length = decodedLength(request) ?? body.declaredLength;
  if (length === undefined) {
    throw new ApiError(
      'MissingContentLength',
      411,
      'You must provide the Content-Length HTTP header.',
    );
  }
  if (length > objectLimit) throw entityTooLarge(length, objectLimit);
  return length;
}

/** The whole payload of an operation whose input is a document, held against its digests. */
export async function readDocument(
  operation: string,
  request: VerifiedRequest,
  body: RequestBody,
): Promise<Uint8Array> {
  const most = request.form === 'anonymous' ? anonymousDocumentLimit : documentLimit;
  const bytes = await bufferBody(body, {
    bytes: most,
    tooLarge: () =>
      new ApiError('MaxMessageLengthExceeded', 400, 'Your request was too big.', {
        MaxMessageLengthBytes: String(most),
      }),
    overloaded: () => new ApiError('SlowDown', 503, 'Please reduce your request rate.'),
  });
  const verifier = createPayloadVerifier(request.payload);
  const pieces = [...verifier.update(bytes)];
  const { trailers } = verifier.end();
  const expected = decodedLength(request);
  if (expected !== undefined && expected !== verifier.decodedBytes) throw incompleteBody();
  const document = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  if (document.length === 0) return document;
  const { headers } = request;
  const all = trailers.size === 0 ? headers : new Map([...headers, ...trailers]);
  checkDocumentDigest(operation, all, document);
  return document;
}

/**
 * The payload of an object, verified as it is read: throws at the end at the latest when its hash, a
 * chunk's signature or its length is not what was signed, or when the client goes away.
 */
export function streamBody(request: VerifiedRequest, body: RequestBody): VerifiedBody {
  const length = payloadLength(request, body);
  refuseUnknownChecksum(request.headers);
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const verifier = createPayloadVerifier(request.payload);
    for await (const chunk of body.read()) {
      const decoded = verifier.update(chunk);
      if (verifier.decodedBytes > length) throw incompleteBody();
      yield* decoded;
    }
    const { trailers } = verifier.end();
    if (verifier.decodedBytes !== length) throw incompleteBody();
    verified.trailers = trailers;
  }
  const iterator = pieces();
  const { payload } = request;
  const verified: VerifiedBody = {
    trailerNames: ('trailers' in payload && payload.trailers) || [],
    presigned: request.form === 'presigned' || request.form === 'presignedVersion2',
    [Symbol.asyncIterator]: () => iterator,
  };
  return verified;
}

/** `x-amz-decoded-content-length`, which only the chunked forms send. */
function decodedLength({ headers }: VerifiedRequest): number | undefined {
  const text = headers.get('x-amz-decoded-content-length');
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiError('InvalidArgument', 400, 'x-amz-decoded-content-length is not a length.', {
    ArgumentName: 'x-amz-decoded-content-length',
    ArgumentValue: text,
  });
}

function entityTooLarge(size: number, limit: number): ApiError {
  const message = 'Your proposed upload exceeds the maximum allowed size';
  return new ApiError('EntityTooLarge', 400, message, {
    ProposedSize: String(size),
    MaxSizeAllowed: String(limit),
  });
}

function incompleteBody(): ApiError {
  const message =
    'You did not provide the number of bytes specified by the Content-Length HTTP header';
  return new ApiError('IncompleteBody', 400, message);
}
