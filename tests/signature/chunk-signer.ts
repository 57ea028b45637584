import { createHash, createHmac } from 'node:crypto';

/** What a body in signed chunks is signed with. */
export interface ChunkSigning {
  readonly secretAccessKey: string;
  /** `20261123T120000Z` */
  readonly amzDate: string;
  readonly region: string;
  /** The signature of the request's head. */
  readonly seed: string;
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * A body by the text of AWS's page "Transferring Payload in Multiple Chunks": for each chunk its
 * first line, and its bytes with the line end after them. The last chunk is empty; `trailer` is a
 * line `name:value`. No published library signs chunks, so this is written apart from the verifier.
 */
export function signChunks(
  signing: ChunkSigning,
  chunks: readonly Uint8Array[],
  trailer: string | undefined,
): Buffer[] {
  const { secretAccessKey, amzDate, region, seed } = signing;
  const scope = [amzDate.slice(0, 8), region, 's3', 'aws4_request'];
  const key = scope.reduce(
    (secret: string | Buffer, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  let previous = seed;
  const sign = (algorithm: string, ...lines: string[]) => {
    const text = [algorithm, amzDate, scope.join('/'), previous, ...lines].join('\n');
    previous = createHmac('sha256', key).update(text).digest('hex');
    return previous;
  };
  const pieces = [...chunks, Buffer.alloc(0)].map((bytes) => {
    const signature = sign('AWS4-HMAC-SHA256-PAYLOAD', sha256(''), sha256(bytes));
    const line = `${bytes.length.toString(16)};chunk-signature=${signature}\r\n`;
    return Buffer.concat([Buffer.from(line), bytes, Buffer.from(bytes.length > 0 ? '\r\n' : '')]);
  });
  if (trailer === undefined) return [...pieces, Buffer.from('\r\n')];
  const signature = sign('AWS4-HMAC-SHA256-TRAILER', sha256(`${trailer}\n`));
  const end = `${trailer}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
  return [...pieces, Buffer.from(end)];
}
