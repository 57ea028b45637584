/**
 * A signer of the tests' own: it shares nothing with the verifier, and can be told to sign what no
 * client would. Paths and header values must be in their canonical spelling already.
 */
import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Credentials } from '../started-server.ts';
import { type Form, payloadWords } from './form.ts';
import type { Pair, RawCall } from './raw-call.ts';

/** What a client means to send, before anybody signs it. */
export interface Draft {
  readonly method: string;
  readonly path: string;
  /** Percent-encoded. */
  readonly query: readonly Pair[];
  /** Lower-case names; `host` is the signer's. */
  readonly headers: readonly Pair[];
  readonly body: Uint8Array;
}

/** How it is signed. What is optional is for signers that do not keep to the protocol. */
export interface Signing {
  readonly form: Form;
  readonly credentials: Credentials;
  readonly service: string;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Of the credential scope, when it is not the day of `time`. */
  readonly scopeDate?: string;
  readonly terminator?: string;
  /** Sent without being signed. */
  readonly unsigned?: readonly string[];
  /** `date`: the Date header of HTTP in the place of `x-amz-date`. */
  readonly dateHeader?: 'x-amz-date' | 'date';
  /** Value of `X-Amz-Expires`; null: none. */
  readonly expires?: string | null;
  /** Value of `x-amz-content-sha256`, signed as it stands. */
  readonly payloadWord?: string;
  /** Value of `x-amz-decoded-content-length`. */
  readonly decodedLength?: number;
}

/** A body in AWS's chunks, to be taken apart by whoever tampers with it. */
export interface Chunks {
  readonly chunks: readonly Chunk[];
  /** Lines after the last chunk, the trailers' signature among them. */
  readonly trailers: readonly Pair[];
}

export interface Chunk {
  readonly data: Uint8Array;
  readonly signature: string | undefined;
}

/** A call and, when its body is in chunks, these. */
export interface SignedCall extends RawCall {
  readonly chunked?: Chunks;
}

/** Every chunk but the last must have as much. */
export const chunkSize = 8192;
/** More than a socket gives at once: such a chunk comes in pieces. */
export const largeChunkSize = 66_000;
export const trailerName = 'x-amz-checksum-crc32';

export function sign(draft: Draft, signing: Signing): SignedCall {
  const { form, host } = signing;
  if (form.kind === 'anonymous') return { ...draft, headers: [['host', host], ...draft.headers] };
  if (form.kind === 'version2') return signVersion2(draft, signing);
  const amzDate = formatDate(signing.time);
  const word = payloadWord(draft, signing);
  const scope = [
    signing.scopeDate ?? amzDate.slice(0, 8),
    'us-east-1',
    signing.service,
    signing.terminator ?? 'aws4_request',
  ];
  const facts = { amzDate, word, scope: scope.join('/'), key: signingKey(signing, scope) };
  const content = withPayloadHeaders(draft, signing);
  const call =
    form.kind === 'header' ? bySender(content, signing, facts) : inAdvance(content, signing, facts);
  const { signature, ...signed } = call;
  if (!form.payload.includes('Chunks')) return signed;
  const chunked = chunksOf(draft.body, form, facts, signature);
  return { ...signed, chunked, body: chunkBytes(chunked) };
}

interface Facts {
  readonly amzDate: string;
  readonly word: string | undefined;
  readonly scope: string;
  readonly key: Uint8Array;
}

function bySender(draft: Draft, signing: Signing, { amzDate, word, scope, key }: Facts) {
  const { credentials, unsigned = [], dateHeader = 'x-amz-date' } = signing;
  const date = dateHeader === 'date' ? new Date(signing.time).toUTCString() : amzDate;
  const headers: Pair[] = [['host', signing.host], ...draft.headers, [dateHeader, date]];
  const { sessionToken } = credentials;
  if (sessionToken !== undefined) headers.push(['x-amz-security-token', sessionToken]);
  if (word !== undefined) headers.push(['x-amz-content-sha256', word]);
  const names = signedNames(headers, unsigned);
  const path = canonicalPath(draft, signing);
  const text = canonicalRequest({ ...draft, path, headers }, names, word ?? sha256(draft.body));
  const signature = hmac(key, stringToSign(amzDate, scope, text)).toString('hex');
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...draft, headers: [...headers, ['authorization', authorization] as Pair], signature };
}

function inAdvance(draft: Draft, signing: Signing, { amzDate, word, scope, key }: Facts) {
  const { credentials, service, unsigned = [], expires = '900' } = signing;
  const headers: Pair[] = [['host', signing.host], ...draft.headers];
  const names = signedNames(headers, unsigned);
  const query: Pair[] = [
    ...draft.query,
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', encodeURIComponent(`${credentials.accessKeyId}/${scope}`)],
    ['X-Amz-Date', amzDate],
    ['X-Amz-SignedHeaders', encodeURIComponent(names.join(';'))],
  ];
  if (expires !== null) query.push(['X-Amz-Expires', encodeURIComponent(expires)]);
  if (word !== undefined) query.push(['X-Amz-Content-Sha256', word]);
  const { sessionToken } = credentials;
  if (sessionToken !== undefined) {
    query.push(['X-Amz-Security-Token', encodeURIComponent(sessionToken)]);
  }
  const payload = word ?? (service === 's3' ? payloadWords.unsigned : sha256(draft.body));
  const path = canonicalPath(draft, signing);
  const text = canonicalRequest({ ...draft, path, query, headers }, names, payload);
  const signature = hmac(key, stringToSign(amzDate, scope, text)).toString('hex');
  return {
    ...draft,
    headers,
    query: [...query, ['X-Amz-Signature', signature] as Pair],
    signature,
  };
}

/** What Signature Version 2 signs of a query: the parameters that choose an operation of S3. */
const subResources = new Set(
  'acl location partNumber policy tagging uploadId uploads versionId versioning versions'.split(
    ' ',
  ),
);

/** Whether a client can presign this call with Signature Version 2; `x-id` is the SDK's own. */
export function isOfVersion2({ method, query }: Draft): boolean {
  return /^(?:GET|HEAD|PUT)$/.test(method) && query.every(([name]) => isForVersion2(name));
}

const isForVersion2 = (name: string) => name === 'x-id' || subResources.has(name);

function signVersion2(draft: Draft, signing: Signing): SignedCall {
  const { credentials, host, time, expires } = signing;
  const until = expires ?? String(Math.floor(time / 1000) + 900);
  const query = draft.query.filter(([name]) => name !== 'x-id');
  const { sessionToken } = credentials;
  const amz = draft.headers.filter(([name]) => name.startsWith('x-amz-'));
  if (sessionToken !== undefined) amz.push(['x-amz-security-token', sessionToken]);
  const lines = amz
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, value]) => `${name}:${value}`);
  const parameters = query
    .filter(([name]) => subResources.has(name))
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, value]) => (value === '' ? name : `${name}=${decodeURIComponent(value)}`));
  const resource = [draft.path, parameters.join('&')].filter((text) => text !== '').join('?');
  const type = new Map(draft.headers).get('content-type') ?? '';
  const text = [draft.method, '', type, until, ...lines, resource].join('\n');
  const signature = createHmac('sha1', credentials.secretAccessKey).update(text).digest('base64');
  const own: Pair[] = [
    ['AWSAccessKeyId', credentials.accessKeyId],
    ['Signature', encodeURIComponent(signature)],
    ['Expires', until],
  ];
  if (sessionToken !== undefined) {
    own.push(['x-amz-security-token', encodeURIComponent(sessionToken)]);
  }
  return { ...draft, query: [...query, ...own], headers: [['host', host], ...draft.headers] };
}

function payloadWord(draft: Draft, { form, payloadWord: word }: Signing): string | undefined {
  if (word !== undefined || form.payload === 'undeclared') return word;
  return form.payload === 'hash' ? sha256(draft.body) : payloadWords[form.payload];
}

/** A chunked form says how long the content is, and may move its checksum behind it. */
function withPayloadHeaders(draft: Draft, { form, decodedLength }: Signing): Draft {
  if (!form.payload.includes('Chunks')) return draft;
  const headers: Pair[] = [
    ...draft.headers,
    ['content-encoding', 'aws-chunked'],
    ['x-amz-decoded-content-length', String(decodedLength ?? draft.body.length)],
  ];
  if (!form.payload.endsWith('WithTrailer')) return { ...draft, headers };
  const others = headers.filter(([name]) => !/^x-amz-(?:sdk-)?checksum-/.test(name));
  others.push(['x-amz-sdk-checksum-algorithm', 'CRC32'], ['x-amz-trailer', trailerName]);
  return { ...draft, headers: others };
}

/** Every service but S3 encodes its path once more. */
function canonicalPath({ path }: Draft, { service }: Signing): string {
  return service === 's3' ? path : path.split('/').map(encodeURIComponent).join('/');
}

function canonicalRequest(draft: Draft, names: readonly string[], payload: string): string {
  const { method, path, query, headers } = draft;
  const values = new Map(headers);
  const lines = names.map((name) => `${name}:${values.get(name)}\n`).join('');
  const sorted = query
    .toSorted(([a, valueA], [b, valueB]) => compare(a, b) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`);
  return [method, path, sorted.join('&'), lines, names.join(';'), payload].join('\n');
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function signedNames(headers: readonly Pair[], unsigned: readonly string[]): string[] {
  const names = headers.map(([name]) => name).filter((name) => !unsigned.includes(name));
  return [...new Set(names)].sort();
}

const stringToSign = (date: string, scope: string, canonical: string) =>
  ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');

function signingKey({ credentials }: Signing, scope: readonly string[]): Uint8Array {
  return scope.reduce<Uint8Array>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
}

/** Cuts the content, signs each chunk after the one before, and then the trailer. */
function chunksOf(body: Uint8Array, { payload }: Form, facts: Facts, seed: string): Chunks {
  const signed = payload !== 'unsignedChunksWithTrailer';
  const { key, amzDate, scope } = facts;
  let previous = seed;
  const chain = (kind: string, ...hashes: string[]) => {
    const lines = [`AWS4-HMAC-SHA256-${kind}`, amzDate, scope, previous, ...hashes];
    previous = hmac(key, lines.join('\n')).toString('hex');
    return previous;
  };
  const chunks: Chunk[] = [];
  for (let start = 0; start < body.length; ) {
    const size = start === 0 ? largeChunkSize : chunkSize;
    const data = body.subarray(start, start + size);
    const signature = signed ? chain('PAYLOAD', sha256(''), sha256(data)) : undefined;
    chunks.push({ data, signature });
    start += size;
  }
  const end = new Uint8Array(0);
  chunks.push({
    data: end,
    signature: signed ? chain('PAYLOAD', sha256(''), sha256(end)) : undefined,
  });
  if (payload === 'signedChunks') return { chunks, trailers: [] };
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  const trailers: Pair[] = [[trailerName, checksum.toString('base64')]];
  if (signed) {
    const text = trailers.map(([name, value]) => `${name}:${value}\n`).join('');
    trailers.push(['x-amz-trailer-signature', chain('TRAILER', sha256(text))]);
  }
  return { chunks, trailers };
}

export function chunkBytes({ chunks, trailers }: Chunks): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const { data, signature } of chunks) {
    const extension = signature === undefined ? '' : `;chunk-signature=${signature}`;
    pieces.push(Buffer.from(`${data.length.toString(16)}${extension}\r\n`), data);
    if (data.length > 0) pieces.push(Buffer.from('\r\n'));
  }
  for (const [name, value] of trailers) pieces.push(Buffer.from(`${name}:${value}\r\n`));
  return Buffer.concat([...pieces, Buffer.from('\r\n')]);
}

/** `20261123T120000Z` */
export function formatDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
