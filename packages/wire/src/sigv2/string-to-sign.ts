import { virtualHostBucket } from '../rest-xml/virtual-host-bucket.ts';
import type { RequestHead } from '../sigv4/request-head.ts';
import { utf8Bytes, type Version2Header } from './version2-header.ts';

export interface Version2Parts {
  readonly head: RequestHead;
  /** Lower-case names, `content-md5` and `content-type` among them. */
  readonly headers: ReadonlyMap<string, Version2Header>;
  /** Those of `resourceParameters`, decoded, each once and none with `&` in its value. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** As sent. */
  readonly expires: string;
}

/**
 * What Signature Version 2 signs ("Signing and Authenticating REST Requests", Amazon S3 User
 * Guide), with a byte for each character. Two requests with one text mean the same, since no part
 * of it can hold what ends the part: no line feed in a header, no `&` in a parameter.
 */
export function version2StringToSign(parts: Version2Parts): string {
  const { head, headers, parameters, expires } = parts;
  const value = (name: string) => headers.get(name)?.bytes ?? '';
  const amzLines = [...headers]
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { bytes }]) => `${name}:${bytes}\n`);
  const lines = [head.method, value('content-md5'), value('content-type'), expires];
  return `${lines.join('\n')}\n${amzLines.join('')}${resource(head, parameters)}`;
}

/** The path as sent, its bucket in front wherever that stood, and the parameters by name. */
function resource(head: RequestHead, parameters: Version2Parts['parameters']): string {
  const bucket = virtualHostBucket(head.headers.get('host'));
  const path = bucket === undefined ? head.path : `/${bucket}${head.path}`;
  const query = parameters
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${utf8Bytes(value)}`))
    .join('&');
  return query === '' ? path : `${path}?${query}`;
}
