import type { Pair } from './raw-call.ts';
import { type ServedOperation, type SignedHttpRequest, signedRequest } from './served-operation.ts';
import { chunkSize, type Draft, largeChunkSize } from './signer.ts';

/** What the SDK puts in for its own signature, or for nobody. */
const ofSigning =
  /^(?:host|authorization|content-length|user-agent|x-amz-(?:date|security-token|content-sha256|user-agent)|amz-sdk-.*)$/;

/** Enough for three chunks, the last one short. */
const streamedBody = new Uint8Array(largeChunkSize + chunkSize + 100).map(
  (_, index) => index % 251,
);

/** The call as the AWS SDK serialises it, without its signature. */
export async function draftOf(operation: ServedOperation, endpoint: string): Promise<Draft> {
  const streams = operation.input.Body !== undefined;
  const input = streams ? { ...operation.input, Body: streamedBody } : operation.input;
  const credentials = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'never used' };
  const request = await signedRequest({ ...operation, input }, { endpoint, credentials });
  const headers = Object.entries(request.headers).map(
    ([name, value]): Pair => [name.toLowerCase(), value],
  );
  return {
    method: request.method,
    path: request.path,
    query: queryPairs(request.query),
    headers: headers.filter(([name]) => !ofSigning.test(name)),
    body: request.body,
  };
}

/** The same call of a query service as a GET. */
export function asQuery({ path, body }: Draft): Draft {
  const query = Buffer.from(body)
    .toString()
    .split('&')
    .map((pair): Pair => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    });
  return { method: 'GET', path, query, headers: [], body: new Uint8Array(0) };
}

function queryPairs(query: SignedHttpRequest['query']): Pair[] {
  return Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): Pair => [encode(name), encode(one ?? '')]),
  );
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
