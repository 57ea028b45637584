import type { RawRequest } from '@carnet/wire';

/**
 * What a signature of Version 4 covers of a request, and the signature, as one text: what changes
 * it must not be accepted. Written apart from the verifier, and slower: bytes are compared decoded,
 * nothing is encoded again. For requests that were accepted; of others it says nothing.
 */
export function coveredText(request: RawRequest, bodySha256: string): string {
  const { method, target, rawHeaders } = request;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = parametersOf(mark < 0 ? '' : target.slice(mark + 1));
  const headers = new Map<string, string[]>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), plainValue(rawHeaders[index + 1] ?? '')]);
  }
  const [authorization] = headers.get('authorization') ?? [];
  const fields = authorization === undefined ? ofQuery(query) : ofHeader(authorization);
  const [date] = headers.get('x-amz-date') ?? [query.get('X-Amz-Date')?.[0]];
  const [, ...scope] = fields.credential.split('/');
  const isS3 = scope[2] === 's3';
  const declared = headers.get('x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256');
  return JSON.stringify([
    method,
    isS3 ? path.split('/').map(decodedBytes) : withoutDots(path),
    [...query]
      .filter(([name]) => authorization !== undefined || name !== 'X-Amz-Signature')
      .map(([name, values]) => [name, values.toSorted()])
      .toSorted(([a], [b]) => (`${a}` < `${b}` ? -1 : 1)),
    fields.signedHeaders.split(';').map((name) => [name, headers.get(name)?.join(',')]),
    fields.signedHeaders,
    fields.signature,
    date,
    scope,
    isS3 ? declared : bodySha256,
  ]);
}

interface Fields {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

function ofHeader(authorization: string): Fields {
  const field = (name: string) => new RegExp(`${name}=([^,]*)`).exec(authorization)?.[1] ?? '';
  return {
    credential: field('Credential'),
    signedHeaders: field('SignedHeaders'),
    signature: field('Signature'),
  };
}

function ofQuery(query: ReadonlyMap<string, readonly string[]>): Fields {
  const field = (name: string) => query.get(`X-Amz-${name}`)?.[0] ?? '';
  return {
    credential: field('Credential'),
    signedHeaders: field('SignedHeaders'),
    signature: field('Signature'),
  };
}

/** By names as bytes. */
function parametersOf(text: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const part of text.split('&').filter((one) => one !== '')) {
    const [name = '', ...value] = part.split('=').map(decodedBytes);
    parameters.set(name, [...(parameters.get(name) ?? []), value.join('=')]);
  }
  return parameters;
}

/** A character for each byte. */
function decodedBytes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function plainValue(text: string): string {
  return text
    .split(/[ \t]/)
    .filter((word) => word !== '')
    .join(' ');
}

/** RFC 3986 by its own wording, on a stack; a path that ends in a slash still does. */
function withoutDots(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    if (!['', '.', '..'].includes(segment)) segments.push(segment);
  }
  return path.endsWith('/') && segments.length > 0 ? [...segments, ''] : segments;
}
