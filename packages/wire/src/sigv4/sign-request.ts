import type { RawRequest } from '../raw-request.ts';
import { formatAmzDate } from './amz-date.ts';
import {
  canonicalQuery,
  canonicalRequest,
  encodedOncePath,
  encodedTwicePath,
  encodeUri,
} from './canonical-request.ts';
import { formatScope } from './credential-scope.ts';
import { hmacSha256Hex } from './hmac.ts';
import { payloadWords } from './payload-declaration.ts';
import { readHead } from './request-head.ts';
import { emptySha256, latin1Bytes, sha256Hex } from './sha256.ts';
import { deriveSigningKey } from './signing-key.ts';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningInput {
  readonly method: string;
  /** As it will be sent, percent-encoded. */
  readonly target: string;
  /** As they will be sent; `host` must be among them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly credentials: SigningCredentials;
  readonly region: string;
  /** The signing name, `iam`. */
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Hex, or one of AWS's words; of no bytes unless told, `UNSIGNED-PAYLOAD` for presigned S3. */
  readonly payloadHash?: string;
}

/** Headers that proxies and HTTP clients change on the way, or add after signing. */
const neverSigned: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'referer',
  'te',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);

/** Signs with an Authorization header. Throws a TypeError for a target that cannot be sent. */
export function signRequest(input: SigningInput): RawRequest {
  const { credentials, service } = input;
  const payloadHash = input.payloadHash ?? emptySha256;
  const rawHeaders = input.headers.flat();
  rawHeaders.push('X-Amz-Date', formatAmzDate(input.now));
  if (service === 's3') rawHeaders.push('X-Amz-Content-Sha256', payloadHash);
  const { sessionToken } = credentials;
  if (sessionToken !== undefined) rawHeaders.push('X-Amz-Security-Token', sessionToken);
  const request = { method: input.method, target: input.target, rawHeaders };
  const { signature, signedHeaders } = sign(input, request, payloadHash);
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scopeText(input)}, ` +
    `SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { ...request, rawHeaders: [...rawHeaders, 'Authorization', authorization] };
}

/** Signs with query parameters; `expiresIn` is in seconds. */
export function presignRequest(input: SigningInput, expiresIn: number): RawRequest {
  const { credentials } = input;
  const whole = input.service === 's3' ? payloadWords.unsigned : emptySha256;
  const payloadHash = input.payloadHash ?? whole;
  const rawHeaders = input.headers.flat();
  const parameters: (readonly [string, string])[] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${scopeText(input)}`],
    ['X-Amz-Date', formatAmzDate(input.now)],
    ['X-Amz-Expires', String(expiresIn)],
    ['X-Amz-SignedHeaders', signedNames(rawHeaders).join(';')],
  ];
  if (input.payloadHash !== undefined) {
    parameters.push(['X-Amz-Content-Sha256', input.payloadHash]);
  }
  const { sessionToken } = credentials;
  if (sessionToken !== undefined) parameters.push(['X-Amz-Security-Token', sessionToken]);
  const query = parameters.map(([name, value]) => `${name}=${encodeUri(value)}`).join('&');
  const separator = input.target.includes('?') ? '&' : '?';
  const request = {
    method: input.method,
    target: `${input.target}${separator}${query}`,
    rawHeaders,
  };
  const { signature } = sign(input, request, payloadHash);
  return { ...request, target: `${request.target}&X-Amz-Signature=${signature}` };
}

function scopeText(input: SigningInput): string {
  const date = formatAmzDate(input.now).slice(0, 8);
  return formatScope({ date, region: input.region, service: input.service });
}

function signedNames(rawHeaders: readonly string[]): string[] {
  const names = rawHeaders
    .filter((_, index) => index % 2 === 0)
    .map((name) => name.toLowerCase())
    .filter((name) => !neverSigned.has(name));
  return [...new Set(names)].sort();
}

function sign(input: SigningInput, request: RawRequest, payloadHash: string) {
  const head = readHead(request);
  if ('reason' in head) throw new TypeError(head.message);
  const names = signedNames(request.rawHeaders);
  const text = canonicalRequest({
    method: head.method,
    path: input.service === 's3' ? encodedOncePath(head.path) : encodedTwicePath(head.path),
    query: canonicalQuery(head.query),
    signedHeaders: names,
    signedHeadersText: names.join(';'),
    headers: head.headers,
    payloadHash,
  });
  const digest = sha256Hex(latin1Bytes(text ?? ''));
  const date = formatAmzDate(input.now);
  const scope = { date: date.slice(0, 8), region: input.region, service: input.service };
  const key = deriveSigningKey(input.credentials.secretAccessKey, scope);
  const stringToSign = `AWS4-HMAC-SHA256\n${date}\n${formatScope(scope)}\n${digest}`;
  return { signature: hmacSha256Hex(key, stringToSign), signedHeaders: names.join(';') };
}
