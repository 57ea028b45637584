import { request as httpRequest } from 'node:http';
import { presignRequest, type RawRequest, signRequest } from '@carnet/wire';
import type { Credentials } from '../started-server.ts';

/** A call of S3 as it stands on the wire, without the help and the manners of a client. */
export interface RawCall {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** `UNSIGNED-PAYLOAD` unless told. */
  readonly payloadHash?: string;
  /** Signed in the query for a minute, unless false. */
  readonly presigned?: boolean;
  /** No signature at all. */
  readonly anonymous?: boolean;
  /** The bucket's own host, for the virtual-host style. */
  readonly host?: string;
  /** Sent, and not signed: `if-range`, `range`. */
  readonly unsignedHeaders?: Readonly<Record<string, string>>;
}

export interface RawAnswer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
  /** `Code: Message` of an error, undefined when the body holds none. */
  readonly error: string | undefined;
  readonly code: string | undefined;
}

export type RawClient = (call: RawCall) => Promise<RawAnswer>;

/** Signs and sends what it is told, byte for byte. */
export function openRawClient(endpoint: string, credentials: Credentials): RawClient {
  const { hostname, port, host: ownHost } = new URL(endpoint);
  return (call) => {
    const { method, target, rawHeaders } = signed(call, call.host ?? ownHost, credentials);
    const headers = [...rawHeaders, ...Object.entries(call.unsignedHeaders ?? {}).flat()];
    const body = Buffer.from(call.body ?? '');
    if (!hasLength(headers)) headers.push('Content-Length', String(body.length));
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path: target, headers, agent: false };
      const sent = httpRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const whole = Buffer.concat(chunks);
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ status, headers: answered, body: whole, ...textOf(whole) });
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  };
}

function signed(call: RawCall, host: string, credentials: Credentials): RawRequest {
  const { method, target } = call;
  const headers: [string, string][] = [['Host', host], ...Object.entries(call.headers ?? {})];
  if (call.anonymous) return { method, target, rawHeaders: headers.flat() };
  const scope = { region: 'us-east-1', service: 's3', now: Date.now() };
  const input = { method, target, headers, credentials, ...scope };
  if (call.presigned) return presignRequest(input, 60);
  return signRequest({ ...input, payloadHash: call.payloadHash ?? 'UNSIGNED-PAYLOAD' });
}

function hasLength(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some((word) => /^(?:content-length|transfer-encoding)$/i.test(word));
}

function textOf(body: Buffer): Pick<RawAnswer, 'text' | 'error' | 'code'> {
  const text = body.toString();
  const code = /<Code>(?<code>[^<]*)<\/Code>/.exec(text)?.groups?.code;
  const message = /<Message>(?<message>[^<]*)<\/Message>/.exec(text)?.groups?.message;
  return { text, code, error: code === undefined ? undefined : `${code}: ${message}` };
}
